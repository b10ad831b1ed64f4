"""What comes again and again says where it is switched off; what is meant for once does not."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from okr.actions.check_in import record_check_in
from orgs import outbox, tenancy
from orgs.actions.audit import Actor
from orgs.models import Membership
from reminders.tasks import tick
from tests import factories
from tests.reminders.conftest import DUE, MONDAY, paris

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def post_box(settings):
    settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.BASE_URL = "https://okr.example.org"


def left():
    """By recipient's first name, where each mail that leaves now leads; None where it leads nowhere."""
    mail.outbox.clear()
    outbox.sweep(until=timezone.now() + dt.timedelta(seconds=30))
    return {one.to[0].partition(".")[0]: one.extra_headers.get("List-Unsubscribe") for one in mail.outbox}


def test_reminders_and_digests_lead_to_how_one_is_reached(world):
    with time_machine.travel(paris(DUE), tick=False):
        tick()
        assert left() == {"bob": "<https://okr.example.org/o/coursive/reach/>"}
        assert factories.signed_in(world.bob).get("/o/coursive/reach/").status_code == 200
    with tenancy.tenant(world.org.pk):
        Membership.objects.filter(pk=world.sam.pk).update(weekly_digest=True)
    with time_machine.travel(paris(MONDAY + dt.timedelta(days=7)), tick=False):
        tick()
        assert left()["sam"] == "<https://okr.example.org/o/coursive/reach/>"


def test_news_lead_to_the_profile(world, django_capture_on_commit_callbacks):
    world.bob.user.mail_news = True
    world.bob.user.save()
    with time_machine.travel(paris(MONDAY), tick=False):
        with tenancy.tenant(world.org.pk), django_capture_on_commit_callbacks(execute=True):
            record_check_in(world.key_result, by=Actor(world.alice), value=Decimal("40"), confidence=2)
        assert left() == {"bob": "<https://okr.example.org/profile/>"}


def test_what_is_said_once_leads_nowhere(world):
    with tenancy.tenant(world.org.pk):
        outbox.post("new.person@example.org", "invitation", "1", "Come", "Well?")
    assert left() == {"new": None}
