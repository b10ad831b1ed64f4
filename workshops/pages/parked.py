"""What earlier workshops parked, as it is offered to whoever leads the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import OuterRef, Subquery

from orgs.moments import moment
from workshops.actions.parked import key_of, parked_before, takes_notes, text_of
from workshops.models import Decision, Note, Participant, Subject, Workshop

MOST = 60


@dataclass(frozen=True)
class Offer:
    decision: Decision
    text: str
    when: str  # the day of the workshop that parked it
    is_taken: bool
    is_left: bool
    subject: int | None  # of those of this workshop, the one that it was written under then, or was put under

    @property
    def is_open(self) -> bool:
        return not (self.is_taken or self.is_left)


class Parked:
    """The workshop needs `phase` loaded; `subjects` and `people` are its own, where a page has read them. A query, one each
    for those two else, and one for each family without a name."""

    def __init__(
        self,
        workshop: Workshop,
        *,
        subjects: Sequence[Subject] | None = None,
        people: Sequence[Participant] | None = None,
    ) -> None:
        self.workshop = workshop
        self._subjects, self._people = subjects, people

    @property
    def takes_notes(self) -> bool:
        return takes_notes(self.workshop)

    @cached_property
    def subjects(self) -> Sequence[Subject]:
        if self._subjects is not None:
            return self._subjects
        return list(self.workshop.subjects.select_related("objective", "key_result__objective"))

    @cached_property
    def offers(self) -> list[Offer]:
        taken = Note.objects.live().filter(workshop=self.workshop, parked_before=OuterRef("pk"))
        rows = parked_before(self.workshop).annotate(under=Subquery(taken.values("subject")[:1]))
        found = list(rows[:MOST])
        left = self._left if found else set()
        return [
            Offer(
                row,
                text_of(row),
                moment(row.workshop.starts_at),
                row.under is not None,
                key_of(row) in left,
                row.under or self._same(row),
            )
            for row in found
        ]

    @property
    def open(self) -> list[Offer]:
        return [offer for offer in self.offers if offer.is_open]

    @property
    def _left(self) -> set[str]:
        people = self.workshop.participants.all() if self._people is None else self._people
        leaders = {pk for pk in (self.workshop.facilitator_id, self.workshop.co_facilitator_id) if pk is not None}
        return {key for one in people if one.membership_id in leaders for key in one.dismissed}

    def _same(self, decision: Decision) -> int | None:
        item = decision.note or decision.family
        assert item is not None  # decision_is_of_one_item
        then = (item.subject.objective_id, item.subject.key_result_id)
        return next((one.pk for one in self.subjects if (one.objective_id, one.key_result_id) == then), None)
