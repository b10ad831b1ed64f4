"""Departments with their committees, tribes, and merging."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.forms.accounts import readable
from orgs.forms.people import TribeChoice, member_label
from orgs.models import Department, Membership, Tribe

SPARE_MEMBERS = 3
MEMBERS_AT_MOST = 60


class MemberChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return member_label(obj)


class DepartmentChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Department.objects.filter(archived_at=None), **kwargs)


class DepartmentForm(forms.Form):
    """With its committee: the name, and a row for each member with some to spare."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, validators=[readable])
    committee = forms.CharField(
        label=gettext_lazy("Leadership committee"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Its name, such as CoDir Marketing. Empty: the department has none."),
    )

    def __init__(
        self, *args: Any, members: list[dict[str, Any]] | None = None, people: Iterable[Membership] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = 0 if members is None else min(len(members) + SPARE_MEMBERS, MEMBERS_AT_MOST)
        self.people = {str(person.pk): person for person in people}
        choices = [("", "–"), *((pk, member_label(person)) for pk, person in self.people.items())]
        for number in range(self.rows):
            member = members[number] if members and number < len(members) else {}
            self.fields[f"member_{number}"] = forms.ChoiceField(
                label=_("Member %(number)s") % {"number": number + 1},
                choices=choices,
                required=False,
                initial=str(member.get("membership", "")),
            )
            self.fields[f"sponsor_{number}"] = forms.BooleanField(
                label=_("Sponsor"), required=False, initial=member.get("is_sponsor", False)
            )

    @property
    def member_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"member_{number}"], self[f"sponsor_{number}"]) for number in range(self.rows)]

    def clean(self) -> dict[str, Any]:
        seen = set()
        for number in range(self.rows):
            member = self.cleaned_data.get(f"member_{number}")
            if not member:
                continue
            if member in seen:
                self.add_error(f"member_{number}", _("%(name)s is on the list twice.") % {"name": self.people[member]})
            elif "committee" in self.cleaned_data and not self.cleaned_data["committee"]:
                self.add_error("committee", _("Name the committee, or take its members off."))
                break
            seen.add(member)
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """What the action sets."""
        members = [
            {"membership": int(self.cleaned_data[f"member_{n}"]), "is_sponsor": self.cleaned_data[f"sponsor_{n}"]}
            for n in range(self.rows)
            if self.cleaned_data[f"member_{n}"]
        ]
        members.sort(key=lambda row: row["membership"])
        name = self.cleaned_data["committee"]
        committee = [{"name": name, "members": members}] if name else []
        return {"name": self.cleaned_data["name"], "committee": committee}


class TribeForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, validators=[readable])
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=4,
        help_text=gettext_lazy("2 to 4 capitals or digits: it stands for the name in tables."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )
    department = DepartmentChoice(label=gettext_lazy("Department"), empty_label=None)
    mission = forms.CharField(label=gettext_lazy("Mission"), max_length=200, required=False)
    lead = MemberChoice(
        label=gettext_lazy("Lead"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody yet"),
        help_text=gettext_lazy("Writes its quarter and answers for its check-ins."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lead = self.fields["lead"]
        assert isinstance(lead, MemberChoice)
        lead.queryset = Membership.objects.active().with_people()

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].upper()
        Tribe._meta.get_field("code").run_validators(code)
        return code


class MergeForm(forms.Form):
    """Into which other one of the same kind."""

    def __init__(self, *args: Any, thing: Tribe | Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        into = TribeChoice if isinstance(thing, Tribe) else DepartmentChoice
        self.fields["into"] = field = into(label=_("Into"), empty_label=_("Choose…"))
        field.queryset = type(thing).objects.filter(archived_at=None).exclude(pk=thing.pk)


class PositionForm(forms.Form):
    """Where a button moves something to."""

    position = forms.IntegerField(min_value=1, max_value=10_000)

    def clean(self) -> dict[str, Any]:
        if "position" not in self.cleaned_data:
            raise ValidationError(_("Reload the page and try again."))
        return self.cleaned_data
