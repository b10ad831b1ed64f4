from django import forms
from django.utils.translation import gettext_lazy as _

from okr.models import CoachWord
from orgs.models import Language


class WordForm(forms.Form):
    word = forms.CharField(
        label=_("Word or expression"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    kind = forms.ChoiceField(label=_("List"), choices=CoachWord.Kind.choices, initial=CoachWord.Kind.OUTCOME)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
