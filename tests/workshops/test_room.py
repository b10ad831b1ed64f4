"""The room of a workshop, through its pages and commands: what each does, and to whom it is refused."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs import tenancy
from tests import factories
from tests.factories import World, signed_in
from workshops.access import cookie_name, digest
from workshops.live import presence
from workshops.models import Note, Participant, Phase, Workshop
from workshops.pages.room import LEAD, PROJECTOR, REGIONS, ROOM, Room, draw

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 5, 19, 10, tzinfo=dt.UTC)
SECRET = "Nobody but Bob reads this before the reveal"


@pytest.fixture(autouse=True)
def during_the_workshop():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world() -> World:
    return factories.world("ours")


class Held:
    """A workshop with its people, each with a browser; every call happens in the organization's tenancy."""

    def __init__(self, world: World, workshop: Workshop) -> None:
        self.world, self.workshop = world, workshop
        self.clients = {name: signed_in(world.people[name]) for name in ("alice", "bob", "carol", "dan")}

    def url(self, name: str, **parts: object) -> str:
        return reverse(name, kwargs={"org": "ours", "code": self.workshop.code, **parts})

    def get(self, who: str, name: str = "workshop_room"):
        return self.clients[who].get(self.url(name))

    def post(self, who: str, name: str, parts: dict | None = None, *, htmx: bool = True, **fields: object):
        headers = {"HX-Request": "true"} if htmx else {}
        return self.clients[who].post(self.url(name, **(parts or {})), fields, headers=headers)

    def go(self, who: str, kind: str, *, seen: str | None = None, **fields: object):
        with tenancy.tenant(self.world.org.pk):
            to = self.workshop.phases.get(kind=kind)
            at = self.workshop.phases.get(kind=seen).pk if seen else self.now().phase_id
        return self.post(who, "workshop_phase", {"pk": to.pk}, seen=at, **fields)

    def write(self, who: str, text: str, uid: uuid.UUID | None = None):
        return self.post(who, "workshop_notes", uid=uid or uuid.uuid4(), subject=self.subject.pk, text=text)

    @property
    def subject(self):
        with tenancy.tenant(self.world.org.pk):
            return self.workshop.subjects.first()

    def now(self) -> Workshop:
        with tenancy.tenant(self.world.org.pk):
            return Workshop.objects.select_related("phase", "facilitator").get(pk=self.workshop.pk)

    def notes(self) -> list[Note]:
        with tenancy.tenant(self.world.org.pk):
            return list(Note.objects.select_related("author__membership"))

    def one(self, who: str) -> Participant:
        with tenancy.tenant(self.world.org.pk):
            return Participant.objects.get(workshop=self.workshop, membership=self.world.people[who])


@pytest.fixture
def held(world: World) -> Held:
    with tenancy.tenant(world.org.pk):
        return Held(world, factories.workshop(world))


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch):
    """`here("alice", "bob")`: who is connected, which elsewhere the hub of the running server knows."""
    connected: set[str] = set()
    monkeypatch.setattr("workshops.live.presence._here_of", lambda kind, org, key: frozenset(connected))
    monkeypatch.setattr(presence, "_since", NOW.timestamp() - 3600)  # this process has looked for long

    def are(held: Held, *names: str) -> None:
        connected.update(f"m{held.world.people[name].pk}" for name in names)

    return are


# ── The page ─────────────────────────────────────────────────────────────────


def test_the_room_shows_what_it_is_about_and_where_it_stands(held: Held) -> None:
    page = held.get("bob").content.decode()
    assert "Customers leave the pick-up lane smiling." in page
    assert "What would customers do differently?" in page
    assert 'aria-current="step"><span>Private brainstorm</span>' in page
    assert "Missing items replaced by one that the customer accepts" in page  # what the objective serves
    assert 'id="compose"' in page
    assert "Reveal notes" not in page  # that is the facilitator's


def test_the_facilitator_has_the_steps(held: Held) -> None:
    page = held.get("alice").content.decode()
    for words in ("Reveal notes", "+1 min", "Pause the timer", "Close the workshop", "Bob Colleague"):
        assert words in page


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("", "We begin soon"),
        ("frame", "Customers leave the pick-up lane smiling."),
        ("reveal", "Nobody wrote a note here."),
        ("vote", "nobody wrote a note in this round"),
        ("closed", "The workshop is closed"),
    ],
)
def test_each_phase_has_its_board(world: World, at: str, words: str) -> None:
    with tenancy.tenant(world.org.pk):
        held = Held(world, factories.workshop(world, at))
    board = held.get("bob").content.decode().partition('<div id="board">')[2]
    assert words in board
    assert 'id="compose"' not in held.get("bob").content.decode()


def test_one_reads_ones_own_notes_and_nobody_elses(held: Held) -> None:
    assert held.write("bob", SECRET).status_code == 200
    assert SECRET in held.get("bob").content.decode()
    assert SECRET in held.get("bob", "workshop_mine").content.decode()
    for other in ("alice", "carol"):
        for name in ("workshop_room", "workshop_mine"):
            answer = held.get(other, name)
            assert answer.status_code == 200
            assert SECRET not in answer.content.decode()
    assert held.get("carol").content.decode().count('class="note hidden sm"') == 1
    assert "no-store" in held.get("bob", "workshop_mine")["Cache-Control"]


def test_no_broadcast_holds_unrevealed_text_or_an_address(held: Held, here) -> None:
    here(held, "alice", "bob", "carol")
    held.write("bob", SECRET)
    with tenancy.tenant(held.world.org.pk):
        guest = factories.participant(held.workshop, guest_name="Gus Guest", digest=digest("token"))
        factories.note(held.workshop, guest, "The guest's own idea")
        for phase in Phase.objects.filter(workshop=held.workshop):
            Workshop.objects.filter(pk=held.workshop.pk).update(phase=phase)
            for workshop in (held.now(), Workshop.objects.with_place().get(pk=held.workshop.pk)):
                room = Room(workshop, held.world.org, frozenset(f"m{one.pk}" for one in held.world.people.values()))
                for audience in (ROOM, LEAD, PROJECTOR):
                    drawn = "".join(draw(region, room, audience) for region in REGIONS).encode()
                    assert audience == PROJECTOR or b"Bob Colleague" in drawn
                    for secret in (SECRET, "own idea", "csrf"):
                        assert secret.encode() not in drawn, (phase.kind, audience)
                    for person in held.world.people.values():
                        assert person.user.email.encode() not in drawn
                    assert b"@" not in drawn
        held.workshop.refresh_from_db()
    # The control: once revealed, the same regions hold it.
    with tenancy.tenant(held.world.org.pk):
        Workshop.objects.filter(pk=held.workshop.pk).update(phase=held.workshop.phases.get(kind="brainstorm"))
    assert held.go("alice", "reveal", sure="on").status_code == 200
    with tenancy.tenant(held.world.org.pk):
        assert SECRET in draw("board", Room(held.now(), held.world.org), ROOM)


def test_who_has_not_joined_finds_no_room(held: Held) -> None:
    assert held.get("dan", "workshop_mine").status_code == 403
    assert held.post("dan", "workshop_done", done="on").status_code == 403
    assert held.get("dan")["Location"] == f"/w/{held.workshop.code}/"


def test_a_guest_is_in_this_room_and_nowhere_else(held: Held, world: World) -> None:
    with tenancy.tenant(world.org.pk):
        guest = factories.participant(held.workshop, guest_name="Gus Guest", digest=digest("token"))
        other = factories.workshop(world)
    client = Client()
    client.cookies[cookie_name(held.workshop.code)] = "token"
    page = client.get(held.url("workshop_room"))
    assert page.status_code == 200
    answer = client.post(
        held.url("workshop_notes"), {"uid": uuid.uuid4(), "subject": held.subject.pk, "text": "From outside"}
    )
    assert answer.status_code == 302
    assert [note.author_id for note in held.notes()] == [guest.pk]
    for shut in ("/o/ours/", held.url("workshop_room").replace(held.workshop.code, other.code)):
        assert client.get(shut)["Location"].startswith("/accounts/login/")
    assert client.post(held.url("workshop_lead")).status_code == 403


# ── Notes ────────────────────────────────────────────────────────────────────


def test_a_note_that_is_sent_twice_is_one_note(held: Held) -> None:
    uid = uuid.uuid4()
    for _ in range(2):
        assert held.write("bob", "  Fewer\n calls ", uid).status_code == 200
    [note] = held.notes()
    assert (note.text, note.author.membership.pk, note.revealed_at) == ("Fewer calls", held.world.bob.pk, None)
    assert held.write("carol", "Mine", uid).status_code == 422
    assert len(held.notes()) == 1


def test_a_room_has_room_for_so_many_notes(held: Held, monkeypatch) -> None:
    monkeypatch.setattr("workshops.actions.notes.MOST_IN_A_ROOM", 2)
    uid = uuid.uuid4()
    assert held.write("bob", "One", uid).status_code == 200
    assert held.write("carol", "Two").status_code == 200
    refused = held.write("carol", "Three")
    assert refused.status_code == 422
    assert "The board is full: the room has written 2 notes." in refused.content.decode()
    assert "Three" in refused.content.decode()  # what was typed is not lost
    held.post("bob", "workshop_note_withdraw", {"uid": uid})
    assert held.write("carol", "Three").status_code == 200
    assert held.post("bob", "workshop_note_back", {"uid": uid}).status_code == 422


def test_a_note_without_javascript_comes_back_to_the_room(held: Held) -> None:
    sent = {"uid": uuid.uuid4(), "subject": held.subject.pk, "text": "By hand"}
    answer = held.post("bob", "workshop_notes", htmx=False, **sent)
    assert answer["Location"] == held.url("workshop_room")
    refused = held.post("bob", "workshop_notes", htmx=False, **{**sent, "uid": uuid.uuid4(), "text": "x" * 301})
    assert refused.status_code == 422
    assert "x" * 301 in refused.content.decode()  # what was typed is not lost


def test_words_change_and_only_the_authors_own(held: Held) -> None:
    held.write("bob", "First words")
    [note] = held.notes()
    at = {"uid": note.uid}
    assert held.post("bob", "workshop_note", at, text="Better words").status_code == 200
    assert held.post("carol", "workshop_note", at, text="Not hers").status_code == 403
    assert held.post("alice", "workshop_note", at, text="Unread").status_code == 403  # leads, but may not read it yet
    assert held.post("bob", "workshop_note", at, text=" ").status_code == 422
    assert [note.text for note in held.notes()] == ["Better words"]


def test_a_note_taken_away_comes_back_by_undo(held: Held) -> None:
    held.write("bob", "Perhaps not")
    [note] = held.notes()
    at = {"uid": note.uid}
    assert held.post("carol", "workshop_note_withdraw", at).status_code == 403
    answer = held.post("bob", "workshop_note_withdraw", at).content.decode()
    assert "Note taken away." in answer
    assert held.url("workshop_note_back", **at) in answer
    assert "Perhaps not" not in held.get("bob", "workshop_mine").content.decode()
    held.post("bob", "workshop_note_back", at)
    assert "Perhaps not" in held.get("bob", "workshop_mine").content.decode()


def test_what_an_earlier_round_voted_on_keeps_its_words(held: Held) -> None:
    uid = uuid.uuid4()
    held.write("bob", "Fewer empty shelves", uid)
    with tenancy.tenant(held.world.org.pk):
        Note.objects.update(revealed_at=NOW)
        Phase.objects.filter(workshop=held.workshop, kind="brainstorm").update(round=2)
    for who in ("bob", "alice"):
        assert held.post(who, "workshop_note", {"uid": uid}, text="Another idea").status_code == 422
        assert held.post(who, "workshop_note_withdraw", {"uid": uid}).status_code == 422
    [note] = held.notes()
    assert (note.text, note.withdrawn_at) == ("Fewer empty shelves", None)


def test_a_number_that_no_database_holds_is_refused(held: Held) -> None:
    assert held.post("alice", "workshop_part", part="observer", to=10**20).status_code == 422
    assert held.post("alice", "workshop_lead", to=10**20).status_code == 422
    assert held.post("bob", "workshop_notes", uid=uuid.uuid4(), subject=10**20, text="An idea").status_code == 422


def test_nobody_writes_outside_the_brainstorm_nor_as_an_observer(held: Held) -> None:
    with tenancy.tenant(held.world.org.pk):
        Participant.objects.filter(membership=held.world.carol).update(part="observer")
    assert held.write("carol", "I only watch").status_code == 403
    assert 'id="compose"' not in held.get("carol").content.decode()
    held.go("alice", "frame")
    assert "Notes are written in the brainstorm." in held.write("bob", "Too early").content.decode()
    assert held.notes() == []


def test_a_subject_of_another_workshop_is_refused(held: Held, world: World) -> None:
    with tenancy.tenant(world.org.pk):
        other = factories.workshop(world).subjects.first()
    answer = held.post("bob", "workshop_notes", uid=uuid.uuid4(), subject=other.pk, text="Elsewhere")
    assert answer.status_code == 422
    assert held.notes() == []


# ── Leading ──────────────────────────────────────────────────────────────────


def test_it_begins_with_its_first_phase_once(world: World) -> None:
    with tenancy.tenant(world.org.pk):
        held = Held(world, factories.workshop(world, ""))
    assert held.post("bob", "workshop_begin").status_code == 403
    assert held.post("alice", "workshop_begin").status_code == 200
    now = held.now()
    assert (now.state, now.phase.kind) == ("running", "frame")
    assert now.timer_ends_at == timezone.now() + dt.timedelta(minutes=10)
    assert held.post("alice", "workshop_begin").status_code == 422


def test_nobody_is_done_before_it_has_begun(world: World, here) -> None:
    with tenancy.tenant(world.org.pk):
        held = Held(world, factories.workshop(world, ""))
    here(held, "alice", "bob", "carol")
    roster = held.get("bob").content.decode().partition('class="roster"')[2]
    assert "Carol" in roster
    assert ">done<" not in roster
    assert ">leads<" in roster  # Alice, who is an observer on top


def test_the_next_step_asks_again_while_people_are_at_it(held: Held, here) -> None:
    here(held, "alice", "bob", "carol")
    held.post("bob", "workshop_done", done="on")
    answer = held.go("alice", "reveal")
    assert answer.status_code == 409
    assert "1 of 2 is not done yet." in answer.content.decode()
    assert "Go on all the same" in answer.content.decode()
    assert held.now().phase.kind == "brainstorm"
    assert held.go("alice", "reveal", sure="on").status_code == 200
    assert held.now().phase.kind == "reveal"


def test_it_asks_nobody_who_is_not_connected_or_is_done(held: Held, here) -> None:
    here(held, "alice", "bob")
    held.post("bob", "workshop_done", done="on")
    assert held.go("alice", "reveal").status_code == 200


def test_done_can_be_taken_back(held: Held) -> None:
    held.post("bob", "workshop_done", done="on")
    assert 'aria-pressed="true"' in held.get("bob", "workshop_mine").content.decode()
    seq = held.now().seq
    held.post("bob", "workshop_done", done="on")
    assert held.now().seq == seq  # said again, nothing is drawn again
    held.post("bob", "workshop_done")
    assert held.one("bob").done_phase_id is None


def test_two_facilitators_at_once_go_one_step(held: Held) -> None:
    with tenancy.tenant(held.world.org.pk):
        Workshop.objects.filter(pk=held.workshop.pk).update(co_facilitator=held.world.carol)
    assert held.go("alice", "reveal", seen="brainstorm").status_code == 200
    second = held.go("carol", "families", seen="brainstorm")
    assert second.status_code == 422
    assert "The workshop has moved on meanwhile" in second.content.decode()
    assert held.now().phase.kind == "reveal"


def test_going_back_loses_nothing(held: Held) -> None:
    held.write("bob", "Stays")
    held.post("bob", "workshop_done", done="on")
    held.go("alice", "reveal")
    revealed = held.notes()[0].revealed_at
    held.go("alice", "families")
    assert held.go("alice", "brainstorm").status_code == 200
    assert held.one("bob").done_phase_id is None  # he is at it again
    [note] = held.notes()
    assert (note.text, note.revealed_at) == ("Stays", revealed)
    held.write("bob", SECRET)  # and what is written now is private again
    assert SECRET not in held.get("carol").content.decode()
    held.go("alice", "reveal")
    assert SECRET in held.get("carol").content.decode()


def test_only_who_leads_turns_the_pages(held: Held) -> None:
    assert held.go("bob", "reveal").status_code == 403
    for name, fields in (("timer", {"do": "more"}), ("show", {"part": "board"}), ("close", {}), ("reopen", {})):
        assert held.post("bob", f"workshop_{name}", **fields).status_code == 403
    assert held.now().phase.kind == "brainstorm"


def test_a_phase_of_another_workshop_is_not_found(held: Held, world: World) -> None:
    with tenancy.tenant(world.org.pk):
        other = factories.workshop(world).phases.get(kind="vote")
    assert held.post("alice", "workshop_phase", {"pk": other.pk}, seen=held.now().phase_id).status_code == 404


def test_the_timer_stops_goes_on_and_gets_longer(held: Held) -> None:
    ends = held.now().timer_ends_at
    held.post("alice", "workshop_timer", do="more")
    assert held.now().timer_ends_at == ends + dt.timedelta(minutes=1)
    for _ in range(2):
        held.post("alice", "workshop_timer", do="pause")
    paused = held.now()
    assert (paused.timer_ends_at, paused.timer_left) == (None, (ends - NOW).total_seconds() + 60)
    assert "Let the timer go on" in held.get("alice").content.decode()
    held.post("alice", "workshop_timer", do="go_on")
    assert held.now().timer_left is None
    assert held.post("alice", "workshop_timer", do="explode").status_code == 422


def test_the_timer_is_red_in_its_last_minute(held: Held) -> None:
    with tenancy.tenant(held.world.org.pk):
        Workshop.objects.filter(pk=held.workshop.pk).update(timer_ends_at=NOW + dt.timedelta(seconds=59))
    page = held.get("bob").content.decode()
    assert 'class="timer v-90 low"' in page
    assert ">00:59</p>" in page


def test_the_lead_is_handed_over_and_kept_by_members(held: Held) -> None:
    bob = held.one("bob")
    with tenancy.tenant(held.world.org.pk):
        guest = factories.participant(held.workshop, guest_name="Gus Guest", digest=digest("token"))
    assert held.post("alice", "workshop_lead", to=guest.pk).status_code == 422
    assert held.post("alice", "workshop_lead", to=bob.pk).status_code == 200
    now = held.now()
    assert (now.facilitator.name, now.co_facilitator_id) == ("Bob Colleague", held.world.alice.pk)


def test_handed_over_and_back_whoever_stood_in_takes_part_again(held: Held) -> None:
    with tenancy.tenant(held.world.org.pk):
        Participant.objects.filter(membership=held.world.alice).update(part="observer")
    alice, bob = held.one("alice"), held.one("bob")
    held.post("alice", "workshop_lead", to=bob.pk)
    assert f'name="to" value="{alice.pk}"' in held.get("alice").content.decode()  # by which she takes it back
    held.post("alice", "workshop_lead", to=alice.pk)
    now = held.now()
    assert (now.facilitator_id, now.co_facilitator_id) == (held.world.alice.pk, held.world.bob.pk)
    assert held.post("carol", "workshop_lead", alone="on").status_code == 403
    assert held.now().co_facilitator_id == held.world.bob.pk
    for _twice in range(2):
        assert held.post("alice", "workshop_lead", alone="on").status_code == 200
    assert held.now().co_facilitator_id is None
    assert "data-leads" not in held.get("bob").content.decode()
    assert held.post("bob", "workshop_lead", alone="on").status_code == 403
    assert 'id="im-done"' in held.get("bob").content.decode()


def test_somebody_takes_over_once_the_facilitator_has_gone(held: Held, here) -> None:
    here(held, "bob")
    assert "Nobody leads at the moment." in held.get("bob").content.decode()
    assert held.post("bob", "workshop_lead").status_code == 200
    assert held.now().facilitator.name == "Bob Colleague"


def test_nobody_takes_over_while_people_take_part_on_their_own_time(held: Held, here) -> None:
    """For days nobody who leads is there, and nobody has to be. Whoever may lead workshops here still can."""
    here(held, "bob", "coach")
    with tenancy.tenant(held.world.org.pk):
        days = {"opens_at": NOW - dt.timedelta(days=1), "closes_at": NOW + dt.timedelta(days=3)}
        Phase.objects.filter(pk=held.workshop.phase_id).update(**days)
        factories.participant(held.workshop, held.world.coach)
    assert "Nobody leads at the moment." not in held.get("bob").content.decode()
    assert held.post("bob", "workshop_lead").status_code == 403
    assert held.now().facilitator.name == "Alice Owner"
    held.clients["coach"] = signed_in(held.world.coach)
    assert held.post("coach", "workshop_lead").status_code == 200


def test_nobody_takes_over_what_was_left_running(held: Held, here) -> None:
    """The day after, whoever has the link would lead it, and write drafts."""
    here(held, "bob")
    for hours, status in ((24, 403), (6, 403), (4, 200)):  # it was to last until 11:00
        with time_machine.travel(NOW + dt.timedelta(hours=hours), tick=False):
            offered = "Nobody leads at the moment." in held.get("bob").content.decode()
            assert (held.post("bob", "workshop_lead").status_code, offered) == (status, status == 200)


def test_a_facilitator_who_lost_the_connection_has_a_minute_to_come_back(held: Held, here) -> None:
    org, code = held.world.org.pk, held.workshop.code
    alice, bob = (frozenset({f"m{held.world.people[name].pk}"}) for name in ("alice", "bob"))
    here(held, "bob")
    presence.note("workshop", org, code, alice | bob)
    presence.note("workshop", org, code, bob)  # she has just left
    for seconds, status in ((0, 403), (59, 403), (61, 200)):
        with time_machine.travel(NOW + dt.timedelta(seconds=seconds), tick=False):
            offered = "Nobody leads at the moment." in held.get("bob").content.decode()
            assert (held.post("bob", "workshop_lead").status_code, offered) == (status, status == 200)


def test_nobody_takes_over_before_the_server_has_looked_for_a_minute(held: Held, here, monkeypatch, settings) -> None:
    settings.REDIS_URL = ""  # which remembers for it
    here(held, "bob")
    monkeypatch.setattr(presence, "_since", NOW.timestamp() - 30)
    assert "Nobody leads at the moment." not in held.get("bob").content.decode()
    assert held.post("bob", "workshop_lead").status_code == 403


def test_nobody_takes_over_while_the_facilitator_is_here(held: Held, here) -> None:
    here(held, "alice", "bob")
    assert "Nobody leads at the moment." not in held.get("bob").content.decode()
    assert held.post("bob", "workshop_lead").status_code == 403


def test_what_is_shown_is_told_to_all(held: Held) -> None:
    held.post("alice", "workshop_show", part="part-3")
    assert 'data-shown="part-3"' in held.get("bob").content.decode()
    assert held.post("alice", "workshop_show", part='"><script>').status_code == 422
    held.go("alice", "reveal")
    assert 'data-shown=""' in held.get("bob").content.decode()


def test_it_closes_and_opens_again_where_it_was(held: Held) -> None:
    held.post("alice", "workshop_close")
    assert held.now().state == "closed"
    assert held.write("bob", "Too late").status_code == 422
    assert "Re-open the workshop" in held.get("alice").content.decode()
    held.post("alice", "workshop_reopen")
    now = held.now()
    assert (now.state, now.phase.kind) == ("running", "brainstorm")
    assert held.write("bob", "In time").status_code == 200


def test_each_change_counts_the_version_up(held: Held) -> None:
    """Watchers who missed a message see by it that they did."""
    seen = [held.now().seq]
    for act in (
        lambda: held.write("bob", "One"),
        lambda: held.post("bob", "workshop_done", done="on"),
        lambda: held.post("alice", "workshop_timer", do="more"),
        lambda: held.go("alice", "reveal", sure="on"),
    ):
        act()
        seen.append(held.now().seq)
    assert seen == sorted(set(seen))
