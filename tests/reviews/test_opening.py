"""The review of a quarter or a year opens earlier than usual, or on another day."""

import datetime as dt

import pytest

from orgs.models import AuditEvent, Notification
from tests.reviews.world import Reviewed, reviewed

EARLY = dt.datetime(2026, 5, 12, 9, tzinfo=dt.UTC)


@pytest.fixture
def made(db, time_machine) -> Reviewed:
    time_machine.move_to(EARLY)
    return reviewed()


def opening(made, who="coach", **said):
    return made.client(who).post(made.url("review_opening", "2026-q2"), {"revision": "1", **said})


def undo(made, who, verb="review_opened"):
    with made.inside():
        event = AuditEvent.objects.filter(verb=verb).latest("pk")
    return made.client(who).post(made.url("undo", event.change), headers={"HX-Request": "true"})


def told(made) -> list[tuple[str, str]]:
    with made.inside():
        rows = Notification.objects.filter(kind="opened").order_by("pk").select_related("recipient__user")
        return [(row.recipient.name, row.excerpt) for row in rows]


def test_whoever_closes_opens_it_early_and_takes_that_back(made):
    assert made.judge().status_code == 422
    for who in ("alice", "bob", "olga", "carol"):
        assert opening(made, who, now="1").status_code == 403
    assert "Open it now" not in made.text("alice", "review", "2026-q2")
    assert "Open it now" in made.text("coach", "review", "2026-q2")

    assert opening(made, now="1").status_code == 302
    assert {name for name, _said in told(made)} == {"Alice Owner", "Bob Colleague"}
    assert all("30 Jun 2026" in said for _name, said in told(made))
    assert "Cora Coach" in made.text("dan", "settings_audit")
    assert made.judge().status_code == 302

    assert undo(made, "alice").status_code == 403
    assert undo(made, "coach").status_code == 200
    assert made.fresh(made.world.quarter).review_opens_on is None
    assert told(made) == []  # it is told to nobody any more
    assert made.judge(row=made.second).status_code == 422
    assert made.fresh(made.verdict()).score is not None  # what was said stays


def test_another_day(made, time_machine):
    assert opening(made, day="2026-06-02").status_code == 302
    assert {said for _name, said in told(made)} == {"Verdicts are given from 2 Jun 2026 on."}
    assert "The review opens on 2 Jun 2026" in made.text("alice", "reviews")
    assert made.judge().status_code == 422
    time_machine.move_to(dt.datetime(2026, 6, 2, 9, tzinfo=dt.UTC))
    assert made.judge().status_code == 302


@pytest.mark.parametrize("day", ["", "soon", "2026-03-31", "2026-07-01"])
def test_a_day_outside_is_refused_beside_its_field(made, day):
    answer = opening(made, day=day)
    assert answer.status_code == 422
    assert 'id="opening-day_error"' in answer.content.decode()
    assert made.fresh(made.world.quarter).review_opens_on is None


def test_two_days_at_once_meet(made):
    assert opening(made, day="2026-06-02").status_code == 302
    answer = opening(made, day="2026-06-03")
    assert answer.status_code == 409
    assert "2 Jun 2026" in answer.content.decode()


def test_the_coach_undoes_no_more_of_a_period_than_that(made):
    url = made.url("settings_quarter_state", made.after.pk)
    assert made.client("dan").post(url, {"state": "open"}).status_code in (200, 302)
    assert undo(made, "coach", "opened").status_code == 403
    assert made.fresh(made.after).state == "open"
