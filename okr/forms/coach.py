"""What is sent to the wording coach while somebody types: the sentence, and whatever of its form is filled in."""

import datetime as dt
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms

from okr import numbers
from okr.coach import Facts, Level, Statement
from okr.forms.units import unit_typed
from okr.language import language
from okr.models import KeyResult, Objective, Year
from okr.scoring import Direction
from orgs.models import Tribe

LONGEST = 10_000  # characters
IN_CELL = "in_cell"
THINGS: dict[str, Any] = {"objective": Objective, "key_result": KeyResult}
PLACES: dict[str, Any] = {"tribe": Tribe, "year": Year}  # of an objective that is not saved yet


class CoachForm(forms.Form):
    """`object_type` and `object_id` name the thing that is edited; for a key result that is not saved yet, its objective;
    for such an objective its tribe or its year.

    The other fields are sent as they stand in the form of a key result, half-typed or not: what cannot be read yet is
    not there yet. A title that is edited in its cell (`in_cell`) has the figures that are stored beside it.
    """

    level = forms.ChoiceField(choices=[(level.value, level.name) for level in Level])
    text = forms.CharField(max_length=LONGEST, required=False, strip=False)
    object_type = forms.ChoiceField(choices=[("", ""), *((name, name) for name in (*THINGS, *PLACES))], required=False)
    object_id = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    start = forms.CharField(required=False)
    target = forms.CharField(required=False)
    low = forms.CharField(required=False)
    high = forms.CharField(required=False)
    unit = forms.CharField(required=False)
    metric = forms.CharField(required=False)
    source = forms.CharField(required=False)
    direction = forms.CharField(required=False)
    baseline_due_on = forms.CharField(required=False)

    @cached_property
    def thing(self) -> Objective | KeyResult | None:
        """The thing that is named, where it exists; an unsaved objective where its place is named."""
        said = self.cleaned_data
        if said["object_type"] in PLACES and said["object_id"] is not None:
            return _new_objective(said["object_type"], said["object_id"])
        model = THINGS.get(said["object_type"])
        if model is None or said["object_id"] is None:
            return None
        found: Objective | KeyResult | None = model.objects.live().with_span().filter(pk=said["object_id"]).first()
        return found

    @property
    def statement(self) -> Statement:
        said = self.cleaned_data
        level = Level(said["level"])
        if level is not Level.KEY_RESULT:
            return Statement(level, said["text"])
        if "start" in self.data:
            return Statement(level, said["text"], facts=self._facts())
        stored = self.thing if IN_CELL in self.data else None
        return Statement(level, said["text"], facts=_stored(stored) if isinstance(stored, KeyResult) else None)

    def _facts(self) -> Facts:
        said = self.cleaned_data
        start, target = _figure(said["start"]), _figure(said["target"])
        typed = unit_typed([said["target"], said["start"]]) or ("", "")
        return Facts(
            start=start,
            target=target,
            low=_figure(said["low"]),
            high=_figure(said["high"]),
            metric=said["metric"],
            unit=said["unit"] or typed[0],
            direction=_direction(said["direction"], start, target),
            baseline_due_on=_day(said["baseline_due_on"]),
            source=said["source"] if "source" in self.data else None,
        )


def _new_objective(name: str, pk: int) -> Objective | None:
    place = PLACES[name].objects.filter(pk=pk).first()
    level = Objective.Level.TRIBE if name == "tribe" else Objective.Level.STRATEGIC
    return Objective(level=level, **{name: place}) if place else None


def _stored(key_result: KeyResult) -> Facts:
    """Of a title that is written alone. It does not ask for a source, which has its own field."""
    return Facts(
        start=key_result.start,
        target=key_result.target,
        low=key_result.low,
        high=key_result.high,
        metric=key_result.metric,
        unit=key_result.unit,
        direction=Direction(key_result.direction),
        baseline_due_on=key_result.baseline_due_on,
    )


def _figure(text: str) -> Decimal | None:
    try:
        return numbers.parse_decimal(text, language())
    except numbers.NotANumber as why:
        # "4.5 min" has a unit of its own: the figure is there all the same.
        first = text.split()[0] if why.code == numbers.Unreadable.NONSENSE and text.split() else ""
        return _figure(first) if first and first != text else None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _direction(named: str, start: Decimal | None, target: Decimal | None) -> Direction | None:
    if named in set(Direction):
        return Direction(named)
    if start is None or target is None:
        return None
    return Direction.DOWN if target < start else Direction.UP


class KeepWordingForm(CoachForm):
    """“Keep as is”."""

    rule = forms.CharField(max_length=40)
    reason = forms.CharField(required=False)
