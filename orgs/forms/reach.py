"""How I am reached: what is sent, a pause, and an absence."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.forms.days import DayField
from orgs.forms.people import member_label
from orgs.forms.shown import ShownForm
from orgs.models import Membership

PAUSES = {"week": 7, "two_weeks": 14}  # days, today included


class PreferencesForm(ShownForm):
    """Open in two tabs, each saves what was changed there."""

    remind_by_mail = forms.BooleanField(
        label=gettext_lazy("Reminders of my check-ins"),
        required=False,
        help_text=gettext_lazy("On the day they are due, and again two working days later."),
    )
    weekly_digest = forms.BooleanField(
        label=gettext_lazy("Weekly digest"),
        required=False,
        help_text=gettext_lazy("What moved since last week. Sponsors and CoDir members get it unless they say no."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True


class PauseForm(forms.Form):
    length = forms.ChoiceField(
        choices=[*((name, name) for name in PAUSES), ("day", "day")],
        error_messages={
            "required": gettext_lazy("Choose how long."),
            "invalid_choice": gettext_lazy("Choose how long."),
        },
    )
    until = DayField(label=gettext_lazy("Last day of the pause"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("length") == "day" and not data.get("until") and "until" not in self.errors:
            self.add_error("until", _("Choose a day."))
        return data

    def last_day(self, today: dt.date) -> dt.date:
        """Of the pause that was chosen."""
        days = PAUSES.get(self.cleaned_data["length"])
        last: dt.date = today + dt.timedelta(days=days - 1) if days else self.cleaned_data["until"]
        return last


class SubstituteChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return member_label(obj)


class AbsenceForm(forms.Form):
    starts_on = DayField(label=gettext_lazy("First day"))
    ends_on = DayField(label=gettext_lazy("Last day"))
    substitute = SubstituteChoice(
        label=gettext_lazy("Who stands in"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody"),
        help_text=gettext_lazy("Sees these check-ins on their own page, is reminded of them, and may make them."),
        error_messages={"invalid_choice": gettext_lazy("This person has left. Choose somebody else.")},
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        field: Any = self.fields["substitute"]
        field.queryset = Membership.objects.active().with_people()
        field.widget.choices = [choice for choice in field.choices if str(choice[0]) != str(member.pk)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day lies before the first."))
        return data
