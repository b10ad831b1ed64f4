"""Where a key result or an objective should stand: the keyboard's and the menu's twin of dragging."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from okr.models import KeyResult, Objective, PeriodState, Quarter
from orgs.rules import RuleBroken

LAST = 9999  # actions take a position that is too far as the last one


class PositionForm(forms.Form):
    position = forms.IntegerField(
        label=_("Position"),
        min_value=1,
        max_value=LAST,
        required=False,
        help_text=_("1 is the first; empty, or too far, is the last."),
        error_messages={
            "invalid": _("Enter a whole number, such as 2."),
            "min_value": _("The first position is 1."),
            "max_value": _("Enter a smaller number."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_position(self) -> int:
        return self.cleaned_data["position"] or LAST

    def refuse(self, broken: RuleBroken) -> None:
        """Put the refusal of an action beside its field, or on top of the form."""
        self.add_error(broken.field if broken.field in self.fields else None, broken.message)


class MoveKeyResultForm(PositionForm):
    """`objective` is one of the same tribe and quarter, or of the same year."""

    field_order = ("objective", "position")

    def __init__(self, data: Any = None, *, key_result: KeyResult) -> None:
        here = key_result.objective
        super().__init__(data, initial={"objective": here.pk, "position": key_result.position})
        near = (
            Objective.objects.strategic(here.year_id)
            if here.is_strategic
            else Objective.objects.of_tribe(here.tribe_id, here.quarter_id)
        )
        self.here = here
        self.fields["objective"] = _ObjectiveField(
            near.select_related("year", "quarter__year", "tribe").order_by("position", "pk"),
            label=_("Objective"),
            required=False,
            empty_label=None,
            error_messages={"invalid_choice": _("Choose an objective of the same period.")},
        )
        self.order_fields(self.field_order)

    def clean_objective(self) -> Objective:
        return self.cleaned_data["objective"] or self.here


class _ObjectiveField(forms.ModelChoiceField):
    def label_from_instance(self, objective: Objective) -> str:
        return f"{objective.code} · {objective.title}"


class MoveObjectiveForm(PositionForm):
    """`quarter`, for a tribe's objective, is one that is not closed."""

    field_order = ("quarter", "position")

    def __init__(self, data: Any = None, *, objective: Objective) -> None:
        super().__init__(data, initial={"quarter": objective.quarter_id, "position": objective.position})
        if objective.is_strategic:
            return
        self.fields["quarter"] = forms.ModelChoiceField(
            Quarter.objects.exclude(state=PeriodState.CLOSED).select_related("year").order_by("starts_on"),
            label=_("Quarter"),
            required=False,
            empty_label=None,
            error_messages={"invalid_choice": _("Choose a quarter that is not closed.")},
        )
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        said.setdefault("quarter", None)
        return said
