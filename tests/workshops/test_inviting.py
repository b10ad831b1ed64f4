"""The invited hear by mail, with a file for their calendar, when a workshop is planned, moved, called off, and undone."""

import datetime as dt

import pytest
import time_machine
from icalendar import Calendar

from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.actions.undoing import undo
from orgs.models import OutboxMail, User
from tests import factories
from workshops.actions.planning import cancel_workshop, change_workshop, plan_workshop
from workshops.agendas import agenda_of
from workshops.models import Workshop

pytestmark = pytest.mark.django_db
STARTS = dt.datetime(2026, 5, 26, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _the_week_before():
    with time_machine.travel("2026-05-18 10:00", tick=True):
        yield


@pytest.fixture
def inside(world):
    with tenancy.tenant(world.org.pk):
        yield world


def row(member, part="voter"):
    return {"membership": member.pk, "function": member.function, "part": part}


def planned(world, **others):
    blank = Workshop(kind="tribe_key_results", tribe=world.tribe, quarter=world.quarter)
    values = {
        "title": "Key results of Drive",
        "starts_at": STARTS,
        "place": "Room Vega",
        "facilitator": world.alice,
        "agenda": agenda_of("tribe_key_results", "en"),
        "participants": [row(world.bob), row(world.olga, "observer")],
        "subjects": [{"objective": world.objective.pk, "key_result": None}],
    }
    return plan_workshop(blank, values | others, by=Actor(world.alice))


def mails(*, leave=True):
    """What was posted since the last look: by the person's first name, the mail and its calendar. `leave`: they are sent."""
    fresh = OutboxMail.objects.filter(kind="workshop", sent_at=None)
    found = {mail.recipient.partition(".")[0]: mail for mail in fresh}
    if leave:
        fresh.update(sent_at=STARTS)
    return {name: (mail, Calendar.from_ical(mail.files[0]["text"])) for name, mail in found.items()}


def event(calendar):
    return calendar.walk("VEVENT")[0]


def test_planning_invites_everybody_each_in_their_language_and_zone(inside):
    User.objects.filter(pk=inside.bob.user_id).update(language="fr", time_zone="America/Montreal")
    workshop, _change = planned(inside)
    told = mails()
    assert set(told) == {"alice", "bob", "olga"}
    mail, calendar = told["olga"]
    assert "Key results of Drive" in mail.subject
    assert "Tuesday 26 May 2026, 14:00 – 16:00 (Europe/Paris)" in mail.text
    assert f"/w/{workshop.code}/" in mail.text
    assert "mardi 26 mai 2026, 08:00 – 10:00 (America/Montreal)" in told["bob"][0].text
    assert mail.files[0]["type"] == "text/calendar; method=REQUEST"
    assert calendar["METHOD"] == "REQUEST"
    entry = event(calendar)
    assert (entry["SUMMARY"], entry["LOCATION"], int(entry["SEQUENCE"])) == ("Key results of Drive", "Room Vega", 1)
    assert (entry.decoded("DTSTART"), entry.decoded("DTEND")) == (STARTS, STARTS + dt.timedelta(hours=2))
    assert f"/w/{workshop.code}/" in entry["DESCRIPTION"]


def test_an_invitation_names_no_other_address_and_no_content(inside):
    workshop, _change = planned(inside)
    factories.note(workshop, workshop.participants.first(), "A private idea")
    for name, (mail, _calendar) in mails().items():
        said = mail.text + mail.files[0]["text"].replace("\r\n ", "")
        others = {inside.people[other].user.email for other in ("alice", "bob", "olga") if other != name}
        assert not [address for address in others if address in said]
        assert "A private idea" not in said
        assert inside.objective.title not in said


def test_moving_it_raises_the_sequence_of_the_same_entry(inside):
    workshop, _change = planned(inside)
    before = event(mails()["bob"][1])
    change_workshop(workshop, {"starts_at": STARTS + dt.timedelta(days=1)}, by=Actor(inside.alice))
    told = mails()
    assert set(told) == {"alice", "bob", "olga"}
    mail, calendar = told["bob"]
    after = event(calendar)
    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after.decoded("DTSTART") == STARTS + dt.timedelta(days=1)
    assert mail.subject.startswith("Changed: ")
    assert "has changed" in mail.text


def test_what_no_calendar_shows_is_not_mailed(inside):
    workshop, _change = planned(inside)
    mails()
    change_workshop(workshop, {"dots": 7}, by=Actor(inside.alice))
    agenda = [phase | {"question": "What else?"} for phase in agenda_of("tribe_key_results", "en")]
    change_workshop(workshop, {"agenda": agenda}, by=Actor(inside.alice))
    assert mails() == {}


def test_who_is_added_is_invited_and_who_is_taken_out_is_told(inside):
    workshop, _change = planned(inside)
    mails()
    change_workshop(workshop, {"participants": [row(inside.bob), row(inside.carol)]}, by=Actor(inside.alice))
    told = mails()
    assert set(told) == {"carol", "olga"}
    assert told["carol"][1]["METHOD"] == "REQUEST"
    assert told["carol"][0].subject.startswith("Workshop: ")
    assert (told["olga"][1]["METHOD"], event(told["olga"][1])["STATUS"]) == ("CANCEL", "CANCELLED")


def test_calling_it_off_cancels_and_undo_invites_again(inside):
    workshop, _change = planned(inside)
    first = event(mails()["bob"][1])
    change = cancel_workshop(workshop, by=Actor(inside.alice))
    off = mails()
    assert set(off) == {"alice", "bob", "olga"}
    mail, calendar = off["bob"]
    gone = event(calendar)
    assert (calendar["METHOD"], gone["STATUS"], gone["UID"]) == ("CANCEL", "CANCELLED", first["UID"])
    assert int(gone["SEQUENCE"]) > int(first["SEQUENCE"])
    assert mail.files[0]["type"] == "text/calendar; method=CANCEL"
    undo(change.id, by=Actor(inside.alice))
    back = event(mails()["bob"][1])
    assert (back["UID"], back["STATUS"]) == (first["UID"], "CONFIRMED")
    assert int(back["SEQUENCE"]) > int(gone["SEQUENCE"])


def test_a_mail_that_waits_is_replaced_and_what_was_taken_back_at_once_is_not_sent(inside):
    workshop, _change = planned(inside)
    mails()
    change_workshop(workshop, {"title": "Renamed"}, by=Actor(inside.alice))
    change_workshop(workshop, {"title": "Renamed again"}, by=Actor(inside.alice))
    waiting = mails(leave=False)
    assert OutboxMail.objects.filter(sent_at=None).count() == 3
    assert event(waiting["bob"][1])["SUMMARY"] == "Renamed again"
    change_workshop(workshop, {"title": "Key results of Drive"}, by=Actor(inside.alice))
    assert mails() == {}


def test_a_workshop_of_the_past_is_nobodys_appointment(inside):
    planned(inside, starts_at=dt.datetime(2026, 5, 10, 12, tzinfo=dt.UTC))
    assert mails() == {}


def test_who_has_left_the_organization_hears_nothing(inside):
    workshop, _change = planned(inside)
    mails()
    User.objects.filter(pk=inside.bob.user_id).update(is_active=False)
    cancel_workshop(workshop, by=Actor(inside.alice))
    assert set(mails()) == {"alice", "olga"}
