"""Polaris's own settings with the probe, and a pace at which tests need not wait."""

import os

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.probe"]
ROOT_URLCONF = "tests.probe.urls"
for name in ("LIVE_HEARTBEAT", "LIVE_WRITE_WITHIN", "LIVE_LEAVING", "LIVE_GRACE"):
    if name in os.environ:
        globals()[name] = float(os.environ[name])
PROBE_INTERVAL = float(os.environ.get("PROBE_INTERVAL", 0.1))  # seconds between two drawings
PROBE_REPEAT = int(os.environ.get("PROBE_REPEAT", 1))  # how often the board says the mission: its weight
PROBE_SHOWS_PRESENCE = os.environ.get("PROBE_SHOWS_PRESENCE", "people")
