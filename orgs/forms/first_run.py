"""Creating an organization."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from orgs import time_zones
from orgs.forms.accounts import no_link, readable
from orgs.models import Currency, Language, Organization

ADDRESS = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Small letters, digits and single hyphens, such as nova-digital.")
)


class OrganizationForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the organization"),
        max_length=80,
        validators=[no_link, readable],
        help_text=_("The department or company that will share one strategy."),
    )
    slug = forms.CharField(
        label=_("Address"),
        max_length=40,
        validators=[ADDRESS],
        help_text=_("The end of its address. It stays the same when the name changes."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(
        label=_("Language of its content"),
        choices=Language.choices,
        help_text=_("Everybody still chooses their own for the interface."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zones.choices, initial="Europe/Paris", help_text=_("Where its days begin.")
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=Currency.choices, initial=Currency.EUR)

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if Organization.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("This address is taken. Try another one."))
        return slug


def proposed_slug(name: str) -> str:
    """A free address for this name, "" where nothing can be made of it."""
    base: Any = slugify(name)[:34].strip("-")
    if not base:
        return ""
    taken = set(Organization.objects.filter(slug__startswith=base).values_list("slug", flat=True)[:500])
    return next(slug for slug in (base, *(f"{base}-{number}" for number in range(2, 600))) if slug not in taken)
