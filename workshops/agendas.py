"""Polaris's own agendas, one a kind of workshop: two hours each, from framing to what was decided (product.md, 5 and 9)."""

from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from workshops.models import PhaseKind, WorkshopKind

Rows = list[dict[str, Any]]  # as workshops.actions.kinds holds an agenda


@dataclass(frozen=True)
class Step:
    """A phase that an agenda proposes; `question` is what the room is asked."""

    kind: PhaseKind
    minutes: int
    question: Any = ""
    round: int = 1


AGENDAS: dict[str, tuple[Step, ...]] = {
    WorkshopKind.CODIR_KEY_RESULTS: (
        Step(PhaseKind.FRAME, 15, _("What do we know: the facts behind each strategic objective?")),
        Step(PhaseKind.BRAINSTORM, 15, _("By what would we see that this objective is reached?")),
        Step(PhaseKind.REVEAL, 10),
        Step(PhaseKind.FAMILIES, 20, _("Which of these measure the same thing?")),
        Step(PhaseKind.VOTE, 10, _("Which measures matter most this year?")),
        Step(PhaseKind.DECIDE, 40, _("Which two to five do we keep for each objective?")),
        Step(PhaseKind.WRAP_UP, 10),
    ),
    WorkshopKind.TRIBE_OBJECTIVES: (
        Step(PhaseKind.FRAME, 10, _("What are the year’s strategic objectives, and why these?")),
        Step(PhaseKind.PICK, 10, _("Which strategic key results can we move?")),
        Step(PhaseKind.BRAINSTORM, 20, _("What do we want to change this quarter to move them?")),
        Step(PhaseKind.REVEAL, 10),
        Step(PhaseKind.FAMILIES, 20, _("Which of these aim at the same change?")),
        Step(PhaseKind.VOTE, 10, _("Which changes matter most?")),
        Step(PhaseKind.DECIDE, 30, _("Which objectives do we retain?")),
        Step(PhaseKind.WRAP_UP, 10),
    ),
    WorkshopKind.TRIBE_KEY_RESULTS: (
        Step(PhaseKind.FRAME, 10, _("What do our objectives promise, and to whom?")),
        Step(PhaseKind.BRAINSTORM, 20, _("How will we measure success? One idea a note.")),
        Step(PhaseKind.REVEAL, 10),
        Step(PhaseKind.FAMILIES, 20, _("Which of these measure the same thing?")),
        Step(PhaseKind.VOTE, 10, _("Which measures tell us most?")),
        Step(PhaseKind.DECIDE, 40, _("Which do we keep, from what to what, and where does the figure come from?")),
        Step(PhaseKind.WRAP_UP, 10),
    ),
}


def agenda_of(kind: str, language: str) -> Rows:
    """The rows of this kind's agenda, with its questions in that language."""
    with translation.override(language):
        return [row_of(step.kind, step.minutes, str(step.question), step.round) for step in AGENDAS[kind]]


def rows_of(phases: Rows) -> Rows:
    """Rows for another agenda, from those of a template or of a workshop: without ids and dates."""
    return [row_of(row["kind"], row["minutes"], row["question"], row.get("round", 1), row["title"]) for row in phases]


def row_of(kind: str, minutes: int = 10, question: str = "", round: int = 1, title: str = "") -> dict[str, Any]:
    return {
        "kind": str(kind),
        "title": title,
        "round": round,
        "question": question,
        "minutes": minutes,
        "opens_at": None,
        "closes_at": None,
    }
