"""Polaris's own Celery application whose minute lasts a second: `celery -A tests.faults.hurried worker`."""

from config.celery import app

for entry in app.conf.beat_schedule.values():
    entry["schedule"] = 1.0
