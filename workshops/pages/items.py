"""What people vote on and decide of, and how it came out once a vote is closed."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch

from workshops import balanced_vote
from workshops.balanced_vote import Result
from workshops.models import Ballot, Family, Note, Subject, Vote, Workshop

LEAST_VOTERS = 3  # method.md § 3: of a function with fewer, its own column would be a ballot


@dataclass(frozen=True)
class Item:
    """A family, or a note that stands alone; where notes are voted on, every note of the board. One of `family` and
    `note` is set, as in a Ballot and a Decision."""

    key: str  # "family:<pk>" or "note:<pk>"
    uid: UUID
    text: str  # the family's name, or its first note's text where it has none; the note's text
    subject: Subject
    notes: tuple[Note, ...]  # those of the family, or the note; each followed by the notes merged into it
    family: Family | None
    note: Note | None

    @property
    def standing(self) -> list[Note]:
        """The notes that lie on the board."""
        return [note for note in self.notes if note.merged_into_id is None]


@dataclass(frozen=True)
class Standing:
    """How an item came out. `rank` is by the balanced share, or by dots where no voter has a function."""

    item: Item
    result: Result
    rank: int  # from 1; equal items share theirs
    is_tied: bool  # it has dots, and another item its rank
    by_function: dict[str, int]  # how many voters of each function gave it a dot, where that may be shown
    dots_by_function: dict[str, int]  # and how many dots they gave
    functions: int = 0  # how many voted; 0 where no voter has one, and nothing is balanced
    voices: int = 0  # what was balanced: the functions that voted, and those without one as one more

    @property
    def is_contested(self) -> bool:
        """Whether to talk about it first, because functions weigh it otherwise than dots do (method.md § 3). Where all voters
        are of one function there is nothing to balance: raw and balanced shares differ only because some placed fewer dots."""
        return self.result.contested and self.functions > 0 and self.voices > 1


def items_of(workshop: Workshop, round: int, votes_on: str) -> list[Item]:
    """What lies on the board of this round, in its order; 3 queries. What nobody but its author may read is left out."""
    merged = Note.objects.live().filter(revealed_at__isnull=False).select_related("author__membership__user")
    notes = list(
        Note.objects.on_board()
        .filter(workshop=workshop, round=round, revealed_at__isnull=False)
        .select_related("author__membership__user", "subject__objective", "subject__key_result", "family")
        .prefetch_related(Prefetch("alike", merged.order_by("position", "pk"), to_attr="merged"))
        .order_by("subject__position", "subject_id", "position", "pk")
    )
    families = list(
        Family.objects.filter(workshop=workshop, round=round, dissolved_at=None)
        .select_related("subject__objective", "subject__key_result")
        .order_by("subject__position", "subject_id", "position", "pk")
    )
    return items_from(notes, families, votes_on)


def items_from(notes: Sequence[Note], families: Sequence[Family], votes_on: str) -> list[Item]:
    """Of the notes that stand on the board, each with `merged`, and the families that are there; both in order, with what
    `items_of` loads of them."""
    standing = {family.pk for family in families}
    grouped: dict[int | None, list[Note]] = defaultdict(list)
    for note in notes:
        grouped[note.family_id if note.family_id in standing else None].append(note)
    if votes_on == Workshop.VotesOn.FAMILIES:
        items = [_of_family(family, grouped[family.pk]) for family in families if grouped[family.pk]]
    else:
        items = [_of_note(note) for family in families for note in grouped[family.pk]]
    items += [_of_note(note) for note in grouped[None]]
    return sorted(items, key=lambda item: (item.subject.position, item.subject.pk))


def standings(vote: Vote, items: Sequence[Item]) -> list[Standing]:
    """The items of a closed vote, best first; those that nobody gave a dot are last. Raises ValueError on an open one.

    Shares and ranks are those that the vote had when it closed, whatever has left the board since. 1 query.
    """
    if vote.is_open:
        raise ValueError("the vote is open, and blind")
    ballots = list(Ballot.objects.filter(vote=vote).select_related("participant", "vote__phase__workshop"))
    told = ballots[0].vote.phase.workshop.functions_told if ballots else False
    dots: dict[int, dict[Hashable, int]] = defaultdict(dict)
    functions: dict[int, str] = {}
    for ballot in ballots:
        dots[ballot.participant_id][key_of(ballot)] = ballot.dots
        functions[ballot.participant_id] = ballot.participant.function
    unnamed = balanced_vote.Ballot(None, None, {item.key: 0 for item in items})  # what nobody gave a dot is ranked too
    cast = [balanced_vote.Ballot(voter, functions[voter], given) for voter, given in dots.items()]
    results = balanced_vote.tally([*cast, unnamed], vote.exponent)
    balances = any(functions.values())
    ranks = {key: one.balanced_rank if balances else one.raw_rank for key, one in results.items()}
    sharing = Counter(ranks.values())
    shown = shown_functions(Counter(functions.values()), told=told)
    rows = [
        Standing(
            item=item,
            result=results[item.key],
            rank=ranks[item.key],
            is_tied=results[item.key].raw > 0 and sharing[ranks[item.key]] > 1,
            by_function=_by_function(cast, item.key, shown, most=1),
            dots_by_function=_by_function(cast, item.key, shown, most=None),
            functions=len(set(functions.values()) - {""}),
            voices=len(set(functions.values())),
        )
        for item in items
    ]
    return sorted(rows, key=lambda row: (row.rank, row.result.raw_rank))


def key_of(ballot: Ballot) -> str:
    """The key of the item that the dots are on."""
    return f"family:{ballot.family_id}" if ballot.family_id else f"note:{ballot.note_id}"


def shown_functions(voters: Mapping[str, int], *, told: bool) -> set[str]:
    """Of which functions the own column may be shown, by how many of each voted.

    Those of three voters or more, or all where people were told beforehand. Where those that are hidden have fewer than
    three voters together, the smallest of the others is hidden with them: the sum of all dots would give them away.
    """
    named = {function: n for function, n in voters.items() if function}
    if told:
        return set(named)
    shown = {function for function, n in named.items() if n >= LEAST_VOTERS}
    hidden = sum(voters.values()) - sum(named[function] for function in shown)
    if shown and 0 < hidden < LEAST_VOTERS:
        shown.remove(min(shown, key=lambda function: (named[function], function)))
    return shown


def _by_function(cast: Sequence[balanced_vote.Ballot], key: str, shown: set[str], most: int | None) -> dict[str, int]:
    """Of each function that is shown, the dots on the item, `most` of each voter."""
    sums = dict.fromkeys(sorted(shown), 0)
    for ballot in cast:
        given = ballot.dots.get(key, 0)
        if ballot.function in sums:
            sums[str(ballot.function)] += given if most is None else min(given, most)
    return sums


def _of_family(family: Family, notes: Sequence[Note]) -> Item:
    text = family.name or notes[0].text
    return Item(f"family:{family.pk}", family.uid, text, family.subject, _with_merged(notes), family, None)


def _of_note(note: Note) -> Item:
    return Item(f"note:{note.pk}", note.uid, note.text, note.subject, _with_merged([note]), None, note)


def _with_merged(notes: Sequence[Note]) -> tuple[Note, ...]:
    return tuple(one for note in notes for one in (note, *note.merged))  # type: ignore[attr-defined]
