"""What was decided, and what it became."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from okr.models import KeyResult, Objective
from okr.pages.figures import Figures
from okr.readings import Clock
from orgs.models import Membership
from workshops.models import Decision, Note
from workshops.pages.minutes.notes import FAMILIES, Notes


@dataclass(frozen=True)
class Became:
    """The objective or key result that an item was turned into, as it is now."""

    code: str
    title: str
    figures: str  # "41% → 55%", "" for an objective
    owner: Membership | None
    source: str
    url: str  # "" where it was archived
    is_key_result: bool


@dataclass(frozen=True)
class Decided:
    key: str  # of its item
    text: str
    outcome: str  # of Decision.Outcome
    label: str
    reason: str
    became: tuple[Became, ...]
    would_become: str  # where it was for practice
    at: dt.datetime


class Decisions(Notes):
    @cached_property
    def decisions(self) -> list[Decided]:
        """As they were made."""
        rows = Decision.objects.filter(workshop=self.workshop).select_related(
            "note", "family", "objective__tribe", "key_result__objective", "objective__owner__user",
            "key_result__owner__user",
        )  # fmt: skip
        found = [self._decided(row) for row in rows if _is_public(row)]
        return [one for one in found if one.text]

    def decided_of(self, key: str) -> Decided | None:
        return next((one for one in self.decisions if one.key == key), None)

    def _decided(self, row: Decision) -> Decided:
        key = f"family:{row.family_id}" if row.family_id else f"note:{row.note_id}"
        thing = row.family or row.note
        assert thing is not None  # by its constraint
        text = str(thing)
        if not text:  # a family without a name goes by its first note
            items = self.items(thing.round, FAMILIES)
            text = next((item.text for item in items if item.key == key), "")
        became = [self._became(made) for made in (row.objective, row.key_result) if made is not None]
        label = str(Decision.Outcome(row.outcome).label)
        return Decided(key, text, row.outcome, label, row.reason, tuple(became), row.would_become, row.at)

    def _became(self, made: Objective | KeyResult) -> Became:
        is_key_result = isinstance(made, KeyResult)
        page = "key_result" if is_key_result else "objective"
        return Became(
            code=made.code,
            title=made.title,
            figures=self._figures(made) if isinstance(made, KeyResult) else "",
            owner=made.owner,
            source=made.source if isinstance(made, KeyResult) else "",
            url="" if made.archived_at else reverse(page, args=[self.org.slug, made.pk]),
            is_key_result=is_key_result,
        )

    def _figures(self, made: KeyResult) -> str:
        figures = Figures.of(made, Clock.of(self.org))
        within = made.direction == KeyResult.Direction.WITHIN
        ends = (made.low, made.high) if within else (made.start, made.target)
        if made.direction == KeyResult.Direction.DONE or ends == (None, None):
            return ""
        start, target = (_("to be found") if value is None else figures.value(value) for value in ends)
        return f"{start} – {target}" if within else f"{start} → {target}"


def _is_public(row: Decision) -> bool:
    """Whether what was decided on is still there for all to read."""
    if row.family is not None:
        return row.family.dissolved_at is None
    note: Note | None = row.note
    return note is not None and note.withdrawn_at is None and note.revealed_at is not None
