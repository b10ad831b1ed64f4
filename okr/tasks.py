"""The minute's job of this room: news that a crash left untold."""

import datetime as dt

from celery import shared_task
from django.utils import timezone

from okr.actions.news_left import tell_left

WORKING = dt.timedelta(seconds=45)  # the next one comes after 60


@shared_task
def tell_news() -> None:
    tell_left(until=timezone.now() + WORKING)
