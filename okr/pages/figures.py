"""How one key result's figures are written for the reader: every page about one thing says them through here."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from okr import charts, numbers
from okr.language import language
from okr.models import KeyResult
from okr.readings import Clock
from orgs.models import AuditEvent

MEASURED_BY = ("target", "low", "high", "start")


def day(on: dt.date, today: dt.date) -> str:
    """ "18 May", with the year where it is not this one."""
    return numbers.format_date(on, language(), "short" if on.year == today.year else "date")


@dataclass(frozen=True, slots=True)
class Figures:
    """Texts of values, changes and computed figures in a key result's unit.

    `measured` are values of check-ins shown on the same page: their decimals are the metric's too.
    """

    key_result: KeyResult
    currency: str
    measured: tuple[Decimal, ...] = ()

    @classmethod
    def of(cls, key_result: KeyResult, clock: Clock, measured: Iterable[Decimal] = ()) -> "Figures":
        return cls(key_result, clock.org.currency, tuple(measured))

    @property
    def wording(self) -> charts.Wording:
        row = self.key_result
        return charts.Wording(language(), row.unit, currency=self.currency, unit_label=row.unit_label)

    @property
    def decimals(self) -> int:
        """The metric's own precision: the decimals of its start, target (or band), current and measured values."""
        return max(map(numbers.own_decimals, self.known), default=0)

    @property
    def known(self) -> list[Decimal]:
        row = self.key_result
        stored = [value for value in (row.start, row.target, row.low, row.high, row.current) if value is not None]
        # Amounts are written as start, current value and target need it: in millions, the many would need more digits.
        return stored if row.unit == numbers.Unit.MONEY else [*stored, *self.measured]

    def value(self, value: Decimal) -> str:
        """A stored figure, as precise as the metric: "59.0%" where its target is "72.5%"."""
        if self.key_result.unit in (numbers.Unit.MONEY, numbers.Unit.DONE):
            return self.wording.value(value)
        return self.wording.value(value, max(self.decimals, numbers.own_decimals(value)))

    def computed(self, value: Decimal) -> str:
        """A figure that arithmetic made (expected, forecast), no more precise than the metric."""
        return self.wording.value(value, self.decimals)

    def change(self, delta: Decimal, *, finer: int = 0) -> str:
        """A computed difference: "−1.6 pts". `finer` adds decimals, for a pace."""
        row = self.key_result
        return numbers.format_delta(
            delta,
            row.unit,
            language(),
            currency=self.currency,
            unit_label=row.unit_label,
            beside=self.known,
            finer=finer,
        )

    def distance(self, delta: Decimal) -> str:
        """A computed difference without its sign: "5.1 pts"."""
        return self.change(abs(delta)).removeprefix("+")

    def changed(self, event: AuditEvent) -> list[str]:
        """What an event changed of what it is measured by: "target 92% → 90%"."""
        said = []
        for name in MEASURED_BY:
            if name in event.after:
                field: Any = self.key_result._meta.get_field(name)
                before, now = (field.to_python(state.get(name)) for state in (event.before, event.after))
                texts = [self.value(value) if value is not None else "–" for value in (before, now)]
                said.append(f"{field.verbose_name} {texts[0]} → {texts[1]}")
        return said

    def span(self, before: Decimal | None, after: Decimal) -> tuple[str, str]:
        """Two stored figures with the same decimals; "" for one not known."""
        row = self.key_result
        wording = {"currency": self.currency, "unit_label": row.unit_label}
        _, first, second = numbers.format_span(None, before, after, row.unit, language(), **wording)
        return first, second
