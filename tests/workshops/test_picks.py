"""On which strategic key results can we have an effect: marked alone, then the sum, then what is retained."""

import datetime as dt
import re

import pytest

from orgs import tenancy
from orgs.models import AuditEvent
from tests import factories
from tests.factories import World
from tests.workshops.voting import NOW, Room
from workshops.models import Participant, Phase, Pick, Subject
from workshops.pages.room import LEAD, PROJECTOR, ROOM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("during_the_workshop")]
REFUSED = 422


@pytest.fixture
def room(world: World) -> Room:
    """A workshop on objectives at its choice among two strategic key results."""
    with tenancy.tenant(world.org.pk):
        held = factories.workshop(world, at="frame", kind="tribe_objectives")
        Subject.objects.filter(workshop=held).delete()
        other = factories.key_result(world.strategic, title="Returns handled within two days", position=2)
        for position, key_result in enumerate((world.strategic_kr, other), 1):
            Subject.objects.create(workshop=held, key_result=key_result, position=position, is_retained=False)
        held.phases.exclude(kind="frame").update(position=10)
        for position, phase in enumerate(held.phases.exclude(kind="frame").order_by("pk"), 3):
            Phase.objects.filter(pk=phase.pk).update(position=position)
        held.phase = Phase.objects.create(workshop=held, position=2, kind="pick", minutes=10)
        held.save()
        return Room(world, held)


def show_sum(room: Room, who: str = "alice", counted: str = "on", **fields):
    return room.post(who, "workshop_count", counted=counted, **fields)


def retain(room: Room, subject: Subject, who: str = "alice", retained: str = "on"):
    return room.post(who, "workshop_retain", {"pk": subject.pk}, retained=retained)


def marks(room: Room, who: str) -> set[int]:
    with room.tenancy():
        return set(Pick.objects.filter(participant=room.one(who)).values_list("subject_id", flat=True))


def test_the_choice_recalls_the_annual_objectives_and_offers_their_key_results(room, world):
    page = room.get("bob")
    board = page.partition('class="pick-board')[2]
    assert world.strategic.title in board
    assert world.strategic_kr.title in board
    assert board.index(world.strategic.title) < board.index(world.strategic_kr.title)


def test_the_frame_recalls_the_annual_objectives_with_their_key_results(room, world):
    assert room.go("frame").status_code == 200
    board = room.get("alice").partition('id="board"')[2]
    assert board.count(world.strategic.title) == 1
    for title in (world.strategic_kr.title, "Returns handled within two days"):
        assert title in board


def test_a_mark_is_set_and_taken_back(room):
    one, two = room.subjects
    assert room.mark("bob", {one: True, two: True}).status_code == 200
    assert room.mark("bob", {one: True}).status_code == 200
    assert marks(room, "bob") == {one.pk, two.pk}
    assert room.mark("bob", {one: False}).status_code == 200
    assert marks(room, "bob") == {two.pk}


@pytest.mark.parametrize(
    "fields", [{}, {"item": "x", "n": "1"}, {"item": "1"}, {"item": "999999", "n": "1"}, {"item": "1", "n": "2"}]
)
def test_what_makes_no_sense_is_refused(room, fields):
    assert room.post("bob", "workshop_mark", **fields).status_code == REFUSED
    assert marks(room, "bob") == set()


def test_what_another_workshop_is_about_takes_no_mark(room, world):
    with room.tenancy():
        other = factories.workshop(world).subjects.first()
    assert room.mark("bob", {other: True}).status_code == REFUSED


def test_observers_mark_nothing_nor_does_the_facilitator_who_does_not_vote(room):
    (one, _two) = room.subjects
    room.change("carol", part=Participant.Part.OBSERVER)
    assert room.mark("carol", {one: True}).status_code == 403
    assert room.mark("alice", {one: True}).status_code == REFUSED
    room.set(facilitator_votes=True)
    assert room.mark("alice", {one: True}).status_code == 200


@pytest.mark.parametrize(
    ("opens", "closes", "status"), [(-2, -1, REFUSED), (1, 2, REFUSED), (-1, 1, 200)], ids=["over", "not yet", "now"]
)
def test_a_choice_of_some_days_takes_marks_between_its_dates(room, opens, closes, status):
    with room.tenancy():
        Phase.objects.filter(kind="pick").update(
            opens_at=NOW + dt.timedelta(days=opens), closes_at=NOW + dt.timedelta(days=closes)
        )
    assert room.mark("bob", {room.subjects[0]: True}).status_code == status


def test_marks_are_private_until_the_sum_is_shown(room):
    one, two = room.subjects
    room.mark("bob", {one: True})
    before = [room.drawn(audience) for audience in (ROOM, LEAD, PROJECTOR)]
    room.mark("bob", {one: False, two: True})
    assert [room.drawn(audience) for audience in (ROOM, LEAD, PROJECTOR)] == before
    assert "1 of 2 have marked something" in before[0]
    assert f'data-chosen="{{&quot;{two.pk}&quot;: 1}}"' in room.get("bob", "workshop_mine")
    assert 'data-chosen="{}"' in room.get("carol", "workshop_mine")
    room.change("carol", joined_at=None)
    assert "1 of 1 have marked something" in room.drawn(), "whoever never came is not waited for"
    room.change("carol", joined_at=NOW)
    room.mark("carol", {one: True, two: True})
    assert show_sum(room).status_code == 200
    sums = re.findall(r'<b class="num">(\d)</b> <span class="dim">of 2', room.drawn())
    assert sums == ["1", "2"]


def test_counted_marks_stay_as_they_are_until_people_mark_again(room):
    one, two = room.subjects
    room.mark("bob", {one: True})
    show_sum(room)
    answer = room.mark("bob", {two: True})
    assert answer.status_code == REFUSED
    assert "The marks are counted already." in answer.content.decode()
    assert show_sum(room, counted="").status_code == 200
    assert room.mark("bob", {two: True}).status_code == 200
    assert marks(room, "bob") == {one.pk, two.pk}


def test_marks_of_those_who_take_part_no_more_do_not_count(room):
    first = room.subjects[0]
    for who in ("bob", "carol"):
        room.mark(who, {first: True})
    room.change("carol", part=Participant.Part.OBSERVER)
    assert "The marks of 1 person who no longer takes part will not count." in room.get("alice")
    assert "no longer takes part" not in room.get("bob")
    show_sum(room)
    assert marks(room, "bob") == {first.pk}
    assert marks(room, "carol") == set()


def test_only_whoever_leads_shows_the_sum_and_retains(room):
    (one, _two) = room.subjects
    assert show_sum(room, "bob").status_code == 403
    show_sum(room)
    assert retain(room, one, "bob").status_code == 403
    assert retain(room, one).status_code == 200
    assert [subject.is_retained for subject in room.subjects] == [True, False]


def test_showing_the_sum_asks_once_more_while_people_are_at_it(room, monkeypatch):
    connected = frozenset(f"m{room.world.people[name].pk}" for name in ("alice", "bob", "carol"))
    monkeypatch.setattr("workshops.live.presence._here_of", lambda kind, org, key: connected)
    answer = show_sum(room)
    assert answer.status_code == 409
    assert 'name="counted" value="on"' in answer.content.decode()
    assert show_sum(room, sure="on").status_code == 200


def test_nothing_is_retained_before_the_sum_is_shown(room):
    (one, _two) = room.subjects
    answer = retain(room, one)
    assert answer.status_code == REFUSED
    assert "Show the sum of the marks first." in answer.content.decode()


def test_ideas_are_written_under_what_was_retained(room):
    one, two = room.subjects
    show_sum(room)
    retain(room, one)
    retain(room, two)
    retain(room, two, retained="")
    assert room.go("brainstorm").status_code == 200
    page = room.get("bob", "workshop_mine")
    assert f'name="subject" value="{one.pk}"' in page


def test_going_on_with_nothing_retained_is_refused_in_words(room):
    show_sum(room)
    answer = room.go("brainstorm")
    assert answer.status_code == REFUSED
    assert "Retain at least one key result first" in answer.content.decode()
    assert room.go("frame").status_code == 200, "back is always possible"
    assert room.go("pick").status_code == 200
    retain(room, room.subjects[0])
    assert room.go("brainstorm").status_code == 200


def test_what_has_notes_stays_retained(room):
    (one, _two) = room.subjects
    show_sum(room)
    retain(room, one)
    room.note("Written under it", subject=one)
    answer = retain(room, one, retained="")
    assert answer.status_code == REFUSED
    assert "stays" in answer.content.decode()


def test_outside_its_phase_nothing_is_marked_counted_or_retained(room):
    (one, _two) = room.subjects
    show_sum(room)
    retain(room, one)
    room.go("brainstorm")
    assert room.mark("bob", {one: True}).status_code == REFUSED
    assert show_sum(room, counted="").status_code == REFUSED
    assert retain(room, one, retained="").status_code == REFUSED


def test_a_subject_of_another_workshop_is_not_found(room, world):
    with room.tenancy():
        other = factories.workshop(world).subjects.first()
    show_sum(room)
    assert retain(room, other).status_code == 404


def test_the_audit_says_what_was_retained(room):
    (one, _two) = room.subjects
    show_sum(room)
    for _ in range(2):
        retain(room, one)
    with room.tenancy():
        (event,) = AuditEvent.objects.filter(verb="retained")
        assert event.after == {"subjects": str(one)}


def test_without_javascript_there_is_a_form_for_each(room):
    assert room.get("bob").count('name="n" min="0" max="1"') == 2
    assert room.mark("bob", {room.subjects[0]: True}, htmx=False).status_code == 302
    assert marks(room, "bob") == {room.subjects[0].pk}
