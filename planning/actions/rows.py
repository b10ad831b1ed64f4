"""The proposals of a planning as its arithmetic wants them (planning.board), read for an act."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Case, F, Q, QuerySet, When
from django.utils.functional import cached_property

from okr.models import KeyResult
from okr.querysets import RUNNING
from planning.board import KEEP, OPEN, Effect, Proposal, broken_merges, decided, effect
from planning.codes import code_of
from planning.models import Decision, Planning, Presented

Stage = KeyResult.Stage
# Whatever has been before the CoDir, or is: all but drafts.
BEFORE_THE_CODIR = (Stage.PROPOSED, Stage.KEPT, Stage.DEFERRED, Stage.MERGED, Stage.DROPPED)
STAGES = {
    "keep": Stage.KEPT,
    "defer": Stage.DEFERRED,
    "merge": Stage.MERGED,
    "drop": Stage.DROPPED,
    "open": Stage.PROPOSED,
}
OUTCOMES = {stage: outcome for outcome, stage in STAGES.items()}
# What is published, and scored later, was kept.
OUTCOME_OF = OUTCOMES | {Stage.PUBLISHED: KEEP, Stage.SCORED: KEEP}


def before_the_codir(planning: Planning) -> QuerySet[KeyResult]:
    """What was proposed for the quarter, whatever became of it, in the order of the board. What was decided stays, also when
    its tribe has archived it since; one that was published without having been decided on is none of it."""
    rows = proposals_of(Decision.objects.filter(planning=planning, stands=True))
    rows = rows.filter(objective__quarter=planning.quarter_id)
    return rows.order_by("objective__tribe__position", "objective__tribe_id", "objective__position", "position", "pk")


def proposals_of(standing: QuerySet[Decision]) -> QuerySet[KeyResult]:
    """Whatever tribes proposed, given the decisions that stand."""
    there = Q(archived_at=None, objective__archived_at=None) | Q(pk__in=standing.values("key_result"))
    kept = Q(stage__in=RUNNING, pk__in=standing.filter(outcome=KEEP).values("key_result"))
    rows: QuerySet[KeyResult] = KeyResult.objects.filter(there, Q(stage__in=BEFORE_THE_CODIR) | kept)
    return rows


def strategic_of(planning: Planning) -> QuerySet[KeyResult]:
    """The strategic key results that the year has now."""
    rows: QuerySet[KeyResult] = KeyResult.objects.running_or_written().filter(objective__year=planning.quarter.year_id)
    return rows


def strategic_in_order(planning: Planning) -> list[KeyResult]:
    """The same as rows, in the order of the strategy."""
    rows = strategic_of(planning).select_related("objective__department")
    return list(rows.order_by("objective__department__position", "objective__position", "position", "pk"))


@dataclass
class Rows:
    """What lies before the CoDir now. Two queries, each when it is first needed."""

    planning: Planning

    @cached_property
    def _loaded(self) -> tuple[dict[int, KeyResult], dict[int, frozenset[int]]]:
        """Key results by id, and what their objectives move: one query, a line for each of both, for every act reads it."""
        link = "objective__contributions__key_result"
        moved = Case(When(**{f"{link}__in": strategic_of(self.planning).values("pk")}, then=F(link)))
        found = before_the_codir(self.planning).select_related("objective__tribe")
        rows: dict[int, KeyResult] = {}
        moves: defaultdict[int, set[int]] = defaultdict(set)
        for row in found.annotate(moved=moved):
            rows.setdefault(row.pk, row)
            if row.moved is not None:
                moves[row.objective_id].add(row.moved)
        return rows, {objective: frozenset(moved) for objective, moved in moves.items()}

    @property
    def key_results(self) -> dict[int, KeyResult]:
        return self._loaded[0]

    @property
    def moves(self) -> dict[int, frozenset[int]]:
        """The strategic key results that each objective contributes to."""
        return self._loaded[1]

    @property
    def strategic(self) -> list[int]:
        """Those that some proposal moves, or moved: what a decision can leave without any."""
        return sorted(set().union(*self.moves.values())) if self.moves else []

    @property
    def proposals(self) -> list[Proposal]:
        return [
            Proposal(
                row.pk,
                row.objective.tribe_id or 0,
                OUTCOME_OF[Stage(row.stage)],
                row.merged_into_id,
                self.moves.get(row.objective_id, frozenset()),
            )
            for row in self.key_results.values()
        ]

    def effect_of(self, choices: dict[int, tuple[str, int | None]]) -> Effect:
        slots = self.planning.slots.values_list("tribe_id", "cap")
        caps = {tribe: cap for tribe, cap in slots if cap is not None}
        return effect(
            self.proposals, choices, self.strategic, target=self.planning.target, cap=self.planning.cap, caps=caps
        )

    def orphans_of(self, choices: dict[int, tuple[str, int | None]]) -> list[int]:
        """The strategic key results that the choices would leave without any; one query less than `effect_of`."""
        return effect(
            self.proposals, choices, self.strategic, target=self.planning.target, cap=self.planning.cap
        ).orphans

    def broken_by(self, choices: dict[int, tuple[str, int | None]]) -> list[tuple[Proposal, Proposal | None]]:
        """Merges that the choices would leave without what they went into. What is so already, as one that was archived
        since, stands in nobody's way."""
        already = {(row.id, row.into) for row, _into in broken_merges(self.proposals)}
        broken = broken_merges(decided(self.proposals, choices))
        return [(row, into) for row, into in broken if (row.id, row.into) not in already]

    def code_of(self, pk: int | None) -> str:
        """“FID 04”, for sentences; also of one that is no longer on the board. A query or two."""
        there = KeyResult.objects.select_related("objective__tribe")
        row = self.key_results.get(pk or 0) or there.filter(pk=pk).first()
        shown = Presented.objects.filter(planning=self.planning, key_result=pk).first()
        return code_of(row, shown.number if shown else None) if row else ""

    def outcome_of(self, pk: int) -> str:
        row = self.key_results.get(pk)
        return OUTCOME_OF[Stage(row.stage)] if row else OPEN


def regions_of(rows: Rows, pks: set[int]) -> list[str]:
    """The groups of the board that show these key results, whichever way somebody looks at it."""
    names: set[str] = set()
    for pk in pks:
        row = rows.key_results.get(pk)
        if row is None:
            continue
        names |= {f"group.t{row.objective.tribe_id}", f"group.o{row.objective_id}"}
        moved = rows.moves.get(row.objective_id, frozenset())
        names |= {f"group.s{strategic}" for strategic in moved} or {"group.s0"}
    return sorted(names)


def standing_decisions(planning: Planning) -> dict[int, Decision]:
    """By key result."""
    return {row.key_result_id: row for row in Decision.objects.filter(planning=planning, stands=True)}
