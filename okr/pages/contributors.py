"""The link between the strategy and the tribes, seen from either end. Measures stand beside each other, never summed."""

from collections.abc import Collection, Iterable, Sequence
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


def downward_links(key_result_ids: Iterable[int], clock: Clock) -> list[Contribution]:
    """The tribe objectives that contribute to strategic key results, in the order of tribes.

    Of one quarter: the most current that anything contributes in.
    """
    ids = list(key_result_ids)
    quarter = (
        Quarter.objects.filter(
            objectives__contributions__key_result_id__in=ids,
            objectives__archived_at=None,
            objectives__tribe__archived_at=None,
        )
        .most_current_first(clock.today)
        .values("pk")[:1]
    )
    return list(
        Contribution.objects.filter(
            key_result_id__in=ids,
            objective__quarter=quarter,
            objective__archived_at=None,
            objective__tribe__archived_at=None,
        )
        .select_related("objective__tribe", "objective__quarter__year")
        .order_by("objective__tribe__position", "objective__position", "objective_id", "key_result__position")
    )


def quarter_of(links: Sequence[Contribution]) -> Quarter | None:
    return links[0].objective.quarter if links else None


def key_results_below(links: Sequence[Contribution]) -> list[KeyResult]:
    """The key results of the contributing objectives, ready for `row_of` save the step targets."""
    quarter = quarter_of(links)
    if quarter is None:
        return []
    rows = list(
        key_results_of(quarter)
        .filter(objective_id__in=[link.objective_id for link in links])
        .select_related("objective", "owner__user")
        .order_by("objective__position", "position", "pk")
    )
    for row in rows:
        row.objective.quarter = quarter  # one for all: loading it with each row costs more than the rest
    return rows


def contributors(
    above: Collection[KeyResult],
    links: Sequence[Contribution],
    key_results: Iterable[KeyResult],
    clock: Clock,
) -> list[Contributor]:
    """One for each objective of the quarter, however many of the strategic key results `above` it serves."""
    codes = {row.pk: row.code for row in above} if len(above) > 1 else {}
    found: dict[int, Contributor] = {}
    quarter = quarter_of(links)
    for link in links:
        objective = link.objective
        if quarter is None or objective.tribe is None:
            continue
        if objective.pk not in found:
            found[objective.pk] = Contributor(
                tribe=objective.tribe,
                tribe_url=reverse("tribe_quarter", args=[clock.org.slug, objective.tribe.code, quarter.slug]),
                title=objective.title,
                url=reverse("objective", args=[clock.org.slug, objective.pk]),
                reasons=[],
            )
        if codes or link.reason:
            found[objective.pk].reasons.append((codes.get(link.key_result_id, ""), link.reason))
    for key_result in key_results:
        if key_result.objective_id in found:
            found[key_result.objective_id].rows.append(row_of(key_result, clock, []))
    return list(found.values())
