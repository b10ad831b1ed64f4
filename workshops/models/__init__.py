"""How people decide together."""

from workshops.models.board import Family, Move, Note
from workshops.models.participant import Participant
from workshops.models.screen import PairedScreen
from workshops.models.vote import Ballot, Decision, Pick, Vote
from workshops.models.workshop import Phase, PhaseKind, Subject, Workshop, WorkshopKind, WorkshopTemplate

__all__ = [
    "Ballot",
    "Decision",
    "Family",
    "Move",
    "Note",
    "PairedScreen",
    "Participant",
    "Phase",
    "PhaseKind",
    "Pick",
    "Subject",
    "Vote",
    "Workshop",
    "WorkshopKind",
    "WorkshopTemplate",
]
