"""What moved, as leadership reads it in two minutes: a sentence, then what got better and worse, who is silent, what is a
new risk, which targets were changed. The strategic ones first."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr.models import KeyResult
from okr.pages.figures import MEASURED_BY, Figures, day
from okr.pages.moved import STRATEGIC, TRIBES, Change, Moves, Risk, Silence
from okr.readings import Clock
from okr.scoring import Status
from orgs.models import AuditEvent, Organization, Tribe

SHOWN = 6  # of each level, so that all of it fits two sheets of paper
BEST_FIRST = (Status.ACHIEVED, Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TargetChange:
    code: str
    title: str
    url: str
    tribe: Tribe | None
    what: str  # "target 92% → 90%"
    reason: str
    by: str
    on: str


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """The first of a list, the strategic ones before the tribes', and how long the whole is."""

    rows: list[T]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.rows)

    @classmethod
    def of(cls, strategic: Sequence[T], tribes: Sequence[T]) -> "Part[T]":
        return cls([*strategic[:SHOWN], *tribes[:SHOWN]], len(strategic) + len(tribes))


@dataclass(frozen=True, slots=True)
class MovedSummary:
    headline: str
    better: Part[Change]
    worse: Part[Change]
    silent: Part[Silence]
    risks: Part[Risk]
    decisions: Part[TargetChange]

    @property
    def is_empty(self) -> bool:
        parts: tuple[Part[Any], ...] = (self.better, self.worse, self.silent, self.risks, self.decisions)
        return not any(part.total for part in parts)


def summary_of(page: Moves, clock: Clock) -> MovedSummary:
    """One query, for the changed targets. In the language in hand."""
    better = [[one for one in page.changes[level] if _is_better(one)] for level in (STRATEGIC, TRIBES)]
    worse = [[one for one in page.changes[level] if _is_worse(one)] for level in (STRATEGIC, TRIBES)]
    decisions = _decisions(page.key_results, page.day, clock)
    return MovedSummary(
        headline=_headline(page, len(better[0]), len(worse[0]), clock.org),
        better=Part.of(*better),
        worse=Part.of(*worse),
        silent=Part.of(page.silences[STRATEGIC], page.silences[TRIBES]),
        risks=Part.of(page.risks[STRATEGIC], page.risks[TRIBES]),
        decisions=Part.of(
            [one for one in decisions if one.tribe is None], [one for one in decisions if one.tribe is not None]
        ),
    )


def _steps(change: Change) -> int:
    """How many statuses it went down, less those it went up; 0 where either is none of a pace."""
    pace: tuple[str, ...] = tuple(map(str, BEST_FIRST))
    if change.was not in pace or change.status not in pace:
        return 0
    return pace.index(change.status) - pace.index(change.was)


def _is_worse(change: Change) -> bool:
    """Its status fell, though its value may be closer: too slow is worse. Or the value is further away."""
    return _steps(change) > 0 or (_steps(change) == 0 and change.better is False)


def _is_better(change: Change) -> bool:
    return _steps(change) < 0 or (_steps(change) == 0 and change.better is True)


def _headline(page: Moves, better: int, worse: int, org: Organization) -> str:
    """ "Of 16 strategic key results 5 got better, 1 got worse; 2 fell silent. In the tribes: 12 better, 3 worse." """
    if not page.key_results:
        return _("Nothing runs yet.")
    total = sum(row.is_strategic for row in page.key_results)
    said = ngettext(
        "Of %(total)s strategic key result, %(better)s got better and %(worse)s worse.",
        "Of %(total)s strategic key results, %(better)s got better and %(worse)s worse.",
        total,
    ) % {"total": total, "better": better, "worse": worse}
    tribes = page.changes[TRIBES]
    below = _("In the %(tribes)s: %(better)s better, %(worse)s worse.") % {
        "tribes": org.tribe_label_plural,
        "better": sum(map(_is_better, tribes)),
        "worse": sum(map(_is_worse, tribes)),
    }
    silent, risks = (sum(map(len, found.values())) for found in (page.silences, page.risks))
    rest = []
    if silent:
        rest.append(ngettext("%(n)s fell silent", "%(n)s fell silent", silent) % {"n": silent})
    if risks:
        rest.append(ngettext("%(n)s is a new risk", "%(n)s are new risks", risks) % {"n": risks})
    parts = [
        said if total else "",
        below if total < len(page.key_results) else "",
        f"{', '.join(rest)}." if rest else "",
    ]
    return " ".join(filter(None, parts))


def _decisions(key_results: Iterable[KeyResult], since: dt.date, clock: Clock) -> list[TargetChange]:
    """Figures of published key results that were changed since the morning of a day, each for its reason; newest first."""
    rows = {row.pk: row for row in key_results}
    if not rows:
        return []
    begins = dt.datetime.combine(since, dt.time(), clock.org.zone)
    ends = dt.datetime.combine(clock.today + dt.timedelta(days=1), dt.time(), clock.org.zone)
    changed = Q()
    for name in MEASURED_BY:
        changed |= Q(after__has_key=name)
    events = AuditEvent.objects.filter(changed, object_type="keyresult", object_id__in=list(rows), at__gte=begins)
    events = events.filter(at__lt=ends)
    found = []
    for event in events.exclude(reason="").order_by("-at", "-pk"):
        row = rows[event.object_id]
        found.append(
            TargetChange(
                code=row.code,
                title=row.title,
                url=reverse("key_result", args=[clock.org.slug, row.pk]),
                tribe=row.objective.tribe,
                what=", ".join(Figures.of(row, clock).changed(event)),
                reason=event.reason,
                by=event.actor_name,
                on=day(event.at.astimezone(clock.org.zone).date(), clock.today),
            )
        )
    return found
