"""What a planning's board is drawn from: each query once a change, when something first asks for it."""

from collections import Counter, defaultdict
from functools import cached_property

from django.utils import timezone

from okr.models import Contribution, InitiativeDependency, KeyResult
from okr.readings import Clock
from orgs.models import Organization
from planning.actions.rows import OUTCOME_OF, before_the_codir, strategic_in_order
from planning.board import Proposal, Standing, standing
from planning.codes import code_of
from planning.models import Ballot, Decision, Discussion, KeptApart, Opinion, Planning, Presented, Slot, Voter
from planning.pages.alike import Alike, pairs_alike


class Loaded:
    """A planning with its rows, and where it stands."""

    def __init__(self, planning: Planning, org: Organization) -> None:
        self.planning = planning
        self.org = org
        self.clock = Clock.of(org)
        self.now = timezone.now()

    @property
    def key(self) -> str:
        return self.planning.quarter.slug

    @cached_property
    def key_results(self) -> list[KeyResult]:
        return list(before_the_codir(self.planning).select_related("objective__tribe"))

    @cached_property
    def strategic(self) -> list[KeyResult]:
        """Those of the year, in the order of the strategy."""
        return strategic_in_order(self.planning)

    @cached_property
    def moves(self) -> dict[int, list[int]]:
        """Strategic key results by objective, in the order of the strategy."""
        order = {row.pk: place for place, row in enumerate(self.strategic)}
        found: defaultdict[int, list[int]] = defaultdict(list)
        links = Contribution.objects.filter(objective__quarter=self.planning.quarter_id, objective__archived_at=None)
        for objective, moved in links.values_list("objective_id", "key_result_id"):
            if moved in order:
                found[objective].append(moved)
        return {objective: sorted(moved, key=order.__getitem__) for objective, moved in found.items()}

    @cached_property
    def slots(self) -> list[Slot]:
        return list(self.planning.slots.select_related("tribe__lead__user").order_by("position", "pk"))

    @cached_property
    def voters(self) -> list[Voter]:
        return list(Voter.objects.filter(planning=self.planning).select_related("membership__user").order_by("pk"))

    @cached_property
    def decisions(self) -> list[Decision]:
        """All that were taken, the first one first; undone and replaced ones too."""
        return list(Decision.objects.filter(planning=self.planning).order_by("pk"))

    @cached_property
    def presented(self) -> dict[int, Presented]:
        return {row.key_result_id: row for row in Presented.objects.filter(planning=self.planning)}

    @cached_property
    def opinions(self) -> dict[int, Counter[str]]:
        """Of each key result, how many would do what: nothing before the meeting."""
        found: defaultdict[int, Counter[str]] = defaultdict(Counter)
        if self.planning.state == Planning.State.PREPARING:
            return found
        rows = Opinion.objects.filter(planning=self.planning).order_by()
        for key_result, choice in rows.values_list("key_result_id", "choice"):
            found[key_result][choice] += 1
        return found

    @cached_property
    def ballots(self) -> dict[int, dict[str, list[str]]]:
        found: defaultdict[int, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        if self.planning.mode != Planning.Mode.MAJORITY:
            return {}
        for row in Ballot.objects.filter(planning=self.planning).counted():
            found[row.key_result_id][row.outcome].append(row.membership.name)
        return {pk: dict(votes) for pk, votes in found.items()}

    @cached_property
    def discussions(self) -> dict[int, Discussion]:
        rows = Discussion.objects.filter(planning=self.planning).select_related("by__user")
        return {row.key_result_id: row for row in rows}

    @cached_property
    def numbers(self) -> dict[int, int]:
        """Within each tribe: as presented, or as it would be."""
        found = {pk: row.number for pk, row in self.presented.items()}
        highest: Counter[int | None] = Counter()
        for row in self.key_results:
            tribe = row.objective.tribe_id
            highest[tribe] = max(highest[tribe], found.get(row.pk, 0))
        for row in self.key_results:
            if row.pk not in found:
                highest[row.objective.tribe_id] += 1
                found[row.pk] = highest[row.objective.tribe_id]
        return found

    def code_of(self, row: KeyResult) -> str:
        return code_of(row, self.numbers[row.pk])

    @cached_property
    def alike(self) -> list[Alike]:
        texts = {row.pk: row.title for row in self.key_results}
        apart = KeptApart.objects.filter(planning=self.planning).values_list("first_id", "second_id")
        tribes = {row.pk: row.objective.tribe_id or 0 for row in self.key_results}
        return pairs_alike(texts, set(apart), tribes)

    @cached_property
    def awaits(self) -> dict[int, set[int]]:
        """The tribes that the initiatives behind each key result wait for."""
        found: defaultdict[int, set[int]] = defaultdict(set)
        rows = InitiativeDependency.objects.filter(
            initiative__quarter=self.planning.quarter_id, initiative__archived_at=None
        )
        for tribe, key_result in rows.values_list("tribe_id", "initiative__answers__key_result_id"):
            if key_result is not None:
                found[key_result].add(tribe)
        return found

    @cached_property
    def proposals(self) -> list[Proposal]:
        return [
            Proposal(
                row.pk,
                row.objective.tribe_id or 0,
                OUTCOME_OF[KeyResult.Stage(row.stage)],
                row.merged_into_id,
                frozenset(self.moves.get(row.objective_id, ())),
            )
            for row in self.key_results
        ]

    @cached_property
    def standing(self) -> Standing:
        planning = self.planning
        caps = {slot.tribe_id: slot.cap or planning.cap for slot in self.slots}
        return standing(
            self.proposals, [row.pk for row in self.strategic], target=planning.target, cap=planning.cap, caps=caps
        )
