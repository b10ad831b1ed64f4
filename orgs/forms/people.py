"""Inviting people, changing what somebody is here, and who takes over from somebody who leaves."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from orgs.forms.accounts import no_address, readable
from orgs.forms.shown import ShownForm
from orgs.handover import Estate, Holding
from orgs.models import Committee, Function, Language, Membership, Organization, Role, Tribe, User

NOBODY = "nobody"
SPARE_SEATS = 2
SEATS_AT_MOST = 30
COMMITTEE_PLACES = [
    ("", gettext_lazy("Not on it")),
    ("member", pgettext_lazy("of a committee", "Member")),
    ("sponsor", pgettext_lazy("of a committee", "Sponsor")),
]
_is_address = EmailValidator()


def addresses_in(text: str) -> tuple[list[str], list[str]]:
    """What is pasted from a list, a spreadsheet or a mail program: addresses, in lower case and once each, and the rest."""
    good: dict[str, None] = {}
    bad: list[str] = []
    for part in re.split(r"[,;\n\r\t]+", text):
        framed = re.search(r"<([^<>]*)>", part)
        rest = []  # of the part, to be named as one
        for word in [framed[1].strip()] if framed else part.split():
            try:
                _is_address(word)
                good[word.lower()] = None
            except ValidationError:
                rest.append(word)
        if rest:
            bad.append(" ".join(rest))
    return list(good), bad


class TribeChoice(forms.ModelChoiceField):
    """The live tribes, in their order, by code and name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Tribe.objects.filter(archived_at=None), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} · {obj.name}"


class InviteForm(forms.Form):
    emails = forms.CharField(
        label=gettext_lazy("E-mail addresses"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"}),
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple, initial=[Role.MEMBER]
    )
    tribe = TribeChoice(required=False, empty_label=pgettext_lazy("tribe", "None"))
    function = forms.ChoiceField(
        label=gettext_lazy("Seat"), choices=[("", pgettext_lazy("seat", "None")), *Function.choices], required=False
    )
    is_delegate = forms.BooleanField(
        label=gettext_lazy("Speaks for the function: one of the four at the table"), required=False
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the mail"), choices=Language.choices)

    def __init__(self, *args: Any, org: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tribe"].label = org.tribe_label
        self.fields["language"].initial = org.language

    def clean_emails(self) -> list[str]:
        good, bad = addresses_in(self.cleaned_data["emails"])
        if bad:
            raise ValidationError([_("“%(word)s” is not an e-mail address.") % {"word": word[:60]} for word in bad[:5]])
        if any(len(address) > 254 for address in good):
            raise ValidationError(_("One of the addresses is too long."))
        return good


class PersonForm(ShownForm):
    """The membership itself, a row for each seat in a tribe with some to spare, and a choice for each committee.

    Committees belong to their departments, not to the membership's revision: what the page showed of them is sent along.
    """

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )
    title = forms.CharField(label=gettext_lazy("Job title"), max_length=80, required=False)
    function = forms.ChoiceField(
        label=gettext_lazy("Function"),
        choices=[("", pgettext_lazy("function", "None")), *Function.choices],
        required=False,
        help_text=gettext_lazy("The letter that stands before their initials."),
    )

    def __init__(
        self,
        *args: Any,
        org: Organization,
        tribes: Iterable[Tribe],
        seats: list[dict[str, Any]],
        committees: Iterable[Committee],
        places: Mapping[int, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = max(len(seats), min(len(seats) + SPARE_SEATS, SEATS_AT_MOST))
        self.tribes = {str(tribe.pk): tribe for tribe in tribes}
        for number in range(self.rows):
            self._add_seat(number, seats[number] if number < len(seats) else {}, org.tribe_label)
        self.committees = {committee.department_id: f"committee-{committee.department_id}" for committee in committees}
        for committee in committees:
            self.fields[f"committee-{committee.department_id}"] = forms.ChoiceField(
                label=committee.name,
                choices=COMMITTEE_PLACES,
                required=False,
                initial=places.get(committee.department_id, ""),
                show_hidden_initial=True,
            )

    def _add_seat(self, number: int, seat: Mapping[str, Any], tribe_label: str) -> None:
        tribes = [(pk, f"{tribe.code} · {tribe.name}") for pk, tribe in self.tribes.items()]
        self.fields[f"tribe_{number}"] = forms.ChoiceField(
            label=tribe_label, choices=[("", "–"), *tribes], required=False, initial=str(seat.get("tribe", ""))
        )
        self.fields[f"function_{number}"] = forms.ChoiceField(
            label=_("Seat"),
            choices=[("", "–"), *Function.choices],
            required=False,
            initial=seat.get("function", ""),
        )
        self.fields[f"delegate_{number}"] = forms.BooleanField(
            label=_("Speaks for it"), required=False, initial=seat.get("is_delegate", False)
        )

    @property
    def seat_rows(self) -> list[tuple[forms.BoundField, ...]]:
        names = ("tribe", "function", "delegate")
        return [tuple(self[f"{name}_{number}"] for name in names) for number in range(self.rows)]

    @property
    def committee_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.committees.values()]

    def _chosen_tribe(self, number: int) -> Tribe | None:
        return self.tribes.get(self.cleaned_data.get(f"tribe_{number}", ""))

    def clean(self) -> dict[str, Any]:
        seen = set()
        for number in range(self.rows):
            tribe = self._chosen_tribe(number)
            if tribe is None:
                continue
            if tribe.pk in seen:
                self.add_error(f"tribe_{number}", _("One seat a person in %(tribe)s.") % {"tribe": tribe.name})
            elif f"function_{number}" in self.cleaned_data and not self.cleaned_data[f"function_{number}"]:
                self.add_error(f"function_{number}", _("Choose the seat in %(tribe)s.") % {"tribe": tribe.name})
            seen.add(tribe.pk)
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """What the action sets."""
        values = {name: self.cleaned_data[name] for name in ("roles", "title", "function")}
        chosen = [(self._chosen_tribe(number), number) for number in range(self.rows)]
        rows = [
            {
                "tribe": tribe.pk,
                "function": self.cleaned_data[f"function_{number}"],
                "is_delegate": self.cleaned_data[f"delegate_{number}"],
            }
            for tribe, number in chosen
            if tribe is not None
        ]
        return values | {"seats": sorted(rows, key=lambda row: row["tribe"])}

    def places(self) -> dict[str, str]:
        """By field, what the person is to be on a committee, where that was chosen anew."""
        chosen = self.chosen_anew()
        return {name: self.cleaned_data[name] for name in self.committees.values() if name in chosen}

    def shown_places(self) -> dict[int, str]:
        """By department, what the page said that the person is on its committee."""
        shown = {department: self.shown(name) for department, name in self.committees.items()}
        return {department: place for department, place in shown.items() if place is not None}

    def show_places(self, places: Mapping[str, str]) -> None:
        """From now on the page says these, by field: somebody else chose them meanwhile."""
        data = cast(QueryDict, self.data).copy()
        for name, place in places.items():
            data[self[name].html_initial_name] = place
        self.data = data

    def field_of(self, name: str | None) -> str | None:
        """Which of these fields an action means: "delegate-7" is the row of tribe 7."""
        if name and name.startswith("delegate-"):
            for number in range(self.rows):
                tribe = self._chosen_tribe(number)
                if tribe is not None and name == f"delegate-{tribe.pk}":
                    return f"delegate_{number}"
        return name if name in self.fields else None


class EndForm(forms.Form):
    """Who takes over: one for everything, or one by one."""

    everything = forms.ChoiceField(label=gettext_lazy("Everything goes to"), required=False)

    def __init__(
        self,
        *args: Any,
        holdings: Iterable[tuple[Estate, list[Holding]]],
        heirs: Iterable[Membership],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.heirs = {str(member.pk): member for member in heirs}
        self.groups = [(estate, list(rows)) for estate, rows in holdings]
        people = [(pk, member_label(member)) for pk, member in self.heirs.items()]
        nobody = (NOBODY, _("Nobody for now"))
        if not self.groups:
            del self.fields["everything"]
            return
        everything = self.fields["everything"]
        assert isinstance(everything, forms.ChoiceField)
        everything.choices = [("", _("Choose one by one…")), nobody, *people]
        for _estate, rows in self.groups:
            for holding in rows:
                self.fields[f"to-{holding.key}"] = forms.ChoiceField(
                    label=holding.label, choices=[("", _("As above")), nobody, *people], required=False
                )

    def rows(self) -> list[tuple[Estate, list[tuple[Holding, forms.BoundField]]]]:
        return [
            (estate, [(holding, self[f"to-{holding.key}"]) for holding in holdings]) for estate, holdings in self.groups
        ]

    def clean(self) -> dict[str, Any]:
        everything = self.cleaned_data.get("everything", "")
        for name in self.fields:
            if name != "everything" and name in self.cleaned_data and not (self.cleaned_data[name] or everything):
                self.add_error(name, _("Choose who answers for it, or say nobody."))
        return self.cleaned_data

    def chosen(self) -> dict[str, Membership | None]:
        """By Holding.key: who takes it over, None for nobody."""
        everything = self.cleaned_data.get("everything", "")
        choices = {
            name.removeprefix("to-"): value or everything
            for name, value in self.cleaned_data.items()
            if name != "everything"
        }
        return {key: None if choice == NOBODY else self.heirs[choice] for key, choice in choices.items()}


class NewPersonForm(forms.Form):
    """Somebody who joins and has no account yet."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=80,
        validators=[no_address, readable],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        max_length=200,
        strip=False,
        help_text=gettext_lazy("At least 10 characters. A few words are easy to remember and hard to guess."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        from django.contrib.auth.password_validation import validate_password

        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password


def member_label(member: Membership) -> str:
    """Name and, where it says more, the job title."""
    return f"{member.name} · {member.title}" if member.title and member.title not in member.name else member.name
