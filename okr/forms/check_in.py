"""The form of a check-in, recorded or corrected. What is measured decides its first field."""

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from okr import numbers
from okr.forms.fields import FigureField
from okr.language import language
from okr.models import CheckIn, KeyResult, Step
from orgs.rules import RuleBroken

FIRST_CONFIDENCE = 5  # Wodtke: start at 5 of 10
MILLION = Decimal(10) ** 6
ROOM_FOR_LARGE_TYPE = 5  # characters


def figure_field(key_result: KeyResult) -> FigureField:
    return FigureField(label=_("Value today"), unit=key_result.unit, unit_label=key_result.unit_label)


class CheckInForm(forms.Form):
    """`value` (a figure, or done / not done) or `done_steps`, then confidence, comment and mood.

    Begins with the last values, or with those of `correcting`. With `unchanged` the last figures stand, whatever was
    sent beside comment and mood. A new check-in carries the `client_id` that makes a double submit one.
    """

    confidence = forms.TypedChoiceField(
        label=_("Confidence"),
        choices=[(str(number), str(number)) for number in range(1, 11)],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a number from 1 to 10."),
            "invalid_choice": _("Choose a number from 1 to 10."),
        },
    )
    comment = forms.CharField(
        label=_("What changed?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    mood = forms.ChoiceField(
        label=_("Anything to flag?"),
        required=False,
        choices=[*CheckIn.Mood.choices, ("", _("None"))],
        widget=forms.RadioSelect,
    )
    client_id = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={
            "required": _("The form was incomplete. Reload the page."),
            "invalid": _("The form was incomplete. Reload the page."),
        },
    )
    field_order = ("value", "done_steps", "confidence", "comment", "mood", "client_id")

    def __init__(
        self,
        data: Any = None,
        *,
        key_result: KeyResult,
        steps: Sequence[Step] = (),
        correcting: CheckIn | None = None,
        unchanged: bool = False,
        value: Decimal | None = None,
        prefix: str | None = None,
    ) -> None:
        """`value` is what the input begins with instead of the last value."""
        self.key_result, self.steps = key_result, steps
        last = {
            "value": key_result.current,
            "done_steps": [step.pk for step in steps if step.done_on is not None],
            "confidence": key_result.confidence or FIRST_CONFIDENCE,
        }
        begins_with = {**last, "value": key_result.current if value is None else value, "client_id": uuid.uuid4()}
        if correcting is not None:
            begins_with |= {name: getattr(correcting, name) for name in ("confidence", "comment", "mood")}
        super().__init__(data, initial=begins_with, prefix=prefix)
        if steps:
            self.fields["done_steps"] = self._steps_field()
        elif key_result.direction == KeyResult.Direction.DONE:
            self.fields["value"] = self._done_field()
        else:
            self.fields["value"] = self._figure_field()
        if correcting is not None:
            del self.fields["client_id"]
        if unchanged and key_result.current is not None:
            self.data = self._with(last)
        self.order_fields(self.field_order)

    def _with(self, figures: dict[str, Any]) -> QueryDict:
        """What was sent, with these figures in place of its own."""
        data = cast(QueryDict, self.data).copy()
        for name in figures.keys() & self.fields.keys():
            shown = self.fields[name].prepare_value(figures[name])
            data.setlist(
                self.add_prefix(name), [str(one) for one in shown] if isinstance(shown, list) else [str(shown)]
            )
        return data

    def differs_from(self, made: CheckIn) -> bool:
        """Whether the form says something else than the check-in that its `client_id` made."""
        said = dict(self.cleaned_data)
        said.pop("client_id", None)
        done = {step.pk for step in self.steps if step.done_on is not None}
        if set(said.pop("done_steps", done)) != done:
            return True
        return any(getattr(made, name) != value for name, value in said.items())

    def refuse(self, broken: RuleBroken) -> None:
        """Put the refusal of an action beside its field, or on top of the form."""
        self.add_error(broken.field if broken.field in self.fields else None, broken.message)

    def _steps_field(self) -> forms.Field:
        return forms.TypedMultipleChoiceField(
            label=_("Steps done"),
            required=False,
            coerce=int,
            choices=[(step.pk, step.title) for step in self.steps],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": _("One of these steps no longer exists. Reload the page.")},
        )

    def _done_field(self) -> forms.Field:
        choices: list[tuple[str, Any]] = [("1", _("Done")), ("0", _("Not done"))]
        share = self.key_result.current
        if share is not None and 0 < share < 1:  # recorded through the API
            choices.insert(1, (_plain(share), numbers.format_percent(share, language())))
        return DoneField(
            label=_("Is it done?"),
            coerce=Decimal,
            choices=choices,
            widget=forms.RadioSelect,
            error_messages={
                "required": _("Choose “Done” or “Not done”."),
                "invalid_choice": _("Choose “Done” or “Not done”."),
            },
        )

    def _figure_field(self) -> forms.Field:
        row = self.key_result
        field = figure_field(row)
        figures = [figure for figure in (row.start, row.target, row.low, row.high, row.current) if figure is not None]
        # A phone's decimal keypad has neither a minus nor the M of millions.
        digits_do = all(0 <= figure < MILLION for figure in figures)
        begins_with = field.prepare_value(self.initial["value"]) or ""
        shown = self.data.get(self.add_prefix("value"), "") if self.is_bound else begins_with
        field.widget.attrs |= {
            "class": "big long" if len(shown) > ROOM_FOR_LARGE_TYPE else "big",
            "inputmode": "decimal" if digits_do else "text",
            "maxlength": "64",
        }
        return field


class DoneField(forms.TypedChoiceField):
    """A share of a milestone among choices written without trailing zeros."""

    def prepare_value(self, value: Any) -> Any:
        return _plain(value) if isinstance(value, Decimal) else value


def _plain(share: Decimal) -> str:
    return f"{share.normalize():f}" if share else "0"
