"""The form of a draft, beside what the room wrote and how it voted."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from okr.actions.rules import still_here
from okr.models import KeyResult, Objective
from workshops.actions.deciding import decision_of
from workshops.forms.deciding import DraftKeyResultForm, DraftObjectiveForm
from workshops.models import Decision, Subject, Workshop, WorkshopKind
from workshops.pages.deciding import Row
from workshops.pages.room import Room


@dataclass(frozen=True)
class Draft:
    uid: UUID
    workshop: Workshop
    decision: Decision
    subject: Subject
    row: Row | None  # None where the item is of another round, or has left the board since
    text: str
    today: dt.date

    @classmethod
    def of(cls, room: Room, uid: UUID, today: dt.date) -> "Draft | None":
        """None where nothing was decided of such an item."""
        workshop = room.workshop
        decision = decision_of(workshop, uid)
        item = (decision.note or decision.family) if decision else None
        if decision is None or item is None:
            return None
        subjects = Subject.objects.select_related(
            "objective__tribe", "objective__year", "objective__quarter__year", "objective__owner__user",
            "objective__department", "key_result__objective__year",
        )  # fmt: skip
        row = room.deciding.row_of(uid)
        text = row.item.text if row else str(item)
        return cls(uid, workshop, decision, subjects.get(pk=item.subject_id), row, text, today)

    @property
    def makes_objective(self) -> bool:
        return self.workshop.kind == WorkshopKind.TRIBE_OBJECTIVES

    @property
    def is_retained(self) -> bool:
        return self.decision.outcome == Decision.Outcome.RETAINED

    @property
    def made(self) -> Objective | KeyResult | None:
        return self.decision.made

    def form(self, data: Any) -> Any:
        people = self.workshop.participants.filter(removed_at=None, membership__isnull=False)
        here = set(people.values_list("membership_id", flat=True))
        first: dict[str, Any] = {"title": self.text}
        if self.makes_objective:
            tribe = self.workshop.tribe
            assert tribe is not None  # workshop_kind_fits_its_level
            return DraftObjectiveForm(data, tribe=tribe, here=here, initial=first | {"owner": tribe.lead_id})
        objective = self.subject.objective
        assert objective is not None  # workshops of this kind are about objectives
        first["owner"] = still_here(objective.owner)
        return DraftKeyResultForm(data, objective=objective, here=here, today=self.today, initial=first)
