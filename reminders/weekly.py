"""The weekly digest: the page of what moved, as a mail. Its rows are found once for an organization and language."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from okr import numbers
from okr.language import language
from okr.models import PeriodState, Year
from okr.pages.moved import Change, MovedPage, Risk, Silence, moved_page
from okr.pages.moved_summary import MovedSummary, Part, TargetChange, summary_of
from okr.readings import Clock
from orgs import outbox
from orgs.models import Membership, Organization
from orgs.templatetags.ui import STATUSES
from reminders.urls_of import page

KIND = "weekly_digest"  # of the mails in the outbox
REACH = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Line:
    where: str  # "DRV A1"
    title: str
    url: str
    text: str  # what happened to it


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    total: str
    lines: list[Line]
    more: int


@dataclass(frozen=True, slots=True)
class Weekly:
    """In one language, for everybody who reads it."""

    subject: str
    text: str
    html: str


def running_year(day: dt.date) -> Year | None:
    """The year that a digest of this day tells of: between two years nothing moves. One query."""
    rows = Year.objects.filter(state=PeriodState.OPEN, starts_on__lte=day, ends_on__gte=day)
    found: Year | None = rows.order_by("-pk").first()
    return found


def weekly_of(org: Organization, day: dt.date) -> Weekly | None:
    """In the language in hand; None where no year runs, or nothing moved. As many queries as the page, and one."""
    year = running_year(day)
    if year is None:
        return None
    since = max(day - REACH, year.starts_on)
    moved = moved_page(org, year.number, since=since.isoformat(), level="", page=None)
    summary = summary_of(moved, Clock(org, moved.today))
    if summary.is_empty:
        return None
    context = _context(org, day, moved, summary)
    return Weekly(
        subject=context["subject"],
        text=render_to_string("reminders/email/weekly.txt", context),
        html=render_to_string("reminders/email/weekly.html", context),
    )


def mails_of(org: Organization, day: dt.date, week: str, people: Sequence[Membership]) -> list[outbox.Mail]:
    """One each, in their language, sent once a `week`. `user` loaded."""
    made: dict[str, Weekly | None] = {}
    mails = []
    for person in people:
        spoken = person.user.language or org.language
        if spoken not in made:
            with translation.override(spoken):
                made[spoken] = weekly_of(org, day)
        weekly = made[spoken]
        if weekly is not None:
            mails.append(outbox.Mail(person.user.email, KIND, week, weekly.subject, weekly.text, weekly.html))
    return mails


def _context(org: Organization, day: dt.date, moved: MovedPage, summary: MovedSummary) -> dict[str, Any]:
    sections = [
        _section(_("Got worse"), summary.worse, _changed),
        _section(_("Got better"), summary.better, _changed),
        _section(_("New risks"), summary.risks, _risk),
        _section(_("Silent since"), summary.silent, _silent),
        _section(_("Targets that were changed"), summary.decisions, _decided),
    ]
    return {
        "org": org,
        "today": f"{numbers.format_date(day, language(), 'long')} {day.year}",
        "subject": moved.title,
        "headline": summary.headline,
        "sections": [section for section in sections if section.lines],
        "moved_url": f"{page(org, 'moved', int(moved.head.year))}?since={moved.since}",
        "attention_url": page(org, "attention", int(moved.head.year)),
    }


def _section(title: str, part: Part[Any], say: Callable[[Any], str]) -> Section:
    lines = [
        Line(
            where=f"{row.tribe.code} {row.code}" if row.tribe else row.code,
            title=row.title,
            url=f"{settings.BASE_URL}{row.url}",
            text=say(row),
        )
        for row in part.rows
    ]
    return Section(title, str(part.total), lines, part.more)


def _changed(change: Change) -> str:
    value = f"{change.before} → {change.now}" if change.delta else change.now
    status = _(STATUSES[change.status][1])
    before = f"{_(STATUSES[change.was][1])} → " if change.status_changed else ""
    return ", ".join(part for part in (value, f"{before}{status}") if part)


def _risk(risk: Risk) -> str:
    now: Any = risk.confidence
    said = _("confidence %(before)s → %(now)s") if risk.before else _("confidence %(now)s")
    return said % {"before": risk.before, "now": now}


def _silent(silence: Silence) -> str:
    return ", ".join(part for part in (silence.owner.name if silence.owner else "", silence.last) if part)


def _decided(change: TargetChange) -> str:
    return f"{change.what}. {change.reason} {change.by}, {change.on}"
