"""What is voted on, in the order of the board; and how a closed vote came out."""

import datetime as dt
import uuid

import pytest

from orgs import tenancy
from tests import factories
from workshops.models import Ballot, Family, Note, Participant, Subject, Vote, Workshop
from workshops.pages.items import Item, items_of, shown_functions, standings

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 5, 19, 10, tzinfo=dt.UTC)
NOTES, FAMILIES = Workshop.VotesOn.NOTES, Workshop.VotesOn.FAMILIES
# The worked example of method.md § 3: each voter's dots on A, B, C and D.
EXAMPLE = {
    "business": [(3, 2, 0, 0), (3, 2, 0, 0), (3, 1, 1, 0), (3, 1, 0, 1), (2, 1, 1, 1), (2, 1, 1, 1)],
    "product": [(0, 1, 3, 1)],
    "tech": [(0, 0, 2, 3)],
    "design": [(0, 2, 2, 1)],
}


@pytest.fixture
def world():
    made = factories.world("ours")
    with tenancy.tenant(made.org.pk):
        yield made


@pytest.fixture
def workshop(world) -> Workshop:
    return factories.workshop(world, at="vote")


def note(workshop: Workshop, text: str, **fields) -> Note:
    return factories.note(workshop, workshop.participants.first(), text, **{"revealed_at": NOW, **fields})


def family(workshop: Workshop, name: str, **fields) -> Family:
    subject = workshop.subjects.first()
    return Family.objects.create(
        **{"workshop": workshop, "uid": uuid.uuid4(), "subject": subject, "name": name, **fields}
    )


def guest(workshop: Workshop, function: str) -> Participant:
    return factories.participant(workshop, guest_name="Guest", digest=uuid.uuid4().hex, function=function)


def held(workshop: Workshop, **fields) -> Vote:
    frozen = {"votes_on": NOTES, "dots": 5, "dots_an_item": 3, "opened_at": NOW, "closed_at": NOW}
    return Vote.objects.create(phase=workshop.phase, **{**frozen, **fields})


def vote_of(workshop: Workshop, by_function: dict, notes: list[Note], **fields) -> Vote:
    vote = held(workshop, **fields)
    for function, voters in by_function.items():
        for given in voters:
            voter = guest(workshop, function)
            for one, dots in zip(notes, given, strict=True):
                if dots:
                    Ballot.objects.create(vote=vote, participant=voter, note=one, dots=dots)
    return vote


def texts(items: list[Item]) -> list[str]:
    return [item.text for item in items]


def test_notes_are_voted_on_in_the_order_of_the_board(workshop):
    later = family(workshop, "Later", position=2)
    first = family(workshop, "First", position=1)
    note(workshop, "alone")
    note(workshop, "in the later", family=later)
    note(workshop, "second in the first", family=first, position=2)
    into = note(workshop, "first in the first", family=first, position=1)
    note(workshop, "merged", merged_into=into)
    note(workshop, "withdrawn", withdrawn_at=NOW)
    note(workshop, "not revealed", revealed_at=None)
    note(workshop, "of another round", round=2)

    items = items_of(workshop, 1, NOTES)

    assert texts(items) == ["first in the first", "second in the first", "in the later", "alone"]
    assert [one.text for one in items[0].notes] == ["first in the first", "merged"]
    assert [one.text for one in items[0].standing] == ["first in the first"]
    assert items[0].key == f"note:{into.pk}"
    assert items[0].note == into
    assert items[0].family is None


def test_families_are_voted_on_and_the_notes_that_stand_alone(workshop):
    named = family(workshop, "Recognised", position=1)
    unnamed = family(workshop, "", position=2)
    family(workshop, "Empty", position=3)
    gone = family(workshop, "Dissolved", position=4, dissolved_at=NOW)
    note(workshop, "one", family=named, position=1)
    note(workshop, "two", family=named, position=2)
    note(workshop, "three", family=unnamed)
    note(workshop, "left over", family=gone)

    items = items_of(workshop, 1, FAMILIES)

    assert texts(items) == ["Recognised", "three", "left over"]
    assert items[0].key == f"family:{named.pk}"
    assert items[0].uid == named.uid
    assert items[0].note is None
    assert [one.text for one in items[0].notes] == ["one", "two"]
    assert items[2].family is None


def test_items_come_subject_by_subject(world, workshop):
    other = Subject.objects.create(workshop=workshop, key_result=world.strategic_kr, position=2)
    below = family(workshop, "Second subject", subject=other, position=1)
    note(workshop, "below it", subject=other, family=below)
    note(workshop, "of the first subject")

    assert texts(items_of(workshop, 1, FAMILIES)) == ["of the first subject", "Second subject"]


def test_items_cost_the_same_however_many_they_are(workshop, django_assert_num_queries):
    for number in range(8):
        group = family(workshop, f"Family {number}", position=number)
        into = note(workshop, f"note {number}", family=group)
        note(workshop, "merged", merged_into=into)
    with django_assert_num_queries(3):
        for item in items_of(workshop, 1, FAMILIES):
            assert str(item.subject)
            assert [one.author.name for one in item.notes]


def test_the_worked_example_comes_out_as_the_method_says(workshop, django_assert_num_queries):
    notes = [note(workshop, name) for name in "ABCD"]
    vote = vote_of(workshop, EXAMPLE, notes)
    items = items_of(workshop, 1, NOTES)

    with django_assert_num_queries(1):
        rows = standings(vote, items)

    assert [(row.item.text, row.rank, round(row.result.balanced, 1), row.result.raw) for row in rows] == [
        ("C", 1, 37.5, 10),
        ("D", 2, 27.5, 8),
        ("B", 3, 21.7, 11),
        ("A", 4, 13.3, 16),
    ]
    assert [row.result.breadth for row in rows] == [4, 4, 3, 1]
    assert not any(row.is_tied for row in rows)


def test_equal_items_share_their_rank_and_those_without_dots_are_last(workshop):
    notes = [note(workshop, name) for name in "ABC"]
    vote = vote_of(workshop, {"tech": [(0, 2, 2)]}, notes)

    rows = standings(vote, items_of(workshop, 1, NOTES))

    assert [(row.item.text, row.rank, row.is_tied) for row in rows] == [("B", 1, True), ("C", 1, True), ("A", 3, False)]


def test_dots_rank_where_nobody_has_a_function(workshop):
    notes = [note(workshop, name) for name in "AB"]
    vote = vote_of(workshop, {"": [(1, 0), (2, 3), (2, 3)]}, notes)

    rows = standings(vote, items_of(workshop, 1, NOTES))

    assert rows[0].result.balanced < rows[1].result.balanced, "by shares of each ballot A leads"
    assert [row.item.text for row in rows] == ["B", "A"]


def test_an_open_vote_says_nothing(workshop):
    one = note(workshop, "A")
    vote = vote_of(workshop, {"tech": [(2,)]}, [one], closed_at=None)
    with pytest.raises(ValueError, match="open"):
        standings(vote, items_of(workshop, 1, NOTES))


def test_a_vote_that_is_closed_stays_as_it_was_when_an_item_leaves_the_board(workshop):
    notes = [note(workshop, name) for name in "AB"]
    vote = vote_of(workshop, {"tech": [(3, 2)]}, notes)
    Note.objects.filter(pk=notes[0].pk).update(withdrawn_at=NOW)

    (row,) = standings(vote, items_of(workshop, 1, NOTES))

    assert (row.item.text, row.rank, row.result.raw_share) == ("B", 2, 40.0)


def test_a_functions_own_column_is_shown_from_three_voters_on(workshop):
    one, two = (note(workshop, name) for name in "AB")
    voters = {"business": [(2, 0), (1, 1), (0, 2)], "tech": [(3, 0)] * 3, "design": [(0, 1)] * 3}
    vote = vote_of(workshop, voters, [one, two])

    rows = {row.item.text: row for row in standings(vote, items_of(workshop, 1, NOTES))}

    assert rows["A"].by_function == {"business": 2, "tech": 3, "design": 0}
    assert rows["A"].dots_by_function == {"business": 3, "tech": 9, "design": 0}


@pytest.mark.parametrize(
    ("voters", "told", "shown"),
    [
        ({"tech": 1, "business": 3}, False, set()),  # the rest of all dots would be the one Tech ballot
        ({"tech": 1, "design": 2, "business": 6}, False, {"business"}),
        ({"tech": 1, "product": 3, "business": 6}, False, {"business"}),
        ({"tech": 3, "": 1}, False, set()),
        ({"tech": 1, "": 1}, True, {"tech"}),
        ({"tech": 2, "business": 2}, False, set()),
    ],
)
def test_no_column_is_shown_that_gives_a_ballot_away(voters, told, shown):
    assert shown_functions(voters, told=told) == shown
