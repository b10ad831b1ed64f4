from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.models import ApiKey


class ApiKeyForm(forms.Form):
    name = forms.CharField(label=_("What is it for?"), max_length=60)
    scopes = forms.MultipleChoiceField(
        label=_("It may"), choices=ApiKey.Scope.choices, widget=forms.CheckboxSelectMultiple, initial=["read"]
    )
