"""What the strip of deferred key results sends."""

from django import forms
from django.utils.translation import gettext_lazy as _

from planning.forms.ids import id_of

MOST = 400


class IdsField(forms.Field):
    """Ids, as often as the field is sent."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: list[str] | None) -> list[int]:
        found = [id_of(text) for text in value or []]
        ids = [pk for pk in found if pk is not None]
        if not ids or len(ids) < len(found) or len(ids) > MOST:
            raise forms.ValidationError(_("Choose a key result first."))
        return list(dict.fromkeys(ids))


class CarryForm(forms.Form):
    TAKE, LEAVE, AGAIN = "take", "leave", "again"

    key_result = IdsField()
    do = forms.ChoiceField(choices=[(one, one) for one in (TAKE, LEAVE, AGAIN)])
