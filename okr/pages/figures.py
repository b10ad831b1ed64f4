"""How one key result's figures are written for the reader: every page about one thing says them through here."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from okr import charts, numbers
from okr.language import language
from okr.models import KeyResult
from okr.readings import Clock

MILLION = Decimal(10) ** 6


def day(on: dt.date, today: dt.date) -> str:
    """ "18 May", with the year where it is not this one."""
    return numbers.format_date(on, language(), "short" if on.year == today.year else "date")


@dataclass(frozen=True, slots=True)
class Figures:
    """Texts of values, changes and computed figures in a key result's unit."""

    key_result: KeyResult
    currency: str

    @classmethod
    def of(cls, key_result: KeyResult, clock: Clock) -> "Figures":
        return cls(key_result, clock.org.currency)

    @property
    def wording(self) -> charts.Wording:
        row = self.key_result
        return charts.Wording(language(), row.unit, currency=self.currency, unit_label=row.unit_label)

    @property
    def decimals(self) -> int:
        """The metric's own precision: the decimals of its start, target (or band) and current value."""
        row = self.key_result
        known = (row.start, row.target, row.low, row.high, row.current)
        return max((numbers.own_decimals(value) for value in known if value is not None), default=0)

    def value(self, value: Decimal) -> str:
        """A stored figure: "59.2%"."""
        return self.wording.value(value)

    def computed(self, value: Decimal) -> str:
        """A figure that arithmetic made (expected, forecast), no more precise than the metric."""
        return self.wording.value(value, self.decimals)

    def change(self, delta: Decimal, *, finer: int = 0) -> str:
        """A computed difference: "−1.6 pts". `finer` adds decimals, for a pace."""
        row = self.key_result
        decimals: int | None = self.decimals + finer
        if row.unit == numbers.Unit.MONEY:
            decimals = None if abs(delta) >= MILLION else decimals and max(decimals, 2)
        elif row.unit == numbers.Unit.DONE:
            decimals = max(self.decimals + finer - 2, 0)
        return numbers.format_delta(
            delta, row.unit, language(), currency=self.currency, decimals=decimals, unit_label=row.unit_label
        )

    def distance(self, delta: Decimal) -> str:
        """A computed difference without its sign: "5.1 pts"."""
        return self.change(abs(delta)).removeprefix("+")

    def span(self, before: Decimal | None, after: Decimal) -> tuple[str, str]:
        """Two stored figures with the same decimals; "" for one not known."""
        row = self.key_result
        wording = {"currency": self.currency, "unit_label": row.unit_label}
        _, first, second = numbers.format_span(None, before, after, row.unit, language(), **wording)
        return first, second
