"""Trying again what has not arrived: for administrators, audited."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from orgs import outbox, tenancy
from orgs.actions.audit import Actor
from orgs.actions.deliveries import retry
from orgs.models import AuditEvent, OutboxMail
from orgs.rules import RuleBroken

GIVEN_UP = {"given_up_at": timezone.now(), "attempts": 15, "failure": "recipient", "answer": "550 No such user"}


def row(world, **values):
    with tenancy.tenant(world.org.pk):
        outbox.post("camille@example.org", "test", "1", "Hello", "Well?")
        OutboxMail.objects.update(**{**GIVEN_UP, **values})
        return OutboxMail.objects.get()


def test_what_was_given_up_is_tried_again(world, settings):
    settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail = row(world)
    with tenancy.tenant(world.org.pk):
        retry(mail.pk, by=Actor(world.dan))
        event = AuditEvent.objects.get(verb="delivery_retried")
    assert event.after == {"recipient": "camille@example.org", "kind": "test"}
    assert outbox.sweep(until=timezone.now() + timedelta(seconds=30)) == 1
    with tenancy.tenant(world.org.pk):
        again = OutboxMail.objects.get()
    assert (again.attempts, again.given_up_at, again.last_error) == (1, None, "")
    assert outbox.message_id(again) == outbox.message_id(mail)


def test_only_administrators_have_it_tried_again(world):
    mail = row(world)
    with tenancy.tenant(world.org.pk), pytest.raises(PermissionDenied):
        retry(mail.pk, by=Actor(world.alice))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"given_up_at": None, "sent_at": timezone.now(), "text": ""}, "sent already"),
        ({"given_up_at": None, "leased_until": timezone.now() + timedelta(days=1)}, "right now"),
        ({"text": ""}, "no longer kept"),
    ],
)
def test_what_cannot_be_tried_again_says_why(world, values, why):
    mail = row(world, **values)
    with tenancy.tenant(world.org.pk), pytest.raises(RuleBroken, match=why):
        retry(mail.pk, by=Actor(world.dan))
