"""Jobs of the house: deliver mail, and a tick a minute that shows the jobs to be alive, clears what has expired and sends
the mail that waits."""

import smtplib
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.mail import get_connection
from django.utils import timezone

from orgs import mail, outbox
from orgs.models import Heartbeat

SWEEPING = timedelta(seconds=40)  # the next tick comes after 60


@shared_task(bind=True, autoretry_for=(OSError, smtplib.SMTPException), retry_backoff=10, max_retries=8)
def deliver_mail(self: object, parts: dict) -> None:
    connection = get_connection(settings.MAIL_DELIVERY_BACKEND)
    connection.send_messages([mail.from_json(parts)])


@shared_task
def tick() -> None:
    now = timezone.now()
    Heartbeat.objects.update_or_create(name="jobs", defaults={"at": now})
    expired = Session.objects.filter(expire_date__lt=now - timedelta(days=1)).values_list("pk", flat=True)[:500]
    Session.objects.filter(pk__in=list(expired)).delete()
    outbox.sweep(until=now + SWEEPING)
