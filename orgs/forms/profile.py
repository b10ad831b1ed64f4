from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs import time_zones
from orgs.forms.accounts import no_address, readable
from orgs.forms.shown import ShownForm
from orgs.models import Language, Theme

ORGANIZATIONS = "organization"  # in the form; the person has none then


def _own(value: str) -> str:
    return "" if value == ORGANIZATIONS else value


class ProfileForm(ShownForm):
    """Open in two tabs, each saves what was changed there."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        validators=[no_address, readable],
        help_text=gettext_lazy("As your colleagues know you."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.TypedChoiceField(label=gettext_lazy("Language"), coerce=_own)
    time_zone = forms.TypedChoiceField(
        label=gettext_lazy("Time zone"),
        coerce=_own,
        help_text=gettext_lazy("For the hours that you read. Check-ins fall due in the organization's."),
    )
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), choices=Theme.choices)
    mail_mentions = forms.BooleanField(label=gettext_lazy("Somebody mentions me"), required=False)
    mail_replies = forms.BooleanField(label=gettext_lazy("Somebody answers in a conversation of mine"), required=False)
    mail_news = forms.BooleanField(label=gettext_lazy("Something moves that I follow"), required=False)
    # WCAG 2.1.4: whoever dictates, or types by accident, can switch them off.
    single_keys = forms.BooleanField(
        label=gettext_lazy("Shortcuts of a single key"),
        required=False,
        help_text=gettext_lazy(
            "Such as / for the search and n for something new. Ctrl or ⌘ and K always opens the search."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True
        language: Any = self.fields["language"]
        time_zone: Any = self.fields["time_zone"]
        language.choices = [(ORGANIZATIONS, _("The organization's")), *Language.choices]
        time_zone.choices = [(ORGANIZATIONS, _("The organization's")), *time_zones.choices()]
