"""The board of decisions: the ranking of the last closed vote, what was decided of each item, and what it became."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext_lazy, pgettext_lazy

from okr.models import KeyResult, Objective
from orgs.models import Organization
from workshops.actions.deciding import anchor_of, last_vote
from workshops.models import Decision, Subject, Vote, Workshop, WorkshopKind
from workshops.pages.items import Item, Standing, items_of, standings

# How an outcome looks: in the tally of all items, and as a pill.
LOOKS = {Decision.Outcome.RETAINED: "keep", Decision.Outcome.PARKED: "defer", Decision.Outcome.REJECTED: "drop"}
VERBS = (
    (Decision.Outcome.RETAINED, gettext_lazy("Retain")),
    (Decision.Outcome.PARKED, pgettext_lazy("an idea, for later", "Park")),
    (Decision.Outcome.REJECTED, gettext_lazy("Reject")),
)
FEWEST, MOST = 2, 5  # key results of an objective


@dataclass(frozen=True)
class Row:
    """An item on the way through the ranking."""

    item: Item
    standing: Standing | None  # None where there was no vote
    decision: Decision | None
    is_now: bool

    @property
    def anchor(self) -> str:
        return anchor_of(self.item.key)

    @property
    def made(self) -> Objective | KeyResult | None:
        return self.decision.made if self.decision else None

    @property
    def is_retained(self) -> bool:
        return self.decision is not None and self.decision.outcome == Decision.Outcome.RETAINED

    @property
    def look(self) -> str:
        return LOOKS[Decision.Outcome(self.decision.outcome)] if self.decision else "open"

    @property
    def is_key_result(self) -> bool:
        return self.item.subject.objective_id is not None


@dataclass(frozen=True)
class Part:
    """The rows below one objective; all of them where the room makes objectives."""

    subject: Subject | None
    rows: list[Row]
    least: int  # how many should be retained, 0 where any number will do
    most: int

    @property
    def retained(self) -> int:
        return sum(row.is_retained for row in self.rows)

    @property
    def is_over(self) -> bool:
        return self.retained > self.most


class Deciding:
    """Read once for all who watch; 6 queries."""

    verbs = VERBS

    def __init__(self, workshop: Workshop, org: Organization, round: int) -> None:
        self.workshop, self.org, self.round = workshop, org, round

    @cached_property
    def vote(self) -> Vote | None:
        return last_vote(self.workshop, self.round)

    @cached_property
    def ranking(self) -> list[tuple[Item, Standing | None]]:
        items = items_of(self.workshop, self.round, self.vote.votes_on if self.vote else self.workshop.votes_on)
        if self.vote is None:
            return [(item, None) for item in items]
        return [(standing.item, standing) for standing in standings(self.vote, items)]

    @cached_property
    def decisions(self) -> dict[str, Decision]:
        """By the key of its item."""
        rows = Decision.objects.filter(workshop=self.workshop).select_related(
            "objective__quarter", "key_result__objective", "by__user"
        )
        return {f"family:{row.family_id}" if row.family_id else f"note:{row.note_id}": row for row in rows}

    @cached_property
    def rows(self) -> list[Row]:
        """In the order of the walk: objective by objective where the room makes key results, best first."""
        ranking = self.ranking
        if self.workshop.kind != WorkshopKind.TRIBE_OBJECTIVES:
            ranking = sorted(ranking, key=lambda pair: (pair[0].subject.position, pair[0].subject.pk))
        rows = [Row(item, standing, self.decisions.get(item.key), False) for item, standing in ranking]
        now = self._current(rows)
        return [Row(row.item, row.standing, row.decision, row.anchor == now) for row in rows]

    @property
    def now(self) -> Row | None:
        return next((row for row in self.rows if row.is_now), None)

    @property
    def parts(self) -> list[Part]:
        if self.workshop.kind == WorkshopKind.TRIBE_OBJECTIVES:
            return [Part(None, self.rows, 0, self.org.objectives_limit)] if self.rows else []
        subjects = {row.item.subject.pk: row.item.subject for row in self.rows}
        return [
            Part(subject, [row for row in self.rows if row.item.subject.pk == pk], FEWEST, MOST)
            for pk, subject in subjects.items()
        ]

    @property
    def decided(self) -> int:
        return sum(row.decision is not None for row in self.rows)

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """How many of each outcome: its look, its name, the number."""
        found = Counter(row.decision.outcome for row in self.rows if row.decision)
        return [(LOOKS[outcome], str(outcome.label), found[outcome]) for outcome in Decision.Outcome if found[outcome]]

    def row_of(self, uid: object) -> Row | None:
        return next((row for row in self.rows if row.item.uid == uid), None)

    def _current(self, rows: Iterable[Row]) -> str:
        """The one that the facilitator points at, else the first that is undecided; none once it is over."""
        rows = list(rows) if self.workshop.state == Workshop.State.RUNNING else []
        if any(row.anchor == self.workshop.shown for row in rows):
            return self.workshop.shown
        return next((row.anchor for row in rows if row.decision is None), "")
