"""What of an event is to be restored."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from okr.actions.history import label_of, restorable
from orgs.models import AuditEvent
from orgs.rules import RuleBroken

LARGEST_REVISION = 2_147_483_647
NOTHING = {"required": _("Choose what to restore."), "invalid_choice": _("Choose what to restore.")}


class RestoreForm(forms.Form):
    """`fields` to restore; `revision` is the thing's, as it was shown; `reason` where published figures change."""

    revision = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_REVISION, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=400)

    def __init__(self, data: Any, *, event: AuditEvent) -> None:
        super().__init__(data)
        self.fields["fields"] = forms.MultipleChoiceField(
            label=_("What to restore"),
            choices=[(name, label_of(event, name)) for name in restorable(event)],
            widget=forms.CheckboxSelectMultiple,
            error_messages=NOTHING,
        )

    @property
    def names(self) -> BoundField:
        """`form.fields` is Django's own."""
        return self["fields"]

    @property
    def first_error(self) -> str:
        return str(next(iter(self.errors.values()))[0])

    def refuse(self, broken: RuleBroken) -> None:
        self.add_error(broken.field if broken.field in self.fields else None, broken.message)
