"""A closed workshop phase by phase: each board as it stood at the phase's end."""

import datetime as dt
import json

import pytest

from orgs import tenancy
from tests import factories
from tests.workshops.held import SECRETS, closed_workshop
from workshops.documents import minutes_pdf
from workshops.models import Note, Phase, Pick, Subject, Workshop
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
        said = json.dumps(minutes_pdf._document(Minutes(found, world.org)), ensure_ascii=False)
    for text in ("Known at the till as online", "Measured every week", "Gita Guest", "#let *points* $x$"):
        assert text in said
    for secret in (*SECRETS, "Of what was taken away", "@example"):
        assert secret not in said
