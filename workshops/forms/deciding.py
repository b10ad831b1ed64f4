"""What those who lead send while the room decides."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from okr.forms.inputs import LineField, OwnerField
from okr.forms.key_result import KeyResultForm
from okr.forms.objective import ObjectiveForm
from okr.models import Contribution, KeyResult, Objective
from okr.search.text import fold
from orgs.models import Tribe
from workshops.models import Decision

REASON = Contribution._meta.get_field("reason").max_length
WORD = Decision._meta.get_field("reason").max_length


class DecideForm(forms.Form):
    """An outcome, "" to leave it open; without `reason` a word why stays as it is."""

    outcome = forms.ChoiceField(choices=[("", ""), *Decision.Outcome.choices], required=False)
    reason = LineField(label=_("A word why"), max_length=WORD, required=False)

    def said_reason(self) -> str | None:
        return self.cleaned_data["reason"] if "reason" in self.data else None


class RoomOwnerField(OwnerField):
    """As owner those who take part come first, by their functions' names; then everybody else."""

    def __init__(self, *, here: Collection[int], tribe: Tribe | None = None) -> None:
        super().__init__(tribe=tribe)
        self.here = here

    @property
    def groups(self) -> list[tuple[Any, Any]]:
        assert self.queryset is not None
        split: dict[bool, list[tuple[int, str]]] = {True: [], False: []}
        for person in sorted(self.queryset, key=lambda person: fold(person.name)):
            split[person.pk in self.here].append((person.pk, self.label_from_instance(person)))
        names = ((True, _("In this workshop")), (False, _("Others")))
        return [(str(name), split[here]) for here, name in names if split[here]]

    def label_from_instance(self, person: Any) -> str:
        return f"{person.name} · {person.get_function_display()}" if person.function else str(person.name)


class DraftObjectiveForm(ObjectiveForm):
    """`title`, `why`, `owner`, and why it moves the strategic key result that its item was written under."""

    because = LineField(
        label=_("Why it moves it"), max_length=REASON, required=False, help_text=_("How the one leads to the other.")
    )

    def __init__(self, data: Any = None, *, tribe: Tribe, here: Collection[int], initial: dict[str, Any]) -> None:
        super().__init__(data, strategic=False, tribe=tribe, initial=initial)
        del self.fields["weight"]
        self.fields["owner"] = RoomOwnerField(here=here, tribe=tribe)
        self.order_fields(("title", "owner", "because", "why"))

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("title", "why", "owner")}


# Of a key result what a room can say; the rest is written on its own page.
KNOWN_SO_FAR = ("title", "start", "target", "low", "high", "unit", "metric", "direction", "owner", "source")
LEFT_FOR_LATER = {"tolerance": None, "weight": None, "ambition": "", "source_url": "", "baseline_due_on": None}


class DraftKeyResultForm(KeyResultForm):
    """A key result as far as the room knows it. What is to be found is found by a day, which for a tribe's key result
    becomes its first step, and for a start that nobody knows the day by which it is measured."""

    find_by = forms.DateField(
        label=_("To be found by"),
        required=False,
        help_text=_("Where nobody knows yet where the figure comes from, or where it stands."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages={"invalid": _("Enter a day, such as 2026-05-31.")},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        objective: Objective,
        here: Collection[int],
        today: dt.date,
        initial: dict[str, Any],
    ) -> None:
        super().__init__(data, objective=objective, today=today, initial=initial)
        self.fields["owner"] = RoomOwnerField(here=here, tribe=objective.tribe)
        shown = KNOWN_SO_FAR if objective.is_strategic else (*KNOWN_SO_FAR, "find_by")  # consolidation completes it
        for name in set(self.fields) - set(shown):
            del self.fields[name]
        self._step_count, self._way = 0, {}

    def clean(self) -> dict[str, Any]:
        said = {**LEFT_FOR_LATER, **super().clean()}
        day = said.get("find_by")
        if day is not None and (late := self._late_baseline(day)):
            self.add_error("find_by", late)
        if day is not None and said.get("source") and said.get("start") is not None:
            self.add_error("find_by", gettext("Its start and its source are known: there is nothing to find."))
        return said

    def values(self) -> dict[str, Any]:
        values = super().values()
        moves = values["direction"] in (KeyResult.Direction.UP, KeyResult.Direction.DOWN)
        if moves and values["start"] is None:
            values["baseline_due_on"] = self.cleaned_data.get("find_by")
        return values
