"""What is asked at the door of a workshop."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from okr.forms.inputs import LineField
from orgs.models import Function


class FunctionForm(forms.Form):
    """A member whose function nobody knows."""

    function = forms.ChoiceField(
        label=_("Whose voice do you bring?"), choices=[("", _("Choose a function")), *Function.choices]
    )


class GuestForm(FunctionForm):
    """Somebody without an account. `strategic`: a committee, where functions count for nothing."""

    name = LineField(label=_("Your name"), max_length=80, help_text=_("As the others will read it."))
    ticket = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)
    field_order = ("name", "function", "ticket")

    def __init__(self, *args: Any, strategic: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if strategic:
            self.fields["function"].required = False
