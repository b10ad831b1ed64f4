"""What one workshop parked reaches the next of its kind and place: taken up as a note, or left."""

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from orgs import tenancy
from tests import factories
from tests.factories import World, signed_in
from workshops.models import Decision, Note, Subject, Vote, Workshop

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 5, 19, 10, tzinfo=dt.UTC)
IDEA = "A screen that says when"


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


class Two:
    """A workshop of last month, which parked an idea, and the next one, which has not begun."""

    def __init__(self, world: World) -> None:
        self.world = world
        with tenancy.tenant(world.org.pk):
            self.first = factories.workshop(world, "closed", title="April", starts_at=NOW - dt.timedelta(days=30))
            self.next = factories.workshop(world, "", title="May")
            note = factories.note(self.first, self.first.participants.get(membership=world.bob), IDEA, revealed_at=NOW)
            self.decision = self.park(note, reason="Once the app is there.")
        self.clients = {name: signed_in(person) for name, person in world.people.items()}

    def park(self, note: Note, **fields: Any) -> Decision:
        return Decision.objects.create(
            workshop=note.workshop, note=note, outcome="parked", by=self.world.alice, at=NOW, **fields
        )

    def url(self, name: str = "workshop_parked") -> str:
        return reverse(name, args=["ours", self.next.code])

    def post(self, do: str, who: str = "alice", *, htmx: bool = True, **fields: Any):
        with tenancy.tenant(self.world.org.pk):
            subject = self.next.subjects.get().pk
        sent = {"item": self.decision.pk, "do": do, "subject": subject, **fields}
        return self.clients[who].post(self.url(), sent, headers={"HX-Request": "true"} if htmx else {})

    def offers(self, who: str = "alice") -> str:
        return self.clients[who].get(self.url(), headers={"HX-Request": "true"}).content.decode()

    def notes(self) -> list[Note]:
        with tenancy.tenant(self.world.org.pk):
            return list(Note.objects.live().filter(workshop=self.next).select_related("author__membership", "subject"))

    def set(self, workshop: Workshop, **fields: Any) -> None:
        with tenancy.tenant(self.world.org.pk):
            Workshop.objects.filter(pk=workshop.pk).update(**fields)

    def enter(self, kind: str) -> None:
        with tenancy.tenant(self.world.org.pk):
            self.set(self.next, state="running", phase=self.next.phases.get(kind=kind))


@pytest.fixture
def two() -> Two:
    return Two(factories.world("ours"))


def test_it_is_offered_with_where_it_comes_from(two: Two) -> None:
    for page in (two.offers(), two.clients["alice"].get(two.url("workshop")).content.decode()):
        assert IDEA in page
        assert "April" in page
        assert "Once the app is there." in page
    assert "Parked earlier" in two.clients["alice"].get(two.url()).content.decode()
    assert IDEA not in two.clients["bob"].get(two.url("workshop")).content.decode()


def test_taken_up_it_lies_on_the_board_for_all(two: Two) -> None:
    assert two.post("take").status_code == 200
    [note] = two.notes()
    assert (note.text, note.parked_before_id, note.author.membership) == (IDEA, two.decision.pk, two.world.alice)
    two.enter("brainstorm")
    board = two.clients["bob"].get(two.url("workshop_room")).content.decode().partition('<div id="board">')[2]
    assert IDEA in board
    assert "parked earlier" in board


def test_two_who_take_it_up_make_one_note(two: Two) -> None:
    assert two.post("take").status_code == two.post("take", "coach").status_code == 200
    assert len(two.notes()) == 1


def test_nobody_puts_a_note_of_their_own_in_its_place(two: Two) -> None:
    two.enter("brainstorm")
    with tenancy.tenant(two.world.org.pk):
        subject = two.next.subjects.get().pk
    made = uuid.UUID("7a7f6d0e-52a8-4f0b-8a6c-0d5f1f0a9a41")
    guess = uuid.uuid5(made, f"{two.next.code}.{two.decision.pk}")  # as such notes were named once: known beforehand
    fields = {"uid": guess, "subject": subject, "text": "Something else"}
    assert two.clients["bob"].post(two.url("workshop_notes"), fields, headers={"HX-Request": "true"}).status_code == 200
    assert two.post("take").status_code == 200
    assert [(note.text, note.revealed_at is None) for note in two.notes()] == [("Something else", True), (IDEA, False)]


def test_it_is_left_offered_again_and_taken_up_after_all(two: Two) -> None:
    assert "Offer it again" in two.post("leave").content.decode()
    assert two.notes() == []
    assert "Take it up" in two.post("offer").content.decode()
    assert "On the board" in two.post("take").content.decode()
    two.post("leave")  # off the board again
    assert two.notes() == []
    two.post("take")
    assert len(two.notes()) == 1


def test_what_was_merged_into_it_stays_when_it_is_left(two: Two) -> None:
    two.post("take")
    two.enter("families")
    with tenancy.tenant(two.world.org.pk):
        bob = two.next.participants.get(membership=two.world.bob)
        factories.note(two.next, bob, "The same, said by Bob", merged_into=two.notes()[0], revealed_at=NOW)
    two.post("leave")
    [note] = two.notes()
    assert (note.text, note.merged_into_id) == ("The same, said by Bob", None)


def test_what_was_left_stays_left_in_other_hands(two: Two) -> None:
    two.post("leave")
    two.set(two.next, facilitator=two.world.bob, co_facilitator=two.world.alice)
    assert "Offer it again" in two.offers()
    assert "Take it up" in two.post("offer", "bob").content.decode()


def test_the_room_tells_those_who_lead(two: Two) -> None:
    two.enter("frame")
    assert "1 idea was parked earlier." in two.clients["alice"].get(two.url("workshop_room")).content.decode()
    assert "parked earlier" not in two.clients["bob"].get(two.url("workshop_room")).content.decode()
    two.post("leave")
    assert "was parked earlier" not in two.clients["alice"].get(two.url("workshop_room")).content.decode()


def test_without_javascript_it_leads_back_to_the_plan(two: Two) -> None:
    assert two.post("take", htmx=False)["Location"] == f"{two.url('workshop')}#parked"
    assert "On the board" in two.clients["alice"].get(two.url("workshop")).content.decode()


@pytest.mark.parametrize("who", ["bob", "sam", "cpo", "olga"])
def test_only_who_leads_there_sees_or_takes_it(two: Two, who: str) -> None:
    assert two.clients[who].get(two.url()).status_code == 403
    assert two.post("take", who).status_code == 403
    assert two.notes() == []


@pytest.mark.parametrize(
    "fields",
    [{"kind": "tribe_objectives"}, {"state": "running"}, {"starts_at": NOW + dt.timedelta(days=9)}],
    ids=["another kind", "not over yet", "later"],
)
def test_other_workshops_park_nothing_here(two: Two, fields: dict[str, Any]) -> None:
    two.set(two.first, **fields)
    assert IDEA not in two.offers()
    assert two.post("take").status_code == 422
    assert two.notes() == []


def test_another_tribe_has_its_own(two: Two) -> None:
    two.set(two.first, tribe=two.world.other_tribe)
    assert IDEA not in two.offers()


def test_what_another_workshop_has_taken_up_is_its_own_now(two: Two) -> None:
    with tenancy.tenant(two.world.org.pk):
        between = factories.workshop(two.world, "closed", title="Between", starts_at=NOW - dt.timedelta(days=9))
        author = between.participants.get(membership=two.world.alice)
        note = factories.note(between, author, IDEA, parked_before=two.decision, revealed_at=NOW)
    assert IDEA not in two.offers()
    with tenancy.tenant(two.world.org.pk):
        two.park(note)  # parked once more, it comes from there
    assert "Between" in two.offers()


def test_committees_have_their_own(two: Two) -> None:
    world = two.world
    with tenancy.tenant(world.org.pk):
        where = {"kind": "codir_key_results", "tribe": None, "quarter": None, "year": world.year}
        two.set(two.first, **where, committee=world.committee)
        two.set(two.next, **where, committee=world.committee)
    assert IDEA in two.offers("carol")
    two.set(two.first, committee=None)
    assert IDEA not in two.offers("carol")


def test_it_is_too_late_once_people_vote(two: Two) -> None:
    two.enter("vote")
    assert two.post("take").status_code == 422
    two.enter("families")
    with tenancy.tenant(two.world.org.pk):
        phase = two.next.phases.get(kind="vote")
        Vote.objects.create(phase=phase, votes_on="notes", dots=5, dots_an_item=3, opened_at=NOW, closed_at=NOW)
    answer = two.post("take")
    assert answer.status_code == 422
    assert "too late" in answer.content.decode()
    assert two.notes() == []


@pytest.mark.parametrize(
    "fields", [{"do": "burn"}, {"item": "999999"}, {"item": "x"}, {"subject": ""}, {"subject": "0"}]
)
def test_nonsense_is_refused_in_words(two: Two, fields: dict[str, str]) -> None:
    answer = two.post(**{"do": "take", **fields})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert two.notes() == []


def test_it_goes_under_what_is_named(two: Two) -> None:
    with tenancy.tenant(two.world.org.pk):
        other = factories.tribe_objective(two.world.quarter, two.world.tribe, position=2, title="Nobody waits.")
        subject = Subject.objects.create(workshop=two.next, objective=other, position=2, is_retained=False)
        first = two.next.subjects.get(objective=two.world.objective)
    page = two.offers()
    assert f'<option value="{first.pk}" selected>' in page  # where it was then
    answer = two.clients["alice"].post(
        two.url(), {"item": two.decision.pk, "do": "take", "subject": subject.pk}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert two.notes()[0].subject.is_retained
