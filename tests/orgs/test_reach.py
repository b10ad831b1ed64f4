"""How I am reached: what is sent, a pause, absences with somebody who stands in."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client

from orgs import tenancy
from orgs.models import Absence, AuditEvent, Membership, Notification
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
REACH = "/o/coursive/reach/"


@pytest.fixture(autouse=True)
def on_the_day_of_the_mockups():
    with time_machine.travel(f"{TODAY} 10:00", tick=True):
        yield


@pytest.fixture
def alice(world) -> Client:
    return factories.signed_in(world.alice)


def fresh(member: Membership) -> Membership:
    with tenancy.tenant(member.org_id):
        return Membership.objects.with_people().get(pk=member.pk)


def absences_of(member: Membership) -> list[Absence]:
    with tenancy.tenant(member.org_id):
        return list(Absence.objects.live().filter(member=member))


def days(first: int, last: int, substitute: Membership | None = None, **more: str) -> dict[str, str]:
    return {
        "starts_on": (TODAY + first * DAY).isoformat(),
        "ends_on": (TODAY + last * DAY).isoformat(),
        "substitute": str(substitute.pk) if substitute else "",
        **more,
    }


def test_what_is_sent_to_me(world, alice):
    page = alice.get(REACH)
    assert page.context["form"]["remind_by_mail"].value() is True
    assert page.context["form"]["weekly_digest"].value() is False  # unset: for sponsors and CoDir members
    shown = {"initial-remind_by_mail": "True", "initial-weekly_digest": "False"}
    alice.post(REACH, shown)
    assert (fresh(world.alice).remind_by_mail, fresh(world.alice).weekly_digest) == (False, None)
    assert fresh(world.bob).remind_by_mail
    with tenancy.tenant(world.org.pk):
        event = AuditEvent.objects.get(verb="reach_changed")
    assert (event.before, event.after) == ({"remind_by_mail": True}, {"remind_by_mail": False})
    alice.post(REACH, {**shown, "initial-remind_by_mail": "False", "weekly_digest": "on"})
    assert fresh(world.alice).weekly_digest is True


def test_a_sponsor_gets_the_digest_until_they_say_no(world):
    sam = factories.signed_in(world.sam)
    assert sam.get(REACH).context["form"]["weekly_digest"].value() is True
    sam.post(REACH, {"initial-remind_by_mail": "True", "remind_by_mail": "on", "initial-weekly_digest": "True"})
    assert fresh(world.sam).weekly_digest is False
    assert sam.get(REACH).context["form"]["weekly_digest"].value() is False


@pytest.mark.parametrize(
    ("form", "last"),
    [
        ({"length": "week"}, 6),
        ({"length": "two_weeks"}, 13),
        ({"length": "day", "until": (TODAY + 40 * DAY).isoformat()}, 40),
    ],
)
def test_a_pause_and_its_end(world, alice, form, last):
    answer = alice.post(f"{REACH}pause/", form, follow=True)
    assert fresh(world.alice).paused_until == TODAY + last * DAY
    assert "Paused until" in answer.content.decode()
    assert "Resume now" in answer.content.decode()
    answer = alice.post(f"{REACH}resume/", follow=True)
    assert fresh(world.alice).paused_until is None
    assert "Resume now" not in answer.content.decode()


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"length": "day", "until": (TODAY - DAY).isoformat()}, "This day is past."),
        ({"length": "day", "until": (TODAY + 400 * DAY).isoformat()}, "A pause lasts a year at most."),
        ({"length": "day"}, "Choose a day."),
        ({"length": "day", "until": "soon"}, "Enter a day, such as"),
        ({}, "Choose how long."),
    ],
)
def test_a_pause_that_is_none(world, alice, form, message):
    answer = alice.post(f"{REACH}pause/", form)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert fresh(world.alice).paused_until is None


def test_an_absence_entered_changed_and_removed_each_taken_back(world, alice):
    def toast_undo(answer):
        *_earlier, message = answer.context["messages"]
        change = message.extra_tags.removeprefix("undo:").split()[0]
        return alice.post(f"/o/coursive/undo/{change}/", follow=True)

    answer = alice.post(f"{REACH}absences/new/", days(0, 9, world.bob), follow=True)
    assert "You are away until 28 May" in answer.content.decode()
    assert "Bob Colleague is asked in your place" in answer.content.decode()
    [absence] = absences_of(world.alice)

    toast_undo(answer)
    assert absences_of(world.alice) == []
    alice.post(f"{REACH}absences/new/", days(0, 9, world.bob))
    [absence] = absences_of(world.alice)

    answer = alice.post(f"{REACH}absences/{absence.pk}/", days(1, 4, world.carol, revision="1"), follow=True)
    [changed] = absences_of(world.alice)
    assert (changed.starts_on, changed.substitute_id) == (TODAY + DAY, world.carol.pk)
    toast_undo(answer)
    [back] = absences_of(world.alice)
    assert (back.starts_on, back.substitute_id) == (TODAY, world.bob.pk)

    answer = alice.post(f"{REACH}absences/{absence.pk}/remove/", follow=True)
    assert absences_of(world.alice) == []
    toast_undo(answer)
    assert [row.pk for row in absences_of(world.alice)] == [absence.pk]


def test_who_is_away_is_not_offered_to_stand_in(world, alice):
    offered = {
        str(value)
        for value, _name in alice.get(f"{REACH}absences/new/").context["form"]["substitute"].field.widget.choices
    }
    assert str(world.bob.pk) in offered
    assert str(world.alice.pk) not in offered


def test_sent_twice_entered_once(world, alice):
    form = days(0, 9, client_id="a1b2c3d4-once")
    answers = [alice.post(f"{REACH}absences/new/", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert len(absences_of(world.alice)) == 1


@pytest.mark.parametrize(
    ("first", "last", "who", "field", "message"),
    [
        (3, 1, "", "ends_on", "The last day lies before the first."),
        (-9, -3, "", "ends_on", "This day is past."),
        (0, 4000, "", "ends_on", "An absence lasts three years at most."),
        (0, 4, "alice", "substitute", "Nobody stands in for themselves: choose somebody else."),
        (0, 4, "olga", "substitute", "This person has left. Choose somebody else."),
        (12, 20, "", "starts_on", "These days overlap another absence, from 29 May 2026 to 2 June 2026."),
    ],
)
def test_an_absence_that_cannot_be(world, alice, first, last, who, field, message):
    with tenancy.tenant(world.org.pk):
        Absence.objects.create(member=world.alice, starts_on=TODAY + 10 * DAY, ends_on=TODAY + 14 * DAY)
        Membership.objects.filter(pk=world.olga.pk).update(ended_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
    form = days(first, last, world.people[who] if who else None)
    answer = alice.post(f"{REACH}absences/new/", form)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [message]}
    assert form["ends_on"] in answer.content.decode()
    assert len(absences_of(world.alice)) == 1


def test_a_restored_absence_does_not_overlap_what_came_since(world, alice):
    answer = alice.post(f"{REACH}absences/new/", days(0, 9), follow=True)
    [absence] = absences_of(world.alice)
    answer = alice.post(f"{REACH}absences/{absence.pk}/remove/", follow=True)
    [message] = answer.context["messages"]
    alice.post(f"{REACH}absences/new/", days(2, 3))
    answer = alice.post(f"/o/coursive/undo/{message.extra_tags.removeprefix('undo:').split()[0]}/", follow=True)
    assert "overlap" in answer.content.decode()
    assert len(absences_of(world.alice)) == 1


def test_an_administrator_enters_it_for_somebody_and_colleagues_do_not(world, alice, admin):
    url = f"{REACH}people/{world.bob.pk}/absences/"
    assert factories.signed_in(world.carol).post(url, days(0, 4)).status_code == 403
    assert absences_of(world.bob) == []
    answer = admin.post(url, days(0, 4, world.alice), follow=True)
    assert "When is Bob Colleague away?" in answer.content.decode()
    [absence] = absences_of(world.bob)
    mine = f"{REACH}absences/{absence.pk}/"
    assert alice.get(mine).status_code == alice.post(f"{mine}remove/").status_code == 403
    assert factories.signed_in(world.bob).post(f"{mine}remove/").status_code == 302
    assert absences_of(world.bob) == []


def test_whom_i_stand_in_for(world, alice):
    alice.post(f"{REACH}absences/new/", days(0, 9, world.bob))
    page = factories.signed_in(world.bob).get(REACH).content.decode()
    assert "I stand in for" in page
    assert "Alice Owner" in page


def test_two_change_it_at_once(world, alice, admin):
    alice.post(f"{REACH}absences/new/", days(0, 9))
    [absence] = absences_of(world.alice)
    url = f"{REACH}absences/{absence.pk}/"
    admin.post(url, days(0, 5, revision="1"))
    answer = alice.post(url, days(0, 7, revision="1"))
    assert answer.status_code == 409
    assert "Dan Admin" in answer.content.decode()
    assert [row.ends_on for row in absences_of(world.alice)] == [TODAY + 5 * DAY]


def test_whoever_stands_in_is_told_once_and_no_longer_when_it_is_removed(world, alice):
    def told(member):
        with tenancy.tenant(world.org.pk):
            rows = Notification.objects.filter(recipient=member, kind="stands_in")
            return [(row.actor_id, row.about, row.path) for row in rows]

    alice.post(f"{REACH}absences/new/", days(1, 8, world.bob))
    (mine,) = absences_of(world.alice)
    said = [(world.alice.pk, "from 20 May 2026 to 27 May 2026", "reach/")]
    assert told(world.bob) == said
    inbox = " ".join(factories.signed_in(world.bob).get("/o/coursive/inbox/").content.decode().split())
    assert "is away, and you stand in:" in inbox
    edit = f"{REACH}absences/{mine.pk}/"
    alice.post(edit, days(1, 8, world.bob))
    assert told(world.bob) == said
    alice.post(edit, days(1, 8, world.carol))
    assert (told(world.bob), told(world.carol)) == ([], said)
    removed = alice.post(f"{edit}remove/", follow=True).content.decode()
    assert told(world.carol) == []
    alice.post(re.findall(r'action="([^"]+/undo/[^"]+)"', removed)[-1])
    assert told(world.carol) == said
