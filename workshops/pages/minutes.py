"""The minutes of a workshop that is over: what was planned and what took place, who was there, what was written, voted and
decided.

Nothing but what the room could see: no note that was taken away or never revealed, no ballot, no e-mail address. One
`Minutes` serves the page, the PDF, the spreadsheet and the replay. Its texts are in the language that is active as it is
made, its times those of the organization, where the workshop was held.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from babel.dates import format_date
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr import numbers
from okr.language import language
from okr.models import KeyResult, Objective
from okr.pages.figures import Figures
from okr.readings import Clock
from orgs.models import Function, Membership, Organization
from workshops.models import Ballot, Decision, Note, Participant, Phase, PhaseKind, Subject, Vote, Workshop
from workshops.pages.items import Item, Standing, items_of, standings

FAMILIES, NOTES = Workshop.VotesOn.FAMILIES, Workshop.VotesOn.NOTES


@dataclass(frozen=True)
class Became:
    """The objective or key result that an item was turned into, as it is now."""

    code: str
    title: str
    figures: str  # "41% → 55%", "" for an objective
    owner: Membership | None
    source: str
    url: str  # "" where it was archived
    is_key_result: bool


@dataclass(frozen=True)
class Decided:
    key: str  # of its item
    text: str
    outcome: str  # of Decision.Outcome
    label: str
    reason: str
    became: tuple[Became, ...]
    would_become: str  # where it was for practice
    at: dt.datetime


@dataclass(frozen=True)
class Row:
    """An item in a vote."""

    standing: Standing
    decided: Decided | None

    @property
    def text(self) -> str:
        return self.standing.item.text

    @property
    def rank(self) -> str:
        """ "2", or "2 =" where it shares its rank."""
        return f"{self.standing.rank} =" if self.standing.is_tied else str(self.standing.rank)

    @property
    def dots(self) -> int:
        return self.standing.result.raw

    @property
    def breadth(self) -> int:
        return self.standing.result.breadth

    @property
    def raw_share(self) -> str:
        return percent(self.standing.result.raw_share)

    @property
    def balanced(self) -> str:
        return percent(self.standing.result.balanced)

    @property
    def is_contested(self) -> bool:
        return self.standing.result.contested and self.standing.result.raw > 0

    @property
    def says(self) -> str:
        """What was decided of it, and whether it was contested."""
        return ", ".join(
            word
            for word in (self.decided.label if self.decided else "", _("Contested") if self.is_contested else "")
            if word
        )


@dataclass(frozen=True)
class Round:
    """A closed vote. `voters` counts by the function's name, "" for people without one."""

    vote: Vote
    title: str
    rules: str
    voters: dict[str, int]
    dots: int
    rows: list[Row]  # all of them, best first

    @property
    def wanted(self) -> list[Row]:
        """Those that somebody gave a dot."""
        return [row for row in self.rows if row.dots]

    @property
    def unwanted(self) -> list[Row]:
        return [row for row in self.rows if not row.dots]

    @property
    def is_balanced(self) -> bool:
        """Whether functions had a voice: committees without them hide all of it."""
        return any(self.voters)

    @property
    def functions(self) -> int:
        return sum(1 for function in self.voters if function)

    @property
    def contested(self) -> list[Row]:
        return [row for row in self.rows if row.is_contested]

    @property
    def who(self) -> str:
        """ "Product 2, Tech 1", of those who voted."""
        functions = [*Function.choices, ("", _("without a function"))]
        return ", ".join(f"{label} {self.voters[value]}" for value, label in functions if value in self.voters)

    @property
    def silent(self) -> str:
        """Functions that cast no ballot."""
        return ", ".join(str(label) for value, label in Function.choices if value not in self.voters)

    @property
    def remarks(self) -> list[str]:
        """What the figures alone do not say."""
        if not self.is_balanced:
            return []
        said = [_("Who voted: %(who)s.") % {"who": self.who}]
        if self.silent:
            said.append(_("No ballot from: %(who)s. What did not vote is left out.") % {"who": self.silent})
        for row in self.contested:
            result = row.standing.result
            words = {"item": row.text, "raw": result.raw_rank, "rank": result.balanced_rank}
            if result.raw_rank != result.balanced_rank:
                said.append(
                    _("“%(item)s” goes from rank %(raw)s to rank %(rank)s with the functions balanced.") % words
                )
            else:
                words |= {"share": row.raw_share, "balanced": row.balanced}
                said.append(_("“%(item)s” goes from %(share)s to %(balanced)s with the functions balanced.") % words)
        return said


@dataclass(frozen=True)
class Written:
    """What lies under one subject: families with their notes, and the notes without a family."""

    subject: Subject
    families: list[Item]
    alone: list[Item]

    @property
    def lone_notes(self) -> list[Note]:
        return [note for item in self.alone for note in item.standing]

    @property
    def notes(self) -> int:
        return sum(len(item.notes) for item in (*self.families, *self.alone))


@dataclass(frozen=True)
class Held:
    """A phase of the agenda, and when it took place; "" and None where it did not."""

    phase: Phase
    clock: str  # "14:05 – 14:22"
    minutes: int | None

    @property
    def planned(self) -> str:
        return _("several days") if self.phase.is_long else _("%(n)s min") % {"n": self.phase.minutes}


class Minutes:
    def __init__(self, workshop: Workshop, org: Organization) -> None:
        """`workshop` loaded by `with_place()`."""
        self.workshop, self.org = workshop, org

    # ── When and where ──

    @property
    def title(self) -> str:
        return self.workshop.title

    @property
    def where(self) -> str:
        return self.workshop.where

    @property
    def began(self) -> dt.datetime:
        return self.workshop.started_at or self.workshop.starts_at

    @property
    def when(self) -> str:
        """ "Thursday 21 May 2026, 14:00 – 15:52"; over several days both."""
        begins, ends = self._local(self.began), self._local(self.workshop.closed_at or self.began)
        if begins.date() == ends.date():
            return f"{_day(begins)}, {_hours(begins, ends)}"
        return f"{_day(begins)}, {begins:%H:%M} – {_day(ends)}, {ends:%H:%M}"

    @cached_property
    def phases(self) -> list[Phase]:
        return list(self.workshop.phases.all())

    @cached_property
    def agenda(self) -> list[Held]:
        return [self._held(phase) for phase in self.phases]

    def _held(self, phase: Phase) -> Held:
        """The last phase ends with the workshop."""
        ended = phase.ended_at
        if phase.pk == self.workshop.phase_id or (phase.started_at and ended is None):
            ended = self.workshop.closed_at
        if phase.started_at is None or ended is None:
            return Held(phase, "", None)
        begins, ends = self._local(phase.started_at), self._local(ended)
        took = round((ended - phase.started_at) / dt.timedelta(minutes=1))
        if begins.date() == ends.date():
            return Held(phase, _hours(begins, ends), took)
        return Held(phase, f"{_short(begins)}, {begins:%H:%M} – {_short(ends)}, {ends:%H:%M}", took)

    @property
    def planned_minutes(self) -> int:
        return sum(phase.minutes for phase in self.phases if not phase.is_long)

    # ── Who ──

    @cached_property
    def people(self) -> list[Participant]:
        """Whoever was let in or invited, also those who were taken out after they had been there."""
        rows = self.workshop.participants.filter(admitted_at__isnull=False).select_related("membership__user")
        return [person for person in rows if person.joined_at or person.removed_at is None]

    @property
    def voters(self) -> list[Participant]:
        """Who took part."""
        return [one for one in self.people if one.joined_at and one.part == Participant.Part.VOTER]

    @property
    def observers(self) -> list[Participant]:
        return [one for one in self.people if one.joined_at and one.part == Participant.Part.OBSERVER]

    @property
    def absent(self) -> list[Participant]:
        """Invited, and never there."""
        return [one for one in self.people if not one.joined_at]

    @property
    def guests(self) -> list[Participant]:
        return [one for one in self.people if one.is_guest]

    @property
    def by_function(self) -> list[tuple[str, str, list[Participant]]]:
        """Who took part: a function's value, its name, its people; last those without one."""
        functions = [*Function.choices, ("", _("Without a function"))]
        rows = [
            (value, str(label), [one for one in self.voters if one.function == value]) for value, label in functions
        ]
        return [row for row in rows if row[2]]

    # ── What was written ──

    @cached_property
    def subjects(self) -> list[Subject]:
        rows = self.workshop.subjects.select_related("objective", "key_result__objective")
        return list(rows.annotate(sum=Count("picks")))

    @property
    def retained_subjects(self) -> list[Subject]:
        return [subject for subject in self.subjects if subject.is_retained]

    @property
    def picked(self) -> list[Subject]:
        """Where the room was shown what people say their tribe can move: each candidate with `sum`, most first."""
        if not any(phase.kind == PhaseKind.PICK and phase.counted_at for phase in self.phases):
            return []
        return sorted(self.subjects, key=lambda subject: (-subject.sum, subject.position))  # type: ignore[attr-defined]

    @cached_property
    def rounds(self) -> list[int]:
        return sorted({phase.round for phase in self.phases})

    def round_title(self, round: int) -> str:
        """By the brainstorm that it began with, where that has a title of its own."""
        titles = [phase.title for phase in self.phases if phase.round == round and phase.kind == PhaseKind.BRAINSTORM]
        return next((title for title in titles if title), _("Round %(n)s") % {"n": round})

    def items(self, round: int, votes_on: str) -> list[Item]:
        if (round, votes_on) not in self._items:
            self._items[round, votes_on] = items_of(self.workshop, round, votes_on)
        return self._items[round, votes_on]

    @cached_property
    def _items(self) -> dict[tuple[int, str], list[Item]]:
        return {}

    def written_in(self, round: int) -> list[Written]:
        """By subject; those that nobody wrote under are left out."""
        by_subject: dict[int, list[Item]] = defaultdict(list)
        for item in self.items(round, FAMILIES):
            by_subject[item.subject.pk].append(item)
        return [
            Written(rows[0].subject, [one for one in rows if one.family], [one for one in rows if one.note])
            for rows in by_subject.values()
        ]

    @cached_property
    def written(self) -> list[tuple[int, list[Written]]]:
        """Of each round in which something was written."""
        rounds = [(round, self.written_in(round)) for round in self.rounds]
        return [row for row in rounds if row[1]]

    @property
    def written_titled(self) -> list[tuple[str, list[Written]]]:
        """Each round under its title; a single one needs none."""
        several = len(self.written) > 1
        return [(self.round_title(round) if several else "", groups) for round, groups in self.written]

    @property
    def notes_count(self) -> int:
        return sum(group.notes for _round, groups in self.written for group in groups)

    @property
    def families_count(self) -> int:
        return sum(len(group.families) for _round, groups in self.written for group in groups)

    # ── What was voted ──

    @cached_property
    def votes(self) -> list[Round]:
        """All that were closed, in their order."""
        votes = list(
            Vote.objects.filter(phase__workshop=self.workshop, closed_at__isnull=False)
            .select_related("phase")
            .order_by("phase__position", "number")
        )
        cast: dict[int, dict[str, int]] = defaultdict(dict)
        dots: Counter[int] = Counter()
        rows = Ballot.objects.filter(vote__in=votes).values_list("vote", "participant", "participant__function", "dots")
        voters: dict[int, dict[int, str]] = defaultdict(dict)
        for vote, participant, function, number in rows:
            voters[vote][participant] = function
            dots[vote] += number
        for pk, people in voters.items():
            cast[pk] = dict(Counter(people.values()))
        several = Counter(vote.phase_id for vote in votes)
        return [self._round(vote, cast[vote.pk], dots[vote.pk], several[vote.phase_id] > 1) for vote in votes]

    def _round(self, vote: Vote, voters: dict[str, int], dots: int, several: bool) -> Round:
        ranked = standings(vote, self.items(vote.phase.round, vote.votes_on))
        title = vote.phase.label
        if several:
            title = _("%(phase)s, round %(n)s") % {"phase": title, "n": vote.number}
        return Round(vote, title, rules_of(vote), voters, dots, [Row(one, self._of(one.item.key)) for one in ranked])

    @property
    def dots_count(self) -> int:
        return sum(vote.dots for vote in self.votes)

    # ── What was decided ──

    @cached_property
    def decisions(self) -> list[Decided]:
        """As they were made."""
        rows = Decision.objects.filter(workshop=self.workshop).select_related(
            "note", "family", "objective__tribe", "key_result__objective", "objective__owner__user",
            "key_result__owner__user",
        )  # fmt: skip
        found = [self._decided(row) for row in rows if _is_public(row)]
        return [one for one in found if one.text]

    def _of(self, key: str) -> Decided | None:
        return next((one for one in self.decisions if one.key == key), None)

    def _decided(self, row: Decision) -> Decided:
        key = f"family:{row.family_id}" if row.family_id else f"note:{row.note_id}"
        thing = row.family or row.note
        assert thing is not None  # by its constraint
        text = str(thing)
        if not text:  # a family without a name goes by its first note
            items = self.items(thing.round, FAMILIES)
            text = next((item.text for item in items if item.key == key), "")
        became = [self._became(made) for made in (row.objective, row.key_result) if made is not None]
        label = str(Decision.Outcome(row.outcome).label)
        return Decided(key, text, row.outcome, label, row.reason, tuple(became), row.would_become, row.at)

    def _became(self, made: Objective | KeyResult) -> Became:
        is_key_result = isinstance(made, KeyResult)
        page = "key_result" if is_key_result else "objective"
        return Became(
            code=made.code,
            title=made.title,
            figures=self._figures(made) if isinstance(made, KeyResult) else "",
            owner=made.owner,
            source=made.source if isinstance(made, KeyResult) else "",
            url="" if made.archived_at else reverse(page, args=[self.org.slug, made.pk]),
            is_key_result=is_key_result,
        )

    def _figures(self, made: KeyResult) -> str:
        figures = Figures.of(made, Clock.of(self.org))
        within = made.direction == KeyResult.Direction.WITHIN
        ends = (made.low, made.high) if within else (made.start, made.target)
        if made.direction == KeyResult.Direction.DONE or ends == (None, None):
            return ""
        start, target = (_("to be found") if value is None else figures.value(value) for value in ends)
        return f"{start} – {target}" if within else f"{start} → {target}"

    @cached_property
    def outcomes(self) -> list[tuple[str, list[Decided]]]:
        """What was retained, parked, rejected; each in the order of the last vote."""
        order = [row.standing.item.key for vote in reversed(self.votes) for row in vote.rows]
        ranks = {key: rank for rank, key in reversed(list(enumerate(order)))}
        ranked = sorted(self.decisions, key=lambda one: ranks.get(one.key, len(order)))
        groups = [
            (str(label), [one for one in ranked if one.outcome == value]) for value, label in Decision.Outcome.choices
        ]
        return [group for group in groups if group[1]]

    @property
    def counts(self) -> list[tuple[int, str]]:
        """What there was, in figures: a number and what it counts."""
        retained = sum(one.outcome == Decision.Outcome.RETAINED for one in self.decisions)
        rows = [
            (len(self.voters), ngettext("took part", "took part", len(self.voters))),
            (self.notes_count, ngettext("note", "notes", self.notes_count)),
            (self.families_count, ngettext("family", "families", self.families_count)),
            (self.dots_count, ngettext("dot", "dots", self.dots_count)),
            (retained, ngettext("retained", "retained", retained)),
        ]
        return [row for row in rows if row[0]]

    def _local(self, at: dt.datetime) -> dt.datetime:
        return timezone.localtime(at, self.org.zone)


def rules_of(vote: Vote) -> str:
    """By what a vote counted, as it was frozen when it opened."""
    words = {"dots": vote.dots, "most": vote.dots_an_item, "exponent": f"{vote.exponent.normalize():f}"}
    said = _("%(dots)s dots a person, at most %(most)s on one.") % words
    if vote.exponent == Decimal(0):
        weight = _("Each function has one equal voice, shared among its voters (α = 0, fixed as the vote opened).")
    elif vote.exponent == Decimal(1):
        weight = _("Each person has one voice (α = 1, fixed as the vote opened).")
    else:
        weight = _("Larger functions weigh somewhat more (α = %(exponent)s, fixed as the vote opened).") % words
    return f"{said} {weight}"


def percent(value: float) -> str:
    """Of shares from 0 to 100."""
    return numbers.format_value(Decimal(str(value)), numbers.Unit.PERCENT, language(), decimals=0)


def names(people: Iterable[Participant]) -> str:
    """Needs `membership__user` loaded; guests are called so."""
    return ", ".join(_("%(name)s (guest)") % {"name": one.name} if one.is_guest else one.name for one in people)


def _is_public(row: Decision) -> bool:
    """Whether what was decided on is still there for all to read."""
    if row.family is not None:
        return row.family.dissolved_at is None
    note: Note | None = row.note
    return note is not None and note.withdrawn_at is None and note.revealed_at is not None


def _hours(begins: dt.datetime, ends: dt.datetime) -> str:
    return f"{begins:%H:%M} – {ends:%H:%M}"


def _day(at: dt.datetime) -> str:
    return str(format_date(at.date(), "EEEE d MMMM y", locale=language()[:2]))


def _short(at: dt.datetime) -> str:
    return str(format_date(at.date(), "d MMM", locale=language()[:2]))
