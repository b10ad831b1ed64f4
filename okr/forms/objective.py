"""The form of an objective, strategic or of a tribe."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from okr.forms.fields import FigureField
from okr.forms.inputs import LineField, OwnerField, ParagraphField
from okr.models import Objective
from orgs.models import Department, Membership, Tribe
from orgs.rules import RuleBroken

TITLE = Objective._meta.get_field("title").max_length
WHY = Objective._meta.get_field("why").max_length


class ObjectiveForm(forms.Form):
    """`title`, `why`, `owner`, `weight`, and of a strategic one its `department`: what okr.actions.objectives.OWN names,
    but for the contributions, which have their own page. As owner the people of the `tribe` are offered first; `near`,
    where given, are the only ones."""

    title = LineField(
        label=_("Objective"),
        max_length=TITLE,
        error_messages={"required": _("Say what should be different, in one sentence.")},
    )
    why = ParagraphField(
        label=_("Why it matters"), required=False, max_length=WHY, help_text=_("For whom, and what changes for them.")
    )
    weight = FigureField(
        label=_("Weight"),
        max_digits=6,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=_("1 unless it should count for more, or less, than the others."),
    )
    field_order = ("title", "why", "owner", "department", "weight")

    def __init__(
        self,
        data: Any = None,
        *,
        strategic: bool,
        tribe: Tribe | None = None,
        objective: Objective | None = None,
        near: Iterable[Membership] | None = None,
        initial: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.objective = objective
        stored = initial or {}
        if objective is not None:
            names = ("title", "why", "weight")
            stored = {name: getattr(objective, name) for name in names} | {
                "owner": objective.owner_id,
                "department": objective.department_id,
                **stored,
            }
        super().__init__(data, initial=stored, **kwargs)
        self.fields["owner"] = OwnerField(tribe=tribe, present=objective.owner if objective else None, near=near)
        if strategic:
            self.fields["department"] = forms.ModelChoiceField(
                Department.objects.filter(archived_at=None).order_by("position", "pk"),
                label=_("Department"),
                empty_label=_("Choose…"),
                error_messages={
                    "required": _("Choose the department that carries it."),
                    "invalid_choice": _("Choose a department that exists."),
                },
            )
        self.order_fields(self.field_order)

    def values(self) -> dict[str, Any]:
        """For okr.actions.objectives, once the form is valid."""
        said = dict(self.cleaned_data)
        if said["weight"] is None:
            said["weight"] = Decimal(1)
        return said

    def refuse(self, broken: RuleBroken) -> None:
        """Put the refusal of an action beside its field, or on top of the form."""
        self.add_error(broken.field if broken.field in self.fields else None, broken.message)
