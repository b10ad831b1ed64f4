"""What people send while they group notes. The browser makes each gesture's `uid`; a plain form leaves it to the server."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from workshops.models import Family, Subject, Workshop

MOST_NOTES = 400  # in one hand
KEY_LENGTH = 200  # of a suggestion


class UuidsField(forms.Field):
    """Any number of uids, each once, in order."""

    widget = forms.MultipleHiddenInput
    default_error_messages = {"invalid": _("Choose notes of this workshop.")}

    def to_python(self, value: Any) -> list[uuid.UUID]:
        texts = [str(one) for one in value or []]
        try:
            if len(texts) > MOST_NOTES:
                raise ValueError
            return list(dict.fromkeys(uuid.UUID(text) for text in texts))
        except ValueError:
            raise ValidationError(self.error_messages["invalid"]) from None


class GestureForm(forms.Form):
    """`uid` names the gesture, so that what is sent again is done once."""

    uid = forms.UUIDField(required=False)

    def clean_uid(self) -> uuid.UUID:
        return self.cleaned_data["uid"] or uuid.uuid4()


class MoveNotesForm(GestureForm):
    """To a family, or to none; before a note of it, or at its end."""

    notes = UuidsField(error_messages={"required": _("Select notes first.")})
    to = forms.UUIDField(required=False)
    before = forms.UUIDField(required=False)
    suggested = forms.BooleanField(required=False)


class NewFamilyForm(GestureForm):
    family = forms.UUIDField(required=False)
    name = forms.CharField(
        label=_("Name of the new family"), max_length=Family._meta.get_field("name").max_length, required=False
    )
    subject = forms.ModelChoiceField(queryset=Subject.objects.none(), required=False)
    notes = UuidsField(required=False)
    suggested = forms.BooleanField(required=False)

    def __init__(self, *args: Any, workshop: Workshop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subject: Any = self.fields["subject"]
        subject.queryset = Subject.objects.filter(workshop=workshop, is_retained=True)

    def clean_family(self) -> uuid.UUID:
        return self.cleaned_data["family"] or uuid.uuid4()


class RenameForm(GestureForm):
    name = forms.CharField(max_length=Family._meta.get_field("name").max_length)


class PlaceForm(GestureForm):
    before = forms.UUIDField(required=False)


class IntoForm(GestureForm):
    into = forms.UUIDField(error_messages={"required": _("Choose another family.")})


class MergeNotesForm(GestureForm):
    """The notes that say the same as the first of them, or as `into`."""

    notes = UuidsField(error_messages={"required": _("Select notes first.")})
    into = forms.UUIDField(required=False)


class SplitForm(GestureForm):
    only = forms.UUIDField(required=False)


class HoldForm(forms.Form):
    notes = UuidsField()
    on = forms.BooleanField(required=False)


class TurnForm(forms.Form):
    """Which gesture is taken back, or done again."""

    uid = forms.UUIDField(error_messages={"required": _("There is nothing to undo.")})


class DismissForm(forms.Form):
    key = forms.RegexField(r"^[a-z0-9:.,-]*$", max_length=KEY_LENGTH, required=False)
