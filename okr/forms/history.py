"""What of an event is to be restored."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from okr.actions.history import restorable
from orgs.models import AuditEvent

LARGEST_REVISION = 2_147_483_647


class RestoreForm(forms.Form):
    """`fields` to restore; `revision` is the thing's, as it was shown; `reason` where published figures change."""

    revision = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_REVISION)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=400)

    def __init__(self, data: Any, *, event: AuditEvent) -> None:
        super().__init__(data)
        self.fields["fields"] = forms.MultipleChoiceField(
            label=_("Restore what it was before"),
            choices=[(name, name) for name in restorable(event)],
            error_messages={
                "required": _("Choose what to restore."),
                "invalid_choice": _("Choose what to restore."),
            },
        )

    @property
    def first_error(self) -> str:
        return str(next(iter(self.errors.values()))[0])
