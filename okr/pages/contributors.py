"""The link between the strategy and the tribes, seen from either end. Measures stand beside each other, never summed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse

from okr.models import Contribution, KeyResult, Quarter
from okr.pages.contributions import key_results_of
from okr.readings import Clock
from okr.rows import Row, row_of
from orgs.models import Tribe


@dataclass(slots=True)
class Upward:
    """A strategic key result that a tribe objective means to move."""

    row: Row
    reason: str


@dataclass(slots=True)
class Contributor:
    """A tribe objective that means to move a strategic key result, with its own key results."""

    tribe: Tribe
    tribe_url: str
    title: str
    url: str
    reasons: list[tuple[str, str]]  # code of the strategic key result ("" where only one is in question), why
    rows: list[Row] = field(default_factory=list)

    @property
    def height(self) -> str:
        """Rows of the table that it takes."""
        return str(max(len(self.rows), 1))


def upward_links(objective_id: int) -> list[Contribution]:
    """What a tribe objective contributes to, ready for `upward` save the step targets."""
    return list(
        Contribution.objects.filter(
            objective_id=objective_id, key_result__archived_at=None, key_result__objective__archived_at=None
        )
        .select_related("key_result__objective__year", "key_result__owner__user")
        .order_by("key_result__objective__position", "key_result__position", "pk")
    )


def upward(links: Iterable[Contribution], clock: Clock) -> list[Upward]:
    return [Upward(row_of(link.key_result, clock, []), link.reason) for link in links]


def downward_links(key_result_ids: Iterable[int]) -> list[Contribution]:
    """The tribe objectives that contribute to strategic key results, of every quarter, in the order of tribes."""
    return list(
        Contribution.objects.filter(
            key_result_id__in=list(key_result_ids), objective__archived_at=None, objective__tribe__archived_at=None
        )
        .select_related("objective__tribe", "objective__quarter__year", "key_result__objective")
        .order_by("objective__tribe__position", "objective__position", "objective_id", "key_result__position")
    )


def shown_quarter(links: Iterable[Contribution], clock: Clock) -> Quarter | None:
    """The quarter to look at: the latest begun, else the first to come."""
    quarters = sorted(
        {link.objective.quarter for link in links if link.objective.quarter}, key=lambda quarter: quarter.starts_on
    )
    begun = [quarter for quarter in quarters if quarter.starts_on <= clock.today]
    return begun[-1] if begun else quarters[0] if quarters else None


def key_results_below(links: Iterable[Contribution], quarter: Quarter | None) -> list[KeyResult]:
    """The key results of the contributing objectives of one quarter, ready for `row_of` save the step targets."""
    if quarter is None:
        return []
    objectives = [link.objective_id for link in links if link.objective.quarter_id == quarter.pk]
    rows = key_results_of(quarter).filter(objective_id__in=objectives).with_span()
    return list(rows.order_by("objective__position", "position", "pk"))


def contributors(
    links: Iterable[Contribution], key_results: Iterable[KeyResult], quarter: Quarter | None, clock: Clock
) -> list[Contributor]:
    """One for each objective of the quarter, however many of the strategic key results it serves."""
    links = list(links)
    several = len({link.key_result_id for link in links}) > 1
    found: dict[int, Contributor] = {}
    for link in links:
        objective = link.objective
        if quarter is None or objective.tribe is None or objective.quarter_id != quarter.pk:
            continue
        if objective.pk not in found:
            found[objective.pk] = Contributor(
                tribe=objective.tribe,
                tribe_url=reverse("tribe_quarter", args=[clock.org.slug, objective.tribe.code, quarter.slug]),
                title=objective.title,
                url=reverse("objective", args=[clock.org.slug, objective.pk]),
                reasons=[],
            )
        if several or link.reason:
            found[objective.pk].reasons.append((link.key_result.code if several else "", link.reason))
    for key_result in key_results:
        if key_result.objective_id in found:
            found[key_result.objective_id].rows.append(row_of(key_result, clock, []))
    return list(found.values())
