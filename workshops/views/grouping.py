"""Grouping notes into families."""

import uuid

from workshops.access import RoomRequest
from workshops.actions import families, moves
from workshops.forms.grouping import (
    DismissForm,
    GestureForm,
    HoldForm,
    IntoForm,
    MergeNotesForm,
    MoveNotesForm,
    NewFamilyForm,
    PlaceForm,
    RenameForm,
    SplitForm,
    TurnForm,
)
from workshops.views.commands import cleaned, command

# ── Notes ────────────────────────────────────────────────────────────────────


@command
def move_notes(request: RoomRequest) -> None:
    said = cleaned(MoveNotesForm(request.POST))
    families.move_notes(
        request.workshop,
        said["uid"],
        said["notes"],
        said["to"],
        said["before"],
        by=request.participant,
        loose_only=said["suggested"],
    )


@command
def merge_notes(request: RoomRequest) -> None:
    said = cleaned(MergeNotesForm(request.POST))
    into = said["into"] or said["notes"][0]
    families.merge_notes(request.workshop, said["uid"], into, said["notes"], by=request.participant)


@command
def split_note(request: RoomRequest, uid: uuid.UUID) -> None:
    said = cleaned(SplitForm(request.POST))
    families.split_note(request.workshop, said["uid"], uid, said["only"], by=request.participant)


@command
def hold(request: RoomRequest) -> None:
    said = cleaned(HoldForm(request.POST))
    families.hold(request.workshop, said["notes"], said["on"], by=request.participant)


# ── Families ─────────────────────────────────────────────────────────────────


@command
def start(request: RoomRequest) -> None:
    said = cleaned(NewFamilyForm(request.POST, workshop=request.workshop))
    families.start_family(
        request.workshop,
        said["uid"],
        said["family"],
        said["name"],
        said["subject"],
        said["notes"],
        by=request.participant,
        loose_only=said["suggested"],
    )


@command
def rename(request: RoomRequest, uid: uuid.UUID) -> None:
    said = cleaned(RenameForm(request.POST))
    families.rename_family(request.workshop, said["uid"], uid, said["name"], by=request.participant)


@command
def place(request: RoomRequest, uid: uuid.UUID) -> None:
    said = cleaned(PlaceForm(request.POST))
    families.place_family(request.workshop, said["uid"], uid, said["before"], by=request.participant)


@command
def merge(request: RoomRequest, uid: uuid.UUID) -> None:
    said = cleaned(IntoForm(request.POST))
    families.merge_families(request.workshop, said["uid"], uid, said["into"], by=request.participant)


@command
def dissolve(request: RoomRequest, uid: uuid.UUID) -> None:
    said = cleaned(GestureForm(request.POST))
    families.dissolve_family(request.workshop, said["uid"], uid, by=request.participant)


# ── One's own ────────────────────────────────────────────────────────────────


@command
def undo(request: RoomRequest) -> None:
    moves.undo(request.workshop, cleaned(TurnForm(request.POST))["uid"], by=request.participant)


@command
def redo(request: RoomRequest) -> None:
    moves.redo(request.workshop, cleaned(TurnForm(request.POST))["uid"], by=request.participant)


@command
def dismiss(request: RoomRequest) -> None:
    families.dismiss(request.workshop, cleaned(DismissForm(request.POST))["key"], by=request.participant)
