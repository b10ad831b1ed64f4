"""The board of a choice: the year's strategic objectives with the key results to choose from, and the sum of the marks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from okr.models import KeyResult, Objective
from okr.pages.figures import Figures
from orgs.models import Organization
from workshops.models import Participant, Phase, Pick, Subject, Workshop
from workshops.pages.results import Turnout, turnout_of


@dataclass(frozen=True)
class Candidate:
    subject: Subject
    key_result: KeyResult
    start: str  # as written for the reader; "" where it is not known
    target: str
    marks: int | None  # once they are counted
    share: int  # of those who marked something, in percent


@dataclass(frozen=True)
class Group:
    objective: Objective
    candidates: list[Candidate]


class Picking:
    """For everybody alike: nothing here says who marked what."""

    def __init__(
        self, workshop: Workshop, phase: Phase, org: Organization, participants: Sequence[Participant]
    ) -> None:
        self.workshop, self.phase, self.org, self.participants = workshop, phase, org, participants

    @property
    def is_counted(self) -> bool:
        return self.phase.counted_at is not None

    @cached_property
    def groups(self) -> list[Group]:
        """Key results below their objectives, in the order of the strategy; the most marked do not move up."""
        rows = self.workshop.subjects.filter(key_result__isnull=False)
        rows = rows.select_related("key_result__objective__department", "key_result__objective__year")
        groups: dict[int, Group] = {}
        for subject in rows.order_by("position", "pk"):
            assert subject.key_result is not None  # by the filter
            group = groups.setdefault(subject.key_result.objective_id, Group(subject.key_result.objective, []))
            group.candidates.append(self._candidate(subject, subject.key_result))
        return list(groups.values())

    @property
    def retained(self) -> int:
        return sum(one.subject.is_retained for group in self.groups for one in group.candidates)

    @cached_property
    def turnout(self) -> Turnout:
        return turnout_of(self.workshop, self.participants, self._marked)

    @cached_property
    def _picks(self) -> list[tuple[int, int]]:
        return list(Pick.objects.filter(subject__workshop=self.workshop).values_list("participant_id", "subject_id"))

    @property
    def _marked(self) -> set[int]:
        return {participant for participant, _subject in self._picks}

    @cached_property
    def _counts(self) -> Counter[int]:
        return Counter(subject for _participant, subject in self._picks)

    def _candidate(self, subject: Subject, key_result: KeyResult) -> Candidate:
        figures = Figures(key_result, self.org.currency)
        known = key_result.target is not None
        start, target = figures.span(key_result.start, key_result.target) if known else ("", "")
        marks = self._counts[subject.pk] if self.is_counted else None
        share = round(100 * (marks or 0) / len(self._marked)) if self._marked else 0
        return Candidate(subject, key_result, start, target, marks, share)
