"""The demo's reviews: quarters one after the other, and meetings with what the data said on their day."""

import csv
import html
import io

import pytest
from django.test import Client
from django.urls import reverse

from okr.models import KeyResult
from orgs import tenancy
from orgs.models import DemoPersona, Membership, Notification, Organization, User
from reviews.models import Meeting, MeetingDecision
from tests import factories
from tests.api import Caller
from tests.demo import NOW


def _sponsor() -> User:
    with tenancy.all_tenants():
        user: User = DemoPersona.objects.get(key="sponsor").user
    return user


@pytest.fixture
def sponsor(coursive: Organization) -> Client:
    client = Client()
    client.force_login(_sponsor(), backend=factories.BACKEND)
    return client


def read(client: Client, name: str, *which: object, query: str = "") -> str:
    answer = client.get(reverse(name, args=["coursive", *which]) + query)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


QUARTERS = ["T2 2025", "T3 2025", "T4 2025", "T1 2026", "T2 2026"]


def test_the_trend_shows_five_quarters_on_page_strip_and_file(coursive: Organization, sponsor: Client) -> None:
    answer = sponsor.get(reverse("reviews_trend_export", args=["coursive"]))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]
    drive = [row for row in rows if row[0] == "DRV"]
    assert [row[2].replace("Q", "T") for row in drive] == QUARTERS
    assert [bool(row[4]) for row in drive] == [True, True, True, True, False]
    for row in rows:
        made, due = int(row[11]), int(row[10])
        assert 0 <= made <= due
    first = next(row for row in drive)
    assert int(first[11]) < int(first[10]) * 0.75  # habits came later
    assert len([row for row in rows if row[0] == ""]) == 2  # the strategy's years
    page = read(sponsor, "reviews_trend")
    assert page.count('class="trend-row') == 10
    assert "2025" in read(sponsor, "tribe", "DRV", query="?view=check-ins")
    found = Caller(Membership.objects.with_people().get(user=_sponsor())).read("trends/")["results"]
    assert {len(tribe["quarters"]) for tribe in found} == {5}


def test_meetings_that_were_held_keep_the_data_of_their_day(coursive: Organization, sponsor: Client) -> None:
    held = list(Meeting.objects.filter(state="ended").order_by("starts_at"))
    assert len(held) == 8
    for meeting in held:
        assert meeting.starts_at < NOW
        assert meeting.frozen["headline"]
    assert len({meeting.frozen["headline"] for meeting in held}) >= 4
    last = held[-1]
    assert last.frozen["rows"]["moved"]
    assert last.frozen["rows"]["watch"]
    page = read(sponsor, "meeting", last.pk)
    assert last.frozen["rows"]["watch"][0]["title"] in page
    assert not MeetingDecision.objects.filter(point=None).exists()
    assert KeyResult.objects.filter(pk__in=MeetingDecision.objects.values("key_result")).count() >= 4


def test_what_moved_is_told_since_the_readers_own_committee(coursive: Organization, sponsor: Client) -> None:
    """The other committee met later."""
    page = read(sponsor, "moved", 2026)
    assert 'aria-current="true">Dernier CoDir E-commerce<' in page
    assert page.index("Dernier CoDir Marketing") < page.index("Dernier CoDir E-commerce")
    observer = Client()
    with tenancy.all_tenants():
        observer.force_login(DemoPersona.objects.get(key="observer").user, backend=factories.BACKEND)
    assert 'aria-current="true">Dernier CoDir Marketing<' in read(observer, "moved", 2026)


def test_substitutes_found_it_in_their_inbox(coursive: Organization) -> None:
    told = Notification.objects.filter(kind=Notification.Kind.STANDS_IN).select_related("recipient__user")
    assert [notice.recipient.user.email.partition("@")[0] for notice in told] == ["lead.tech.drv"] * 2
    assert all(notice.created_at < NOW for notice in told)
