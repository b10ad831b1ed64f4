"""The form of an agenda template."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from okr.forms.inputs import LineField
from orgs.rules import RuleBroken
from workshops.agendas import rows_of
from workshops.forms.agenda import AgendaField


class TemplateForm(forms.Form):
    name = LineField(label=_("Name of the template"), max_length=80)

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agenda"] = AgendaField(zone=zone, windows=False, label=_("Agenda"))

    def values(self) -> dict[str, Any]:
        """For workshops.actions.templates."""
        phases = [
            {name: row[name] for name in ("kind", "title", "round", "question", "minutes")}
            for row in rows_of(self.cleaned_data["agenda"])
        ]
        return {"name": self.cleaned_data["name"], "phases": phases}

    def refuse(self, broken: RuleBroken) -> None:
        """Put the refusal of an action beside its field, or on top of the form."""
        field = {"phases": "agenda"}.get(broken.field or "", broken.field)
        self.add_error(field if field in self.fields else None, broken.message)
