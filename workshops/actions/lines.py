"""What people write on one line: a note, the name of a family, a word why."""

from typing import Any

from django.db.models import Model

from orgs.rules import RuleBroken


def one_line(text: str, model: type[Model], column: str, too_long: str) -> str:
    """The text on one line. Raises RuleBroken, with the column as field, where the column does not hold it: `too_long` names
    its length as %(n)s."""
    line = " ".join(text.split())
    field: Any = model._meta.get_field(column)
    if len(line) > field.max_length:
        raise RuleBroken(too_long % {"n": field.max_length}, field=column)
    return line
