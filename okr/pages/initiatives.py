"""Initiatives as lines under what they answer, for `okr/_initiative_line.html` and Gantt charts."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr import numbers
from okr.language import language
from okr.models import Initiative, InitiativeKeyResult, KeyResult
from okr.pages.timeline import BAR_CLASSES, LATE, Weeks, weeks_late
from okr.readings import Clock

SHOWN_FIRST = 8


@dataclass(frozen=True, slots=True)
class InitiativeLine:
    """An initiative with its place on the weeks of its quarter."""

    initiative: Initiative
    url: str
    codes: list[str]  # of the key results in question that it answers
    weeks: Weeks
    columns: str  # class of geometry.css
    look: str  # class of the bar, see timeline.BAR_CLASSES
    word: str  # "Delivered", "2 weeks late"
    when: str  # "W16–W22"


def lines_of(
    initiatives: Iterable[Initiative], clock: Clock, codes: Mapping[int, list[str]] | None = None
) -> list[InitiativeLine]:
    """`codes` tells by initiative which key results to name as answered."""
    return [line_of(row, clock, codes.get(row.pk, []) if codes else []) for row in initiatives]


def line_of(initiative: Initiative, clock: Clock, codes: list[str]) -> InitiativeLine:
    """Needs `quarter` loaded."""
    weeks = Weeks.of(initiative.quarter, clock.today)
    late = weeks_late(initiative, clock.today)
    return InitiativeLine(
        initiative=initiative,
        url=reverse("initiative", args=[clock.org.slug, initiative.pk]),
        codes=codes,
        weeks=weeks,
        columns=weeks.columns(initiative.start_week, initiative.end_week),
        look=BAR_CLASSES[LATE if late else initiative.state],
        word=late_text(late) or initiative.get_state_display(),
        when=weeks_text(initiative.start_week, initiative.end_week),
    )


@dataclass(frozen=True, slots=True)
class Answers:
    lines: list[InitiativeLine]
    more: int  # how many are not shown

    @property
    def total(self) -> int:
        return len(self.lines) + self.more


def every_asked(query: Mapping[str, str]) -> bool:
    """Whether the address asks for all of a list of initiatives."""
    return query.get("initiatives") == "all"


def answers_to(key_results: Collection[KeyResult], clock: Clock, *, every: bool) -> Answers:
    """The live initiatives that answer any of the key results, by tribe and week: the first ones, or `every` one.

    The key results' own codes stand beside each; what is loaded already is not loaded again with every answer.
    """
    known = {row.pk: row.code for row in key_results}
    codes: dict[int, list[str]] = {}
    answers = InitiativeKeyResult.objects.filter(key_result_id__in=known, initiative__archived_at=None)
    for initiative_id, key_result_id in answers.values_list("initiative_id", "key_result_id"):
        codes.setdefault(initiative_id, []).append(known[key_result_id])
    initiatives = _in_order(Initiative.objects.filter(pk__in=codes))
    shown = list(initiatives if every else initiatives[:SHOWN_FIRST])
    lines = lines_of(shown, clock, {pk: sorted(found) for pk, found in codes.items()})
    return Answers(lines, len(codes) - len(lines))


def answers_to_one(key_result: KeyResult, clock: Clock, *, every: bool) -> Answers:
    """The same of a tribe's key result alone. They are few: one query for all of them."""
    answering = InitiativeKeyResult.objects.filter(key_result=key_result)
    found = list(_in_order(Initiative.objects.filter(pk__in=answering.values("initiative"), archived_at=None)))
    shown = found if every else found[:SHOWN_FIRST]
    return Answers(lines_of(shown, clock, {row.pk: [key_result.code] for row in shown}), len(found) - len(shown))


def _in_order(rows: QuerySet[Initiative]) -> QuerySet[Initiative]:
    return rows.select_related("owner__user", "tribe", "quarter").order_by(
        "tribe__position", "start_week", "position", "pk"
    )


def late_text(weeks: int) -> str:
    """ "2 weeks late", "" for none."""
    return ngettext("%(weeks)s week late", "%(weeks)s weeks late", weeks) % {"weeks": weeks} if weeks else ""


def weeks_text(first: dt.date, last: dt.date) -> str:
    """ "W16–W22", "W16" for a single week; from the Mondays of the first and last week."""
    ends = [numbers.format_week(monday, language(), short=True) for monday in (first, last)]
    return "–".join(dict.fromkeys(ends))


def days_text(first: dt.date, last: dt.date) -> str:
    """The same weeks in days: "13 Apr to 31 May"."""
    ends = (first, last + dt.timedelta(days=6))
    first_day, last_day = (numbers.format_date(day, language(), "short") for day in ends)
    return _("%(first)s to %(last)s") % {"first": first_day, "last": last_day}
