"""The form of a workshop: what it is about, when and where, who, by which agenda and rules."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from okr.forms.inputs import LineField, OwnerField
from okr.models import KeyResult, Objective
from orgs.models import Committee, Function, Membership, Organization
from orgs.rules import RuleBroken
from workshops.actions.kinds import MOST_PEOPLE, OWN, subject_row
from workshops.forms.agenda import AgendaField
from workshops.forms.fields import MomentField, RowsInput
from workshops.models import Participant, Workshop, WorkshopKind

PEOPLE_COLUMNS = ("membership", "function", "part")
PARTS = [("", _("Not invited")), *Participant.Part.choices]
EXPONENTS = [
    ("0", _("Each function has one equal voice")),
    ("0.5", _("Larger functions weigh somewhat more")),
    ("1", _("Each person has one voice")),
]


class PeopleField(forms.Field):
    """Rows of member, function and part. Cleans to rows as workshops.actions.kinds holds participants."""

    def __init__(self, members: dict[int, Membership], **options: Any) -> None:
        self.members = members
        super().__init__(widget=RowsInput(PEOPLE_COLUMNS), **options)

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        rows: dict[int, dict[str, Any]] = {}
        for sent in value or []:
            if not sent["membership"] or not sent["part"]:
                continue
            pk = int(sent["membership"]) if sent["membership"].isascii() and sent["membership"].isdigit() else 0
            known = pk in self.members and sent["part"] in Participant.Part.values
            if not known or sent["function"] not in ("", *Function.values):
                raise ValidationError(_("Choose one of the list."))
            rows.setdefault(pk, {"membership": pk, "function": sent["function"], "part": sent["part"]})
        if len(rows) > MOST_PEOPLE:
            raise ValidationError(_("At most %(limit)s people.") % {"limit": MOST_PEOPLE})
        return list(rows.values())


class SubjectsField(forms.MultipleChoiceField):
    """Some of the things that the workshop may be about, by id."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, things: Sequence[Objective | KeyResult], **options: Any) -> None:
        self.things = {str(thing.pk): thing for thing in things}
        choices = [(pk, thing.title) for pk, thing in self.things.items()]
        super().__init__(choices=choices, error_messages={"invalid_choice": _("Choose one of the list.")}, **options)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        chosen = set(super().clean(value))
        return [subject_row(thing) for pk, thing in self.things.items() if pk in chosen]


class PlanForm(forms.Form):
    title = LineField(label=_("Title"), max_length=120)
    place = LineField(label=_("Place or link"), max_length=200, required=False)
    minutes = forms.IntegerField(label=_("Duration in minutes"), min_value=15, max_value=480)
    guests = forms.ChoiceField(label=_("Who comes without an account"), choices=Workshop.Guests)
    votes_on = forms.ChoiceField(label=_("People vote on"), choices=Workshop.VotesOn)
    dots = forms.IntegerField(label=_("Dots a person"), min_value=1, max_value=50)
    dots_an_item = forms.IntegerField(label=_("Most dots on one item"), min_value=1, max_value=50)
    exponent = forms.TypedChoiceField(label=_("How votes count"), choices=EXPONENTS, coerce=Decimal)
    facilitator_votes = forms.BooleanField(label=_("The facilitator votes too"), required=False)
    functions_told = forms.BooleanField(
        label=_("Show how each function voted, even where it has fewer than three voters: people are told beforehand"),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        org: Organization,
        workshop: Workshop,
        members: dict[int, Membership],
        subjects: Sequence[Objective | KeyResult],
        **kwargs: Any,
    ) -> None:
        """`workshop` says where, and is unsaved while it is new. `members` may be invited, by id."""
        super().__init__(*args, **kwargs)
        stored = workshop.pk is not None
        self.fields["starts_at"] = MomentField(label=_("Day and time"), zone=org.zone)
        people: dict[str, Any] = {"tribe": workshop.tribe, "near": [], "empty_label": _("Choose somebody")}
        leader = workshop.facilitator if stored else None
        self.fields["facilitator"] = OwnerField(
            **{**people, "label": _("Facilitator"), "required": True, "present": leader}
        )
        self.fields["co_facilitator"] = OwnerField(
            **{**people, "label": _("Co-facilitator"), "empty_label": _("Nobody"), "present": workshop.co_facilitator}
        )
        options = [(pk, member.name) for pk, member in members.items()]
        for name in ("facilitator", "co_facilitator"):
            field: Any = self.fields[name]
            field.widget.choices = [("", field.empty_label), *options]
        if workshop.is_strategic:
            self.fields["committee"] = forms.ModelChoiceField(
                Committee.objects.all(), label=_("Committee"), required=False, empty_label=_("Several")
            )
        about = {
            WorkshopKind.CODIR_KEY_RESULTS: _("Strategic objectives"),
            WorkshopKind.TRIBE_OBJECTIVES: _("Strategic key results to choose from"),
            WorkshopKind.TRIBE_KEY_RESULTS: _("Objectives of the quarter"),
        }
        self.fields["subjects"] = SubjectsField(subjects, label=about[WorkshopKind(workshop.kind)], required=False)
        self.fields["agenda"] = AgendaField(zone=org.zone, label=_("Agenda"))
        self.fields["participants"] = PeopleField(members, label=_("Participants"), required=False)

    def values(self) -> dict[str, Any]:
        """For workshops.actions.planning."""
        names = (*OWN, "agenda", "participants", "subjects")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def refuse(self, broken: RuleBroken) -> None:
        """Put the refusal of an action beside its field, or on top of the form."""
        self.add_error(broken.field if broken.field in self.fields else None, broken.message)
