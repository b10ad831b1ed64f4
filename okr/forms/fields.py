"""Form fields of the OKR pages."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from okr import numbers
from okr.language import language


class FigureField(forms.Field):
    """A figure as people type it in their language: "12,5", "1 200 000 €", "6,4 M€", "−€1.80". Cleans to a Decimal.

    `unit` is one of okr.numbers.Unit, `unit_label` the metric's own unit ("min"); both may be typed or left out. A
    percentage is refused for points: 12 % more of a margin of 30 % is 3.6 points. Bounds are included. What cannot be
    stored exactly (more than `decimal_places` decimals, or than `max_digits` digits in all) is refused, never rounded.
    An empty optional field cleans to None; what was typed stays as it was typed.
    """

    widget = forms.TextInput
    default_error_messages = {
        "required": _("Enter a number."),
        "nonsense": _("Enter a number, such as %(example)s."),
        "ambiguous": _("This can be read as two different numbers: write it like %(example)s."),
        "points": _("In points, such as 0.3."),
        "too_large": _("This number is too large to be right."),
        "decimals": ngettext_lazy("At most %(limit)d decimal.", "At most %(limit)d decimals.", "limit"),
        "between": _("Enter a number from %(low)s to %(high)s."),
        "min_value": _("Enter a number of at least %(low)s."),
        "max_value": _("Enter a number of at most %(high)s."),
    }

    def __init__(
        self,
        *,
        unit: str | None = None,
        unit_label: str = "",
        max_digits: int = 18,
        decimal_places: int = 4,
        min_value: Decimal | int | None = None,
        max_value: Decimal | int | None = None,
        **kwargs: Any,
    ) -> None:
        self.unit, self.unit_label = unit, unit_label
        self.max_digits, self.decimal_places = max_digits, decimal_places
        self.min_value = None if min_value is None else Decimal(min_value)
        self.max_value = None if max_value is None else Decimal(max_value)
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # A phone's decimal keypad has neither the M of millions nor, on some, a minus.
        plain = self.unit != numbers.Unit.MONEY and (self.min_value is None or self.min_value >= 0)
        return {"inputmode": "decimal" if plain else "text", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return numbers.format_number(value, language()) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        text = value.strip() if isinstance(value, str) else value
        if text in self.empty_values:
            return None
        if isinstance(text, Decimal):
            return text
        if self.unit == numbers.Unit.POINTS and "%" in str(text) and "%" not in self.unit_label:
            raise ValidationError(self.error_messages["points"], code="points")
        try:
            return numbers.parse_decimal(str(text), language(), unit_label=self.unit_label)
        except numbers.NotANumber as error:
            example = "1234,5" if language().startswith("fr") else "1234.5"
            raise ValidationError(
                self.error_messages[error.code], code=error.code, params={"example": example}
            ) from None

    def validate(self, value: Decimal | None) -> None:
        super().validate(value)
        if value is None:
            return
        if abs(value) >= Decimal(10) ** (self.max_digits - self.decimal_places):
            raise ValidationError(self.error_messages["too_large"], code="too_large")
        if numbers.own_decimals(value) > self.decimal_places:
            params: dict[str, Any] = {"limit": self.decimal_places}
            raise ValidationError(self.error_messages["decimals"], code="decimals", params=params)
        self._check_bounds(value)

    def _check_bounds(self, value: Decimal) -> None:
        low, high = self.min_value, self.max_value
        if (low is None or value >= low) and (high is None or value <= high):
            return
        code = "between" if low is not None and high is not None else "min_value" if high is None else "max_value"
        params = {"low": self._shown(low), "high": self._shown(high)}
        raise ValidationError(self.error_messages[code], code=code, params=params)

    def _shown(self, bound: Decimal | None) -> str:
        return "" if bound is None else numbers.format_number(bound, language())
