"""What the steps of loading one organization hand on to each other."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from okr.demo.calendar import Calendar
from okr.demo.history import Moment
from okr.demo.shapes import KeyResultSpec, OrganizationSpec
from okr.models import KeyResult, Quarter, Year
from orgs.models import Department, Membership, Organization, TenantModel, Tribe, User

FORMER = "former"  # the year before; with a number, its quarter
Row = TypeVar("Row", bound=TenantModel)


@dataclass(frozen=True, slots=True)
class Measured:
    """A key result with its history; `seed` is what its chance is drawn from."""

    seed: str
    spec: KeyResultSpec
    key_result: KeyResult
    moments: list[Moment]


@dataclass(slots=True)
class Loading:
    spec: OrganizationSpec
    org: Organization
    calendar: Calendar
    now: dt.datetime
    users: list[User] = field(default_factory=list)
    members: dict[str, Membership] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)
    tribes: dict[str, Tribe] = field(default_factory=dict)
    periods: dict[str, Year | Quarter] = field(default_factory=dict)  # "year", quarters by state, "former", "former 2"
    measured: list[Measured] = field(default_factory=list)
    # "1.4", "open DRV A1", "former 1.4", "former 2 DRV A1"
    key_results: dict[str, KeyResult] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def member(self, key: str, tribe: str = "") -> Membership:
        """By key, or by the seat of a tribe: "P" in DRV is "DRV.P"."""
        return self.members[f"{tribe}.{key}" if tribe else key]

    def create(self, rows: Iterable[Row]) -> list[Row]:
        """Insert rows of one model, and count them."""
        made = list(rows)
        if made:
            model = type(made[0])
            model.objects.bulk_create(made)
            self.counts[model.__name__] += len(made)
        return made

    def at(self, day: dt.date, minutes: int) -> dt.datetime:
        """A moment of a past day in the organization's time zone; of today, not later than now."""
        return min(dt.datetime.combine(day, dt.time(minutes // 60, minutes % 60), self.org.zone), self.now)

    def told(self, text: str) -> str:
        """A text that may name the year or the two before."""
        return text.format(
            year=self.calendar.number, previous=self.calendar.number - 1, before=self.calendar.number - 2
        )


def figure(text: str) -> Decimal | None:
    """A figure of the content; None where it is not known."""
    return Decimal(text) if text else None
