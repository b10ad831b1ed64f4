"""What is typed on a machine that is to show the wall."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from workshops.models import Workshop
from workshops.screens import is_code_of


class CodeForm(forms.Form):
    digits = forms.CharField(
        label=_("Code of the screen"),
        max_length=12,
        help_text=_("Six digits. Whoever leads finds them in the room, under “Big screen”."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
    )

    def __init__(self, *args: Any, workshop: Workshop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workshop = workshop

    def clean_digits(self) -> str:
        text: str = self.cleaned_data["digits"]
        if not is_code_of(self.workshop, text):
            raise ValidationError(_("This is not the code that is shown now. Ask for it again."))
        return text
