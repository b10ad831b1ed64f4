"""A retrospective note, and what becomes of an initiative."""

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from reviews.models import RetroNote


class NoteForm(forms.Form):
    kind = forms.ChoiceField(choices=RetroNote.Kind.choices)
    text = forms.CharField(label=_("Note"), max_length=280)


class NoteTextForm(forms.Form):
    text = forms.CharField(label=_("Note"), max_length=280)


class EndForm(forms.Form):
    class How(models.TextChoices):
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")
        ON = "on", _("Carry on")

    how = forms.ChoiceField(choices=How.choices)
