"""What the page of refinement sends."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from planning.forms.ids import ID
from planning.models import Acceptance
from planning.pages.refined import FILTERS

LINE = re.compile(rf"({ID}):([0-9a-f]{{64}})")
MOST = 400


class LinesField(forms.Field):
    """ "pk:digest", as often as it is sent: a dict of them."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> dict[int, str]:
        found = [LINE.fullmatch(line) for line in value or []]
        if not found or None in found or len(found) > MOST:
            raise forms.ValidationError(_("Choose a key result first."))
        return {int(line[1]): line[2] for line in found if line is not None}


class AcceptForm(forms.Form):
    line = LinesField()
    side = forms.ChoiceField(choices=Acceptance.Side.choices)
    take_back = forms.BooleanField(required=False)
    show = forms.ChoiceField(choices=[("", ""), *((key, key) for key in FILTERS)], required=False)
