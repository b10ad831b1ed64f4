"""The days of a year and of its quarters."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okr.actions.period_rules import WRONG_LENGTH, YEAR_DAYS
from okr.actions.periods import quarters_from
from okr.models import Year
from orgs.forms.days import DayField

QUARTERS = (1, 2, 3, 4)


class DaysForm(forms.Form):
    """`starts_on`, `ends_on`, and for each quarter `q1_starts_on`, `q1_ends_on`…"""

    starts_on = DayField(label=gettext_lazy("The year begins on"))
    ends_on = DayField(label=gettext_lazy("It ends on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in QUARTERS:
            self.fields[f"q{number}_starts_on"] = DayField(label=_("Q%(number)s begins on") % {"number": number})
            self.fields[f"q{number}_ends_on"] = DayField(label=_("Q%(number)s ends on") % {"number": number})

    def clean(self) -> dict[str, Any]:
        """A year of the wrong length: either of its days may be the wrong one."""
        data = super().clean() or self.cleaned_data
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and (ends_on - starts_on).days + 1 not in YEAR_DAYS:
            for field in ("starts_on", "ends_on"):
                self.add_error(field, WRONG_LENGTH)
        return data

    @property
    def quarter_fields(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        """For templates: number, first and last day."""
        return [(number, self[f"q{number}_starts_on"], self[f"q{number}_ends_on"]) for number in QUARTERS]

    @property
    def days(self) -> dict[str, Any]:
        """As the actions take them."""
        data = self.cleaned_data
        quarters = [(data[f"q{number}_starts_on"], data[f"q{number}_ends_on"]) for number in QUARTERS]
        return {"starts_on": data["starts_on"], "ends_on": data["ends_on"], "quarters": quarters}


Proposal = tuple[int, Sequence[tuple[dt.date, dt.date]]]  # number and quarters of a year


class NewYearForm(DaysForm):
    """Filled with what is proposed. Another number moves the proposed days to its year; days that were changed stay."""

    number = forms.IntegerField(
        label=gettext_lazy("Year"),
        min_value=1990,
        max_value=2999,
        help_text=gettext_lazy("As people call it: 2026. Days left as proposed move with it."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    field_order = ["number"]

    def __init__(
        self, data: Any = None, *, proposed: Proposal, initial: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        self.proposed = proposed
        number, quarters = proposed
        super().__init__(data, initial=initial_of(quarters, number=number, **(initial or {})), **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        number, quarters = self.proposed
        days = initial_of(quarters)
        if "number" in data and all(data.get(name) == day for name, day in days.items()):
            moved = quarters[0][0].year + data["number"] - number
            data |= initial_of(quarters_from(quarters[0][0].replace(year=moved)))
        return data


def initial_of(quarters: Sequence[tuple[dt.date, dt.date]], **others: Any) -> dict[str, Any]:
    """For DaysForm, from the quarters' days; the year is as long as they are unless `others` says otherwise."""
    initial: dict[str, Any] = {"starts_on": quarters[0][0], "ends_on": quarters[-1][1]}
    for number, (first, last) in enumerate(quarters, 1):
        initial |= {f"q{number}_starts_on": first, f"q{number}_ends_on": last}
    return {**initial, **others}


def initial_of_year(year: Year) -> dict[str, Any]:
    """What is stored; quarters that the year does not have yet are proposed."""
    initial = initial_of(quarters_from(year.starts_on), starts_on=year.starts_on, ends_on=year.ends_on)
    for quarter in year.quarters.all():
        initial[f"q{quarter.number}_starts_on"], initial[f"q{quarter.number}_ends_on"] = (
            quarter.starts_on,
            quarter.ends_on,
        )
    return initial
