"""Forms of a committee's meetings: the series, moving one, and what is written in it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from babel.dates import get_day_names
from django import forms
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from okr.language import language
from okr.models import KeyResult, Objective
from orgs.forms.days import DayField
from orgs.models import Committee, CommitteeSeat, Membership, Organization, Role
from orgs.permissions import Permission, can
from orgs.rules import RuleBroken
from reviews.about import Unknown, code_of, thing_of
from reviews.models import MeetingAction, MeetingDecision, MeetingPoint, MeetingSeries

SHORTEST, LONGEST = 10, 480  # minutes
WEEKS = (1, 2, 3, 4, 6, 8)


class RuledForm(forms.Form):
    def refuse(self, broken: RuleBroken) -> None:
        self.add_error(broken.field if broken.field in self.fields else None, broken.message)


class ClockField(forms.TimeField):
    def __init__(self, **more: Any) -> None:
        messages = {"invalid": gettext_lazy("Enter a time, such as 09:30.")}
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        super().__init__(error_messages=messages, widget=widget, input_formats=["%H:%M", "%H:%M:%S"], **more)


def leaders_of(committees: list[Committee]) -> Any:
    """Who may lead their meetings: who sits on one of them, and whoever leads by role."""
    seats = CommitteeSeat.objects.filter(committee__in=committees).values("membership")
    members = Membership.objects.active().select_related("user")
    by_role = [one.pk for one in members if one.has_role(Role.COACH, Role.CHIEF_OF_STAFF)]
    return (members.filter(pk__in=seats) | members.filter(pk__in=by_role)).order_by("user__name", "pk").distinct()


class SeriesForm(RuledForm):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=80)
    committee = forms.ModelChoiceField(
        label=gettext_lazy("Committee"),
        queryset=Committee.objects.none(),
        empty_label=gettext_lazy("Choose a committee"),
    )
    every_weeks = forms.TypedChoiceField(label=gettext_lazy("How often"), coerce=int)
    weekday = forms.TypedChoiceField(label=gettext_lazy("Weekday"), coerce=int)
    begins = ClockField(label=gettext_lazy("Begins at"))
    minutes = forms.IntegerField(label=gettext_lazy("Length in minutes"), min_value=SHORTEST, max_value=LONGEST)
    place = forms.CharField(label=gettext_lazy("Place or link"), max_length=200, required=False)
    lead = forms.ModelChoiceField(
        label=gettext_lazy("Who leads"), queryset=Membership.objects.none(), empty_label=gettext_lazy("Choose somebody")
    )
    starts_on = DayField(label=gettext_lazy("From"))
    ends_on = DayField(label=gettext_lazy("Until"), required=False)
    on_holiday = forms.ChoiceField(
        label=gettext_lazy("Where it falls on a public holiday"), choices=MeetingSeries.OnHoliday.choices
    )

    def __init__(
        self, data: Any = None, *, member: Membership, today: dt.date, series: MeetingSeries | None = None
    ) -> None:
        committees = [
            one
            for one in Committee.objects.all()
            if can(member, Permission.LEAD_MEETINGS, MeetingSeries(committee=one))
        ]
        super().__init__(data, initial=_initial(series, today, member, committees))
        names = get_day_names("wide", locale=language())
        self.fields["weekday"].choices = [(day, str(names[day]).capitalize()) for day in range(7)]  # type: ignore[attr-defined]
        weeks = sorted({*WEEKS, series.every_weeks}) if series else WEEKS
        self.fields["every_weeks"].choices = [(n, _every(n)) for n in weeks]  # type: ignore[attr-defined]
        ids = [one.pk for one in committees]
        self.fields["committee"].queryset = Committee.objects.filter(pk__in=ids)  # type: ignore[attr-defined]
        self.fields["lead"].queryset = leaders_of(committees)  # type: ignore[attr-defined]


def _every(weeks: int) -> str:
    return ngettext("Every week", "Every %(n)s weeks", weeks) % {"n": weeks}


def _initial(
    series: MeetingSeries | None, today: dt.date, member: Membership, committees: list[Committee]
) -> dict[str, Any]:
    if series is not None:
        return {
            name: getattr(series, name)
            for name in ("title", "committee", "every_weeks", "weekday", "begins", "minutes", "place", "lead")
        } | {name: getattr(series, name) for name in ("starts_on", "ends_on", "on_holiday")}
    return {
        "every_weeks": 2,
        "weekday": 0,
        "begins": dt.time(9),
        "minutes": 60,
        "starts_on": today,
        "lead": member.pk,
        "committee": committees[0].pk if len(committees) == 1 else None,
    }


class MoveForm(RuledForm):
    day = DayField(label=gettext_lazy("Day"))
    begins = ClockField(label=gettext_lazy("Begins at"))
    minutes = forms.IntegerField(label=gettext_lazy("Length in minutes"), min_value=SHORTEST, max_value=LONGEST)
    place = forms.CharField(label=gettext_lazy("Place or link"), max_length=200, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, help_text=gettext_lazy("The committee reads it in the mail.")
    )

    def moment(self, org: Organization) -> dt.datetime:
        said = self.cleaned_data
        return dt.datetime.combine(said["day"], said["begins"], org.zone).astimezone(dt.UTC)

    def refuse(self, broken: RuleBroken) -> None:
        field = {"starts_at": "day"}.get(broken.field or "", broken.field)
        super().refuse(RuleBroken(broken.message, field=field))


class OffForm(RuledForm):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class PointForm(RuledForm):
    title = forms.CharField(label=gettext_lazy("Point"), max_length=160)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=0, max_value=480, initial=10)
    asks = forms.BooleanField(label=gettext_lazy("Asks for a decision"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="point-%s")


class PointChangeForm(RuledForm):
    """Of any point: only one's own have a title, and ask."""

    title = forms.CharField(label=gettext_lazy("Point"), max_length=160)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=0, max_value=480)
    asks = forms.BooleanField(label=gettext_lazy("Asks for a decision"), required=False)
    notes = forms.CharField(
        label=pgettext_lazy("of a meeting", "Notes"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, point: MeetingPoint) -> None:
        initial = {name: getattr(point, name) for name in ("title", "minutes", "asks", "notes")}
        super().__init__(data, initial=initial, auto_id=f"p{point.pk}-%s")
        if point.kind != MeetingPoint.Kind.OWN:
            del self.fields["title"], self.fields["asks"]


class DecisionForm(RuledForm):
    text = forms.CharField(label=gettext_lazy("Decision"), max_length=400)
    point = forms.ModelChoiceField(
        label=gettext_lazy("Point"),
        queryset=MeetingPoint.objects.none(),
        required=False,
        empty_label=gettext_lazy("None in particular"),
    )
    about = forms.CharField(
        label=gettext_lazy("About"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("The code of an objective or key result: 1.2, or DRV A1 for a tribe’s."),
    )

    def __init__(self, data: Any = None, *, points: Any, decision: MeetingDecision | None = None) -> None:
        self.before = decision
        initial = {"text": decision.text, "point": decision.point_id, "about": about_of(decision)} if decision else {}
        key = f"d{decision.pk}" if decision else "decision"
        super().__init__(data, initial=initial, auto_id=f"{key}-%s")
        self.fields["point"].queryset = points  # type: ignore[attr-defined]

    def offer(self, points: Sequence[MeetingPoint]) -> None:
        """Those that the page has read already."""
        field: Any = self.fields["point"]
        field.choices = [("", field.empty_label), *((point.pk, str(point)) for point in points)]

    def clean_about(self) -> str:
        """What stays as it was may be of a quarter that no longer runs."""
        code = " ".join(str(self.cleaned_data["about"]).split())
        found: Objective | KeyResult | None = None
        if self.before and code == about_of(self.before):
            found = self.before.key_result or self.before.objective
        elif code:
            try:
                found = thing_of(code)
            except Unknown as unknown:
                raise forms.ValidationError(str(unknown)) from None
        is_objective = isinstance(found, Objective)
        self.found = {"objective": found if is_objective else None, "key_result": None if is_objective else found}
        return code

    def values(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"], "point": self.cleaned_data["point"], **self.found}


def about_of(decision: MeetingDecision) -> str:
    return code_of(decision.key_result or decision.objective)


class ActionForm(RuledForm):
    text = forms.CharField(label=gettext_lazy("Action"), max_length=280)
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Owner"), queryset=Membership.objects.none(), empty_label=gettext_lazy("Choose somebody")
    )
    due_on = DayField(label=gettext_lazy("Due on"))

    def __init__(self, data: Any = None, *, due: dt.date | None = None, action: MeetingAction | None = None) -> None:
        initial: dict[str, Any] = {"due_on": due}
        if action:
            initial = {"text": action.text, "owner": action.owner_id, "due_on": action.due_on}
        super().__init__(data, initial=initial, auto_id="action-%s")
        people = Membership.objects.active().select_related("user").order_by("user__name", "pk")
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
