"""Sticky notes: writing, rewording, taking away and bringing back one's own."""

import uuid

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _

from workshops.access import RoomRequest
from workshops.actions import notes
from workshops.forms.room import NoteForm, WordsForm
from workshops.views.commands import cleaned, command


@command
def write(request: RoomRequest) -> None:
    said = cleaned(NoteForm(request.POST, workshop=request.workshop))
    notes.write(request.workshop, said["uid"], said["subject"], said["text"], by=request.participant)


@command
def reword(request: RoomRequest, uid: uuid.UUID) -> None:
    text = cleaned(WordsForm(request.POST))["text"]
    notes.reword(request.workshop, uid, text, by=request.participant)


@command
def withdraw(request: RoomRequest, uid: uuid.UUID) -> None:
    notes.withdraw(request.workshop, uid, by=request.participant)
    back = reverse("workshop_note_back", args=[request.org.slug, request.workshop.code, uid])
    messages.success(request, _("Note taken away."), extra_tags=f"undo-at:{back}")


@command
def bring_back(request: RoomRequest, uid: uuid.UUID) -> None:
    notes.bring_back(request.workshop, uid, by=request.participant)
