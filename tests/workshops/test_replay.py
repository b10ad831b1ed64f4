"""A closed workshop phase by phase: each board as it stood at the phase's end."""

import datetime as dt
import json
import uuid

import pytest
import time_machine

from orgs import tenancy
from tests import factories
from tests.workshops.held import SECRETS, closed_workshop
from workshops.actions import families, moves
from workshops.documents import minutes_pdf
from workshops.models import Ballot, Note, Phase, Pick, Subject, Vote, Workshop
from workshops.pages.minutes import Minutes

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(world):
    with tenancy.tenant(world.org.pk):
        return closed_workshop(world)


def replay(world, held, number=None):
    part = "replay/" if number is None else f"replay/{number}/"
    return factories.signed_in(world.bob).get(f"/o/coursive/workshops/{held.code}/{part}")


def test_each_phase_shows_its_board(world, held):
    boards = [replay(world, held, number).context["replay"].board for number in range(1, 8)]
    names = ("frame", "brainstorm", "reveal", "families", "vote", "decide", "decide")
    assert boards == [f"workshops/replay/_{name}.html" for name in names]
    assert replay(world, held, 8).status_code == 404
    assert replay(world, held, 0).status_code == 404


def test_the_way_leads_on_and_back(world, held):
    at = f"/o/coursive/workshops/{held.code}/"
    middle = replay(world, held, 3).content.decode()
    assert f'rel="prev" href="{at}replay/2/"' in middle
    assert f'rel="next" href="{at}replay/4/"' in middle
    assert 'rel="prev"' not in replay(world, held).content.decode()
    last = replay(world, held, 7).content.decode()
    assert 'rel="next"' not in last
    assert f'href="{at}minutes/"' in last


def test_the_brainstorm_counts_by_function_what_was_revealed_later(world, held):
    shown = replay(world, held, 2)
    assert [(value, len(chips)) for value, _label, chips in shown.context["replay"].chips] == [
        ("tech", 1),
        ("business", 3),
    ]
    text = shown.content.decode()
    assert "Customers recognised" not in text
    assert "Known at the till" not in text


def test_no_letter_names_who_wrote_a_note(world, held):
    """As in the room: a function's letter stands on notes where at least three people have it, or where all were told."""
    letters = 'class="fn b"', 'class="fn t"'
    shown = replay(world, held, 3).content.decode().partition('class="notes-grid"')[2]
    assert "Customers recognised" in shown
    assert not any(letter in shown for letter in letters)
    with tenancy.tenant(world.org.pk):
        factories.participant(held, factories.member(world.org, "Third Voice"), function="business")
    shown = replay(world, held, 3).content.decode().partition('class="notes-grid"')[2]
    assert [letter in shown for letter in letters] == [True, False]
    with tenancy.tenant(world.org.pk):
        Workshop.objects.filter(pk=held.pk).update(functions_told=True)
    shown = replay(world, held, 3).content.decode().partition('class="notes-grid"')[2]
    assert all(letter in shown for letter in letters)


def test_what_came_later_than_a_phase_is_left_out_of_it(world, held):
    with tenancy.tenant(world.org.pk):
        late = held.started_at + dt.timedelta(minutes=40)  # among the families
        Note.objects.filter(text__startswith="Regulars").update(created_at=late)
    assert replay(world, held, 2).context["replay"].chips_count == 3
    assert "Regulars who leave" not in replay(world, held, 3).content.decode()
    assert "Regulars who leave" in replay(world, held, 4).content.decode()
    # Of the vote, what was decided of each afterwards is not told yet.
    assert "Retained" not in replay(world, held, 5).content.decode()
    assert "Retained" in replay(world, held, 6).content.decode()


def test_families_are_as_they_were_left_by_then(world, held):
    """After the families and the vote somebody goes back, and groups otherwise."""
    minute = dt.timedelta(minutes=1)
    with tenancy.tenant(world.org.pk):
        workshop = Workshop.objects.get(pk=held.pk)
        families_end = workshop.phases.get(kind="families").ended_at
        Workshop.objects.filter(pk=held.pk).update(state="running", phase=workshop.phases.get(kind="families"))
        till, unnamed = workshop.families.order_by("pk")
        first, _alike, second, third = workshop.notes.live().filter(revealed_at__isnull=False).order_by("pk")
        Vote.objects.filter(number=2).update(votes_on="families")
        Ballot.objects.filter(vote__number=2, note=second).update(note=None, family=unnamed)
        Ballot.objects.filter(vote__number=2, note=first).update(note=None, family=till)
    bob = {"by": held.people["bob"]}

    def act(at, action, *args, **kwargs):
        with time_machine.travel(at, tick=False), tenancy.tenant(world.org.pk):
            uid = uuid.uuid4()
            action(Workshop.objects.get(pk=held.pk), uid, *args, **kwargs, **bob)
            return uid

    def board(number):
        return [
            [(item.text[:9], [note.text[:9] for note in item.notes]) for item in (*group.families, *group.alone)]
            for group in replay(world, held, number).context["replay"].written
        ]

    before = families_end - 2 * minute
    act(before, families.move_notes, [third.uid], till.uid)
    undone = act(before + minute / 4, families.rename_family, unnamed.uid, "Never mind")
    with time_machine.travel(before + minute / 2, tick=False), tenancy.tenant(world.org.pk):
        moves.undo(Workshop.objects.get(pk=held.pk), undone, **bob)
    closed = held.started_at + 62 * minute
    with tenancy.tenant(world.org.pk):
        Vote.objects.filter(number=2).update(closed_at=closed)
    later = closed + 20 * minute
    act(later, families.rename_family, till.uid, "Renamed after the vote")
    act(later + minute, families.move_notes, [third.uid], unnamed.uid)
    act(later + 2 * minute, families.split_note, first.uid)
    act(later + 3 * minute, families.merge_families, unnamed.uid, till.uid)
    with tenancy.tenant(world.org.pk):
        Workshop.objects.filter(pk=held.pk).update(
            state="closed", phase=held.phases.get(kind="wrap_up"), closed_at=later + 9 * minute
        )
    at_reveal, at_families = board(3), board(4)
    assert at_reveal == [
        [
            ("At the ti", ["Customers", "Known at "]),
            ("=HYPERLIN", ["=HYPERLIN"]),
            ("Regulars ", ["Regulars "]),
        ]
    ]
    assert at_families == [
        [("At the ti", ["Customers", "Known at ", "Regulars "]), ("=HYPERLIN", ["=HYPERLIN"])],
    ]
    _first, second_vote = replay(world, held, 5).context["replay"].votes
    assert {row.text for row in second_vote.wanted} == {"At the till", "=HYPERLINK(1) #let *points* $x$ expire"}
    # The minutes tell what was left in the end.
    minutes = factories.signed_in(world.bob).get(f"/o/coursive/workshops/{held.code}/minutes/").content.decode()
    assert "Renamed after the vote" in minutes


def test_before_the_choice_the_frame_shows_all_there_was_to_choose_from(world, held):
    with tenancy.tenant(world.org.pk):
        Subject.objects.create(workshop=held, key_result=world.strategic_kr, position=2, is_retained=False)
    assert world.strategic_kr.title not in replay(world, held, 1).content.decode()
    with tenancy.tenant(world.org.pk):
        Phase.objects.filter(workshop=held, kind="reveal").update(kind="pick", counted_at=held.closed_at)
    shown = replay(world, held, 1).content.decode()
    assert world.strategic_kr.title in shown
    assert world.objective.title in shown


def test_phases_that_were_not_held_are_passed_over(world, held):
    with tenancy.tenant(world.org.pk):
        Phase.objects.filter(kind__in=("frame", "reveal")).update(started_at=None, ended_at=None)
    assert replay(world, held).context["replay"].phase.kind == "brainstorm"
    assert replay(world, held, 2).context["replay"].phase.kind == "families"
    assert replay(world, held, 6).status_code == 404


def test_a_workshop_in_which_nothing_happened_says_so(world):
    with tenancy.tenant(world.org.pk):
        idle = factories.workshop(world, "closed", closed_at=dt.datetime(2026, 5, 19, 10, tzinfo=dt.UTC))
        idle.phases.update(started_at=None)
        Workshop.objects.filter(pk=idle.pk).update(phase=None)
    assert "No phase was held." in replay(world, idle).content.decode()
    minutes = factories.signed_in(world.bob).get(f"/o/coursive/workshops/{idle.code}/minutes/").content.decode()
    assert "Nothing was decided." in minutes
    assert "Nothing was written." in minutes
    for part in ("pdf", "xlsx"):
        page = factories.signed_in(world.bob).get(f"/o/coursive/workshops/{idle.code}/minutes/{part}/")
        assert page.status_code == 200


def test_what_the_tribe_can_move_is_told_as_sums(world, held):
    with tenancy.tenant(world.org.pk):
        Phase.objects.filter(workshop=held, kind="frame").update(kind="pick")
        subject = Subject.objects.create(workshop=held, key_result=world.strategic_kr, position=2, is_retained=False)
        for who in ("bob", "carol"):
            Pick.objects.create(subject=subject, participant=held.people[who])
    uncounted = replay(world, held, 1)
    assert not uncounted.context["minutes"].picked  # closed before the sum was shown: nobody learns it now
    assert "Nothing was decided." in uncounted.content.decode()
    with tenancy.tenant(world.org.pk):
        Phase.objects.filter(workshop=held, kind="pick").update(counted_at=held.closed_at)
    shown = replay(world, held, 1)
    assert [(str(one), one.sum) for one in shown.context["minutes"].picked] == [
        (world.strategic_kr.title, 2),
        (world.objective.title, 0),
    ]
    main = shown.content.decode().partition("<main")[2]
    assert "Bob" not in main
    assert (
        "Our effect"
        in factories.signed_in(world.bob).get(f"/o/coursive/workshops/{held.code}/minutes/").content.decode()
    )


def test_what_the_pdf_is_set_from_holds_nothing_private(world, held):
    with tenancy.tenant(world.org.pk):
        found = Workshop.objects.with_place().get(pk=held.pk)
        said = json.dumps(minutes_pdf.document(Minutes(found, world.org)), ensure_ascii=False)
    for text in ("Known at the till as online", "Measured every week", "Gita Guest", "#let *points* $x$"):
        assert text in said
    for secret in (*SECRETS, "Of what was taken away", "@example"):
        assert secret not in said
