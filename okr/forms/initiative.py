"""The forms of an initiative: all of it, and the parts that are changed in place on the timeline."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from okr import numbers
from okr.actions.initiatives import OWN
from okr.forms.inputs import LineField, OwnerField
from okr.language import language
from okr.models import Initiative, InitiativeDependency, InitiativeKeyResult, KeyResult, Quarter
from orgs.models import Function, Tribe
from orgs.rules import RuleBroken

Rows = list[dict[str, Any]]  # as okr.actions.kinds holds dependencies: tribe (id), what
SPARE_ROWS, MOST_ROWS = 2, 100
PLAIN = tuple(name for name in OWN if name not in ("owner", "answers", "dependencies"))
TITLE = Initiative._meta.get_field("title").max_length
NOTE = Initiative._meta.get_field("note").max_length
WHAT = InitiativeDependency._meta.get_field("what").max_length or 0


def suggested_weeks(quarter: Quarter, today: dt.date) -> tuple[dt.date, dt.date]:
    """Mondays of the current week and the third after it, within the quarter; of its first weeks where today is not."""
    mondays = quarter.weeks()
    inside = quarter.starts_on <= today <= quarter.ends_on
    first = (today - mondays[0]).days // 7 if inside else 0
    return mondays[first], mondays[min(first + 3, len(mondays) - 1)]


class Refusable(forms.Form):
    def refuse(self, broken: RuleBroken) -> None:
        """Put the refusal of an action beside its field, or on top of the form."""
        self.add_error(broken.field if broken.field in self.fields else None, broken.message)


class TitleForm(forms.Form):
    """How work is worded that was being written as a key result."""

    title = LineField(required=False, max_length=TITLE)

    @property
    def said(self) -> str:
        """The wording, or nothing where none was sent. Raises RuleBroken."""
        if not self.is_valid():
            raise RuleBroken(str(self.errors["title"][0]), field="title")
        return str(self.cleaned_data["title"])


def week_field(quarter: Quarter, *, required: bool = True, **options: Any) -> forms.TypedChoiceField:
    """One of the quarter's weeks; cleans to its Monday."""
    weeks: list[tuple[str, Any]] = [(monday.isoformat(), _week_label(monday)) for monday in quarter.weeks()]
    wrong = _("Choose a week of %(quarter)s.") % {"quarter": quarter}
    return forms.TypedChoiceField(
        choices=weeks if required else [("", _("None")), *weeks],
        coerce=dt.date.fromisoformat,
        empty_value=None,
        required=required,
        error_messages={"required": wrong, "invalid_choice": wrong},
        **options,
    )


def _week_label(monday: dt.date) -> str:
    """ "W16 · 13 Apr"."""
    week = numbers.format_week(monday, language(), short=True)
    return f"{week} · {numbers.format_date(monday, language(), 'short')}"


class NeedsInput(forms.Widget):
    """Rows of a tribe and what is awaited from it; the template draws them from `InitiativeForm.needs`."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[tuple[str, str]]:
        lists = data if isinstance(data, QueryDict) else QueryDict(mutable=True)
        tribes, whats = lists.getlist(name), lists.getlist(f"{name}-what")
        return [(tribe, whats[n] if n < len(whats) else "") for n, tribe in enumerate(tribes[:MOST_ROWS])]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data


class NeedsField(forms.Field):
    """What is awaited from other tribes. Cleans to rows; rows without a tribe and without words count for nothing."""

    widget = NeedsInput

    def __init__(self, tribes: Mapping[int, str], **options: Any) -> None:
        """`tribes` are those that may be named: names by id."""
        self.tribes = tribes
        super().__init__(**options)

    def to_python(self, value: Any) -> Rows:
        rows: dict[int, dict[str, Any]] = {}
        for tribe, what in value or []:
            what = " ".join(what.split())
            if "\x00" in what:
                raise ValidationError(_("Null characters are not allowed."))
            if not tribe and not what:
                continue
            if not tribe:
                raise ValidationError(_("Choose from whom “%(what)s” is awaited.") % {"what": what[:60]})
            if not (tribe.isascii() and tribe.isdigit() and len(tribe) < 19 and int(tribe) in self.tribes):
                raise ValidationError(_("Choose one of the list."))
            if len(what) > WHAT:
                raise ValidationError(_("At most %(limit)s characters for what is awaited.") % {"limit": WHAT})
            if int(tribe) in rows:
                name = self.tribes[int(tribe)]
                raise ValidationError(_("%(tribe)s is named twice: write it in one line.") % {"tribe": name})
            rows[int(tribe)] = {"tribe": int(tribe), "what": what}
        return list(rows.values())


class InitiativeForm(Refusable):
    title = LineField(label=_("Initiative"), max_length=TITLE)
    note = LineField(
        label=_("Where it stands"),
        max_length=NOTE,
        required=False,
        help_text=_("A few words, shown on its bar: “62 of 180 sites”."),
    )
    function = forms.ChoiceField(label=_("Function"), choices=[("", _("None")), *Function.choices], required=False)
    state = forms.ChoiceField(label=_("State"), choices=Initiative.State.choices, required=False)
    delivered_on = forms.DateField(
        label=_("Delivered on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Today where it is left empty."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        tribe: Tribe,
        quarter: Quarter,
        today: dt.date,
        initiative: Initiative | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """`initial` is what a new one begins with. An `initiative` needs its owner loaded."""
        self.tribe, self.quarter, self.initiative = tribe, quarter, initiative
        first, last = suggested_weeks(quarter, today)
        begins_with: dict[str, Any] = {"state": "planned", "start_week": first, "end_week": last, **(initial or {})}
        self.answered = _answered_by(initiative)
        if initiative is not None:
            begins_with = {name: getattr(initiative, name) for name in PLAIN}
            begins_with |= {
                "owner": initiative.owner_id,
                "answers": self.answered,
                "dependencies": _needs_of(initiative),
            }
        super().__init__(data, initial=begins_with, auto_id=f"initiative-{initiative.pk if initiative else 'new'}-%s")
        self.key_results = _key_results_of(tribe, quarter)
        others = Tribe.objects.filter(archived_at=None).exclude(pk=tribe.pk)
        self.tribes: dict[int, str] = dict(others.values_list("pk", "name"))
        self.fields |= self._built()
        self.order_fields(OWN)
        if initiative is None:  # drawn or told in a word: what is not sent has its usual value
            for name in ("start_week", "end_week"):
                self.fields[name].required = False

    def _built(self) -> dict[str, forms.Field]:
        present = self.initiative.owner if self.initiative else None
        return {
            "owner": OwnerField(tribe=self.tribe, present=present, help_text=_("Who answers for it being delivered.")),
            "start_week": week_field(self.quarter, label=_("First week")),
            "end_week": week_field(self.quarter, label=_("Last week")),
            "milestone_week": week_field(
                self.quarter,
                label=_("Milestone"),
                required=False,
                help_text=_("The week in which something can be shown."),
            ),
            "answers": forms.TypedMultipleChoiceField(
                label=_("Key results it answers"),
                required=False,
                coerce=int,
                choices=[(row.pk, f"{row.code} {row.title}") for row in self.key_results],
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": _("One of these key results is no longer there. Reload the page.")},
            ),
            "dependencies": NeedsField(self.tribes, label=_("Waits for"), required=False),
        }

    def take(self, sent: QueryDict) -> None:
        """Make it the whole form with what was sent of it; the rest as it is stored."""
        data = QueryDict(mutable=True)
        for name in self.fields:
            value = self[name].value()
            if name == "dependencies":
                data.setlist(name, [tribe for tribe, _what in value or []])
                data.setlist(f"{name}-what", [what for _tribe, what in value or []])
            elif isinstance(value, list):
                data.setlist(name, [str(one) for one in value])
            else:
                data[name] = "" if value is None else str(value)
        for name in self.fields.keys() & sent.keys():
            data.setlist(name, sent.getlist(name))
        self.data, self.is_bound = data, True

    @property
    def needs(self) -> list[tuple[str, str]]:
        """(tribe id, what) of each row to draw, the last ones empty."""
        rows = [row for row in self["dependencies"].value() or [] if any(row)]
        return [*rows, *[("", "")] * SPARE_ROWS]

    def clean_answers(self) -> list[int]:
        """In the order they have, so that nothing seems changed; what is archived stays answered."""
        chosen: Sequence[int] = self.cleaned_data["answers"]
        offered = {row.pk for row in self.key_results}
        kept = [pk for pk in self.answered if pk in chosen or pk not in offered]
        return [*kept, *(pk for pk in chosen if pk not in kept)]

    def clean_state(self) -> str:
        return str(self.cleaned_data["state"] or (self.initiative.state if self.initiative else "planned"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.initiative is None and not {"start_week", "end_week"} & self.errors.keys():
            first, last = cleaned["start_week"], cleaned["end_week"]
            span = self.initial["end_week"] - self.initial["start_week"]
            cleaned["start_week"] = first or min(last or self.initial["start_week"], self.initial["start_week"])
            cleaned["end_week"] = last or min(cleaned["start_week"] + span, self.quarter.weeks()[-1])
        return cleaned


class ScheduleForm(Refusable):
    """What a drag or the arrow keys change."""

    def __init__(self, data: Any, *, quarter: Quarter) -> None:
        super().__init__(data)
        self.fields["start_week"] = week_field(quarter, label=_("First week"))
        self.fields["end_week"] = week_field(quarter, label=_("Last week"))
        self.fields["milestone_week"] = week_field(quarter, label=_("Milestone"), required=False)


class InPlaceForm(Refusable):
    """One of the parts that are changed on the timeline itself: those that were sent."""

    state = forms.ChoiceField(label=_("State"), choices=Initiative.State.choices, required=False)
    note = LineField(label=_("Where it stands"), max_length=NOTE, required=False)

    @property
    def sent(self) -> dict[str, Any]:
        """Once it is valid."""
        sent = {name: value for name, value in self.cleaned_data.items() if name in self.data}
        return sent if sent.get("state", "-") else {k: v for k, v in sent.items() if k != "state"}


def _key_results_of(tribe: Tribe, quarter: Quarter) -> list[KeyResult]:
    """Those that quarter planning decided against are no choice; what answers one goes on to."""
    rows = KeyResult.objects.running_or_written().filter(objective__tribe=tribe, objective__quarter=quarter)
    return list(rows.with_definition().order_by("objective__position", "position"))


def _answered_by(initiative: Initiative | None) -> list[int]:
    if initiative is None:
        return []
    rows = InitiativeKeyResult.objects.filter(initiative=initiative)
    return list(rows.order_by("pk").values_list("key_result_id", flat=True))


def _needs_of(initiative: Initiative) -> list[tuple[str, str]]:
    rows = InitiativeDependency.objects.filter(initiative=initiative).order_by("pk")
    return [(str(tribe), what) for tribe, what in rows.values_list("tribe_id", "what")]
