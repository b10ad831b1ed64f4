"""What people of a room send."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workshops.models import Note, Participant, Subject, Workshop

LONGEST = Note._meta.get_field("text").max_length


class NoteForm(forms.Form):
    """One idea. The browser makes its `uid`, so that what it sends again is not written twice."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    subject = forms.ModelChoiceField(
        label=_("Under"), queryset=Subject.objects.none(), widget=forms.Select(attrs={"class": "input sm"})
    )
    text = forms.CharField(label=_("New note"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, workshop: Workshop, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"uid": uuid.uuid4()}, "auto_id": "note-%s", **kwargs})
        subject: Any = self.fields["subject"]
        subject.queryset = Subject.objects.filter(workshop=workshop, is_retained=True).select_related(
            "objective", "key_result"
        )
        subject.empty_label = None


class WordsForm(forms.Form):
    """A note in other words."""

    text = forms.CharField(
        label=pgettext_lazy("sticky note", "Note"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )


class PhaseForm(forms.Form):
    """Where the facilitator goes from, and whether they insist though people are still at it."""

    seen = forms.IntegerField(required=False)
    sure = forms.BooleanField(required=False)


class TimerForm(forms.Form):
    PAUSE, GO_ON, MORE = "pause", "go_on", "more"
    do = forms.ChoiceField(choices=[(PAUSE, PAUSE), (GO_ON, GO_ON), (MORE, MORE)])


class LeadForm(forms.Form):
    """Whom the room is handed to; nobody: whoever sends this takes it over, or, with `alone`, there is no co-facilitator
    any more."""

    to = forms.ModelChoiceField(queryset=Participant.objects.none(), required=False)
    alone = forms.BooleanField(required=False)

    def __init__(self, *args: Any, workshop: Workshop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.queryset = Participant.objects.filter(workshop=workshop, removed_at=None).select_related("membership__user")


class ShownForm(forms.Form):
    part = forms.SlugField(max_length=Workshop._meta.get_field("shown").max_length, required=False)


class DoneForm(forms.Form):
    done = forms.BooleanField(required=False)


class PartForm(forms.Form):
    """Who takes part from now on, or observes: `to` cleans to people."""

    part = forms.ChoiceField(choices=Participant.Part)
    to = forms.MultipleChoiceField()

    def __init__(self, *args: Any, workshop: Workshop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Read first: databases refuse to look for numbers that they cannot hold.
        rows = Participant.objects.filter(workshop=workshop, removed_at=None)
        self.people = {str(person.pk): person for person in rows}
        to: Any = self.fields["to"]
        to.choices = [(pk, pk) for pk in self.people]

    def clean_to(self) -> list[Participant]:
        return [self.people[pk] for pk in self.cleaned_data["to"]]
