"""The day on which a review opens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from okr.models import Quarter, Year
from orgs.rules import RuleBroken
from reviews.timing import opens_on


class OpeningForm(forms.Form):
    day = forms.DateField(
        label=gettext_lazy("The review opens on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Choose the day."), "invalid": gettext_lazy("Choose a day.")},
    )

    def __init__(self, data: Any = None, *, period: Year | Quarter) -> None:
        super().__init__(data, initial={"day": opens_on(period)}, auto_id="opening-%s")
        days = {"min": period.starts_on.isoformat(), "max": period.ends_on.isoformat()}
        self.fields["day"].widget.attrs.update(days)

    def refuse(self, broken: RuleBroken) -> None:
        self.add_error(broken.field if broken.field in self.fields else None, broken.message)
