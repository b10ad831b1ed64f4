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
from workshops.actions import running
from workshops.actions.planning import cancel_workshop, change_workshop, plan_workshop
from workshops.agendas import agenda_of
from workshops.models import Workshop
from workshops.tasks import keep_time

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


def test_who_is_taken_out_is_told_so_and_who_was_invited_that_it_is_off(inside):
    workshop, _change = planned(inside)
    mails()
    change_workshop(workshop, {"participants": [row(inside.bob)]}, by=Actor(inside.alice))
    out = mails()["olga"][0]
    assert out.subject.startswith("No longer invited: ")
    assert "You are no longer invited" in out.text
    assert "called off" not in out.text
    cancel_workshop(workshop, by=Actor(inside.alice))
    off = mails()
    assert set(off) == {"alice", "bob"}
    assert off["bob"][0].subject.startswith("Called off: ")
    assert "was called off" in off["bob"][0].text
    assert "/w/" not in off["bob"][0].text


def with_window(opens, closes):
    rows = agenda_of("tribe_key_results", "en")
    return [
        row_of | {"opens_at": opens, "closes_at": closes} if row_of["kind"] == "brainstorm" else row_of
        for row_of in rows
    ]


def test_what_is_open_for_days_stands_in_the_invitation_and_its_change_is_told(inside):
    User.objects.filter(pk=inside.bob.user_id).update(language="fr", time_zone="America/Montreal")
    opens, closes = STARTS - dt.timedelta(days=4), STARTS - dt.timedelta(days=1)
    workshop, _change = planned(inside, agenda=with_window(opens, closes))
    told = mails()
    mail, calendar = told["olga"]
    said = "Private brainstorm: Friday 22 May, 14:00 – Monday 25 May, 14:00"
    assert said in mail.text
    assert said in event(calendar)["DESCRIPTION"]
    assert "vendredi 22 mai, 08:00 – lundi 25 mai, 08:00" in told["bob"][0].text
    kept = [row_of | {"id": pk} for row_of, pk in zip(with_window(opens, closes), ids(workshop), strict=True)]
    change_workshop(workshop, {"agenda": kept}, by=Actor(inside.alice))
    assert mails() == {}
    moved = [row_of | {"id": pk} for row_of, pk in zip(with_window(opens, STARTS), ids(workshop), strict=True)]
    change_workshop(workshop, {"agenda": moved}, by=Actor(inside.alice))
    again = mails()
    assert set(again) == {"alice", "bob", "olga"}
    assert again["olga"][0].subject.startswith("Changed: ")
    assert "Friday 22 May, 14:00 – Tuesday 26 May, 14:00" in again["olga"][0].text


def ids(workshop):
    return list(workshop.phases.order_by("position").values_list("pk", flat=True))


def test_once_it_opens_who_is_invited_is_told_once_until_when(inside):
    User.objects.filter(pk=inside.bob.user_id).update(language="fr", time_zone="America/Montreal")
    opens, closes = STARTS - dt.timedelta(days=4), STARTS - dt.timedelta(days=1)
    workshop, _change = planned(inside, agenda=with_window(opens, closes))
    mails()
    with time_machine.travel(opens - dt.timedelta(minutes=1), tick=False):
        keep_time()
    waiting = OutboxMail.objects.filter(kind="workshop_open").order_by("recipient")
    assert not waiting.exists()
    for minutes in (1, 2, 60):
        with time_machine.travel(opens + dt.timedelta(minutes=minutes), tick=False):
            keep_time()
    assert [mail.recipient.partition(".")[0] for mail in waiting] == ["alice", "bob", "olga"]
    bob, olga = waiting[1], waiting[2]
    assert olga.subject == "Open until Monday 25 May, 14:00 (Europe/Paris): Key results of Drive"
    assert "Private brainstorm" in olga.text
    assert f"/w/{workshop.code}/?account" in olga.text
    assert "lundi 25 mai, 08:00 (America/Montreal)" in bob.text


def test_the_link_of_a_mail_asks_for_the_account_first(inside, client):
    workshop, _change = planned(inside)
    assert f"/w/{workshop.code}/?account" in mails()["bob"][0].text
    page = client.get(f"/w/{workshop.code}/?account").content.decode()
    assert f'href="/accounts/login/?next=%2Fw%2F{workshop.code}%2F"' in page
    assert 'name="name"' not in page
    assert 'name="name"' in client.get(f"/w/{workshop.code}/").content.decode(), "a guest comes in by the plain link"
    bob = factories.signed_in(inside.bob)
    assert "Come in" in bob.get(f"/w/{workshop.code}/?account").content.decode()


def test_a_phase_that_the_facilitator_opens_for_days_is_told_too(inside):
    opens, closes = STARTS - dt.timedelta(days=4), STARTS - dt.timedelta(days=1)
    workshop, _change = planned(inside, agenda=with_window(opens, closes))
    alice = workshop.participants.get(membership=inside.alice)
    told = OutboxMail.objects.filter(kind="workshop_open")
    with time_machine.travel(opens + dt.timedelta(hours=3), tick=False):
        first = running.begin(workshop, by=alice)
        assert not told.exists(), "the frame is not open for days"
        to = workshop.phases.get(kind="brainstorm")
        running.go_to(workshop, to, by=alice, seen=first.phase_id, here=frozenset())
    assert told.count() == 3


def test_the_plan_says_when_a_phase_is_open_and_what_comes_before_it(inside):
    opens, closes = STARTS - dt.timedelta(days=4), STARTS - dt.timedelta(days=1)
    workshop, _change = planned(inside, agenda=with_window(opens, closes))
    page = f"/o/coursive/workshops/{workshop.code}/"
    said = factories.signed_in(inside.bob).get(page).content.decode()
    assert "Fri 22 May, 14:00 – Mon 25 May, 14:00" in said
    assert "The facilitator opens it" not in said, "it opens by itself"
    rows = [row_of | {"id": pk} for row_of, pk in zip(with_window(opens, closes), ids(workshop), strict=True)]
    frame, brainstorm = rows[0], rows[1]
    first = {**frame, "id": None, "kind": "families", "title": "Warm up"}
    change_workshop(workshop, {"agenda": [frame, first, brainstorm, *rows[2:]]}, by=Actor(inside.alice))
    said = factories.signed_in(inside.bob).get(page).content.decode()
    assert "The facilitator opens it, after “Warm up”." in said
