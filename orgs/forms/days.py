"""Days, as people choose or type them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy


class DayField(forms.DateField):
    """A day, from the browser's own calendar or typed as 2026-05-18 or 18/05/2026."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {
            "invalid": gettext_lazy("Enter a day, such as 2026-05-18."),
            "required": gettext_lazy("Choose a day."),
        }
        super().__init__(
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            error_messages=messages,
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            **kwargs,
        )
