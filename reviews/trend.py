"""What quarters came to, one after the other, tribe by tribe, and the strategy year by year: behind page, file and API.

Scores and commitments are those of reviews.results, check-ins those of okr.asked. Nothing is added up for a person, and
nothing is put in an order of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from okr.asked import turns_of
from okr.discipline import Share
from okr.models import PeriodState, Quarter, Year
from okr.readings import Clock
from orgs.models import Tribe
from reviews.results import Part, parts_of

QUARTERS, YEARS = 8, 4


@dataclass(frozen=True, slots=True)
class Point:
    """A quarter of a tribe, or a year of the strategy. `part` is None where nothing ran in it."""

    period: Year | Quarter
    part: Part | None
    check_ins: Share

    @property
    def is_closed(self) -> bool:
        return self.period.state == PeriodState.CLOSED

    @property
    def has_verdicts(self) -> bool:
        """Of an open one they may still change: they are told by its review, not here."""
        return self.is_closed and self.part is not None and self.part.given > 0

    @property
    def score(self) -> Decimal | None:
        return self.part.score if self.part is not None and self.has_verdicts else None

    @property
    def committed(self) -> int | None:
        """Committed key results; None before there are verdicts."""
        return self.part.committed if self.part is not None and self.has_verdicts else None

    @property
    def reached(self) -> int | None:
        """Of the committed ones; without verdict counts as not reached."""
        return self.part.reached if self.part is not None and self.has_verdicts else None

    @property
    def hit_rate(self) -> Decimal | None:
        """Share 0 to 1; None without committed ones."""
        return Decimal(self.reached or 0) / self.committed if self.committed else None

    @property
    def total(self) -> int:
        return self.part.total if self.part is not None else 0

    @property
    def discipline(self) -> Decimal | None:
        """Share 0 to 1 of the check-ins asked for that were made, on time or late; None where none was asked for."""
        return Decimal(self.check_ins.made) / self.check_ins.asked if self.check_ins.asked else None


@dataclass(frozen=True, slots=True)
class Trend:
    """Points are oldest first, one for each period."""

    quarters: list[Quarter]
    years: list[Year]
    strategy: list[Point]
    tribes: dict[int, list[Point]]  # by tribe's id


Span = TypeVar("Span", Quarter, Year)


def begun(periods: Iterable[Span]) -> list[Span]:
    """Those that ran or run, oldest first."""
    return sorted((one for one in periods if one.state != PeriodState.DRAFT), key=lambda one: one.starts_on)


def _last_quarters() -> list[Quarter]:
    return begun(Quarter.objects.with_year().exclude(state=PeriodState.DRAFT).order_by("-starts_on")[:QUARTERS])


def _last_years() -> list[Year]:
    return begun(Year.objects.exclude(state=PeriodState.DRAFT).order_by("-starts_on")[:YEARS])


def trend_of(
    tribes: Iterable[int],
    clock: Clock,
    *,
    quarters: Sequence[Quarter] | None = None,
    years: Sequence[Year] | None = None,
    only: Tribe | None = None,
) -> Trend:
    """Of these tribes (ids), or of one `only`. Seven queries at most, however many tribes and quarters: periods, key results
    with their verdicts, and three for check-ins. Pass `years=[]` to leave the strategy out."""
    quarters = _last_quarters() if quarters is None else list(quarters)
    years = _last_years() if years is None else list(years)
    of_quarters, of_years = parts_of(quarters, tribe=only), parts_of(years)
    every = [part for parts in (*of_quarters.values(), *of_years.values()) for part in parts]
    rows = [line.key_result for part in every for line in part.lines]
    asked = turns_of(rows, clock) if rows else {}

    def point(period: Year | Quarter, part: Part | None) -> Point:
        lines = part.lines if part is not None else []
        return Point(period, part, Share.of(turn for line in lines for turn in asked[line.key_result.pk]))

    strategy = [point(year, next(iter(of_years.get(year.pk, [])), None)) for year in years]
    found: dict[int, list[Point]] = {pk: [] for pk in tribes}
    for quarter in quarters:
        by_tribe = {part.tribe.pk: part for part in of_quarters.get(quarter.pk, []) if part.tribe is not None}
        for pk, points in found.items():
            points.append(point(quarter, by_tribe.get(pk)))
    return Trend(list(quarters), years, strategy, found)
