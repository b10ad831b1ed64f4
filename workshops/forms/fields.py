"""Fields of the forms that plan workshops: a moment in the organization's time zone, and rows that belong together."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

MOST_ROWS = 400


class MomentInput(forms.DateTimeInput):
    """A day and a time in one control, of the browser's own kind."""

    input_type = "datetime-local"


class MomentField(forms.Field):
    """A moment as the clocks of one place show it; cleans to UTC, to the minute."""

    widget = MomentInput
    default_error_messages = {"invalid": _("Write a day and a time, such as 2026-05-19 14:00.")}

    def __init__(self, *, zone: ZoneInfo, **options: Any) -> None:
        self.zone = zone
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dt.datetime):
            return value.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M")
        return value

    def to_python(self, value: Any) -> dt.datetime | None:
        if value in self.empty_values:
            return None
        return moment_of(str(value), self.zone, str(self.error_messages["invalid"]))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != data


def moment_of(text: str, zone: ZoneInfo, wrong: str) -> dt.datetime:
    """Raises ValidationError."""
    try:
        moment = dt.datetime.fromisoformat(text.strip())
        if not 2000 <= moment.year <= 2100:
            raise ValueError
    except ValueError:
        raise ValidationError(wrong) from None
    return moment.replace(tzinfo=zone, second=0, microsecond=0).astimezone(dt.UTC)


class RowsInput(forms.Widget):
    """Rows of several controls, each sent as `<name>-<column>`; templates draw them."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.columns = columns
        super().__init__()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]]:
        lists = data if isinstance(data, QueryDict) else _as_lists(data)
        values = {column: lists.getlist(f"{name}-{column}")[:MOST_ROWS] for column in self.columns}
        length = max((len(column) for column in values.values()), default=0)
        return [{column: texts[n] if n < len(texts) else "" for column, texts in values.items()} for n in range(length)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(f"{name}-{column}" in data for column in self.columns)


def _as_lists(data: Mapping[str, Any]) -> QueryDict:
    lists = QueryDict(mutable=True)
    lists.update(data)
    return lists


def whole(text: str, least: int, most: int, wrong: str) -> int:
    """A number of a row. Raises ValidationError."""
    if not (text.isascii() and text.isdigit() and len(text) < 7 and least <= int(text) <= most):
        raise ValidationError(wrong)
    return int(text)
