"""The demo's mails: what an administrator sees of them, and that what failed can be tried again."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from orgs import outbox
from orgs.models import Membership, Organization, OutboxMail
from tests import factories
from tests.demo import NOW


@pytest.fixture
def administrator(coursive: Organization) -> Client:
    client = Client()
    member = Membership.objects.with_people().get(user__email="administratrice.polaris@coursive.example")
    client.force_login(member.user, backend=factories.BACKEND)
    return client


def test_deliveries_show_what_left_waits_and_was_given_up(coursive: Organization, administrator: Client) -> None:
    at = reverse("settings_deliveries", args=["coursive"])
    page = administrator.get(at)
    counts = dict(re.findall(r'class="chip"[^>]*>([^<]*) <b>(\d+)</b>', unescape(page.content.decode())))
    assert counts["Seront réessayés"] == "1"
    assert int(counts["Abandonnés"]) >= 1
    [again] = OutboxMail.objects.filter(failure=OutboxMail.Failure.LATER)
    assert NOW < again.due_at <= NOW + timedelta(hours=4)
    assert 1 < again.attempts < 15
    assert not OutboxMail.objects.filter(sent_at__gt=NOW).exists()
    assert not OutboxMail.objects.filter(created_at__gt=NOW).exists()
    assert not OutboxMail.objects.filter(sent_at__isnull=False).exclude(text="").exists()
    assert OutboxMail.objects.filter(kind="reminder", attempts=2).exists()


def test_what_was_given_up_is_tried_again_by_a_click(coursive: Organization, administrator: Client) -> None:
    refused = OutboxMail.objects.filter(given_up_at__isnull=False)
    [to] = set(refused.values_list("recipient", flat=True))
    assert not OutboxMail.objects.filter(recipient=to, sent_at__isnull=False).exists()
    row = refused.order_by("-pk").first()
    assert row is not None
    answer = administrator.post(reverse("settings_delivery_retry", args=["coursive", row.pk]), follow=True)
    assert answer.status_code == 200
    row.refresh_from_db()
    assert (row.given_up_at, row.attempts) == (None, 0)
    assert outbox.sweep(until=NOW + timedelta(seconds=30)) == 1
    row.refresh_from_db()
    assert row.sent_at == NOW
    assert row.failure == row.text == ""
