"""One key result's line on the page of all check-ins."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from okr.forms.check_in import CheckInForm
from okr.models import KeyResult, Step

TYPED = ("value", "done_steps", "confidence", "comment")


class LineForm(CheckInForm):
    """As CheckInForm, but its figure begins empty: a line in which nothing was typed is left for later.

    With `unchanged` the last figure stands, beside the confidence and the comment that were sent.
    """

    use_required_attribute = False  # a line may be left for later

    def __init__(
        self, data: Any = None, *, key_result: KeyResult, steps: Sequence[Step] = (), unchanged: bool = False
    ) -> None:
        super().__init__(data, key_result=key_result, steps=steps, prefix=f"kr{key_result.pk}")
        del self.fields["mood"]
        self.fields["confidence"].widget = forms.Select(choices=self.fields["confidence"].choices)  # type: ignore[attr-defined]
        self.fields["comment"].widget = forms.TextInput()
        # What the page showed tells what was typed, also where somebody else has checked in since.
        for name in ("confidence", "done_steps"):
            if name in self.fields:
                self.fields[name].show_hidden_initial = True
        if "value" in self.fields:
            self.initial["value"] = None
            self.fields["value"].error_messages["required"] = (
                _("Enter today’s value, or press “No change”.") if self.has_last else _("Enter today’s value.")
            )
        self.is_unchanged = unchanged and self.has_last
        if self.is_unchanged:
            steps_done = [step.pk for step in steps if step.done_on is not None]
            last: dict[str, Any] = {"value": key_result.current, "done_steps": steps_done}
            self.data = self._with({name: last[name] for name in last.keys() & self.fields.keys()})

    @property
    def has_last(self) -> bool:
        """There is a value that can stay as it is."""
        return self.key_result.current is not None

    @property
    def is_typed(self) -> bool:
        return self.is_bound and bool(set(TYPED) & set(self.changed_data))

    @property
    def shows_figure(self) -> bool:
        return "value" in self.fields and self.key_result.direction != KeyResult.Direction.DONE

    def _figure_field(self) -> forms.Field:
        field = super()._figure_field()
        field.widget.attrs["class"] = "num"
        return field

    @property
    def steps_shown(self) -> str:
        """Which steps were done as the page was made, for the page to send along."""
        return self["done_steps"].as_hidden(only_initial=True)

    def leave_unjudged(self) -> None:
        """Show what was typed without saying what is wrong with it: it was not sent to be saved."""
        self._errors = ErrorDict()
