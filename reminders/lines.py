"""Key results as a mail shows them: every figure text, every width and colour ready.

Mail programs know no stylesheet of ours: the colours are the light ones of static/css/tokens.css in sRGB.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr import numbers
from okr.language import language
from okr.models import KeyResult
from okr.pages.home import age_of
from okr.readings import Clock
from okr.rows import row_of
from okr.scoring import Status, silent_after
from orgs.models import Membership
from orgs.templatetags.ui import STATUSES
from reminders.urls_of import page, url_for

GOOD, RISK, OFF, IDLE = ("#0c6439", "#25975b"), ("#8a4c0f", "#cd791a"), ("#ae2322", "#ce302d"), ("#5c6576", "#878c97")
# Status → sign before its word, colour of the word, colour of the bar.
LOOKS = {
    Status.ON_TRACK: ("●", *GOOD),
    Status.ACHIEVED: ("✓", *GOOD),
    Status.AT_RISK: ("▲", *RISK),
    Status.OFF_TRACK: ("■", *OFF),
    Status.PENDING: ("○", *IDLE),
    Status.NO_UPDATE: ("○", *IDLE),
}
NEAR = dt.timedelta(days=7)
TICK, MISSING, EMPTY = "#182135", "#e2dfd9", "#f1eee9"


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of a bar: its width, "54%" or "3" (pixels), and colour."""

    width: str
    colour: str


@dataclass(frozen=True, slots=True)
class Line:
    code: str
    title: str
    where: str  # its tribe, or "Strategy"
    owner: str
    url: str
    age: str
    way: str  # "70% of the way; 54% expected today"
    sign: str
    word: str
    colour: str
    now: str
    target: str
    confidence: str
    bar: list[Cell]
    note: str  # why this person is asked, where it is not theirs
    warning: str  # from when on it would be silent, where that is near


def line_of(key_result: KeyResult, member: Membership, clock: Clock, *, to_check_in: bool) -> Line:
    """In the language that is on; the key result loaded `with_definition`. Leads to its form, or to its page."""
    row = row_of(key_result, clock, [])
    sign, colour, fill = LOOKS[row.reading.status]
    tribe, owner = key_result.objective.tribe, key_result.owner
    return Line(
        code=row.code,
        title=key_result.title,
        where=tribe.name if tribe else _("Strategy"),
        owner=owner.name if owner and owner.ended_at is None else "",
        url=url_for(member, key_result) if to_check_in else page(clock.org, "key_result", key_result.pk),
        age=age_of(key_result.checked_on, clock.today) if to_check_in else _silence(key_result, clock),
        way=row.bar_label if row.percent else "",
        sign=sign,
        word=_(STATUSES[row.status][1]),
        colour=colour,
        now=row.now,
        target=row.target,
        confidence=_("confidence %(n)s/10") % {"n": key_result.confidence} if key_result.confidence else "",
        bar=_bar(row.reading.bar, row.reading.tick, fill),
        note=_why(key_result, member) if to_check_in else "",
        warning=_warning(key_result, row.reading.status, clock) if to_check_in else "",
    )


def _warning(key_result: KeyResult, status: Status, clock: Clock) -> str:
    """Where it would be silent within a week of today, should nobody check in."""
    if key_result.checked_on is None or status in (Status.NO_UPDATE, Status.PENDING):
        return ""
    last = silent_after(
        last_check_in=key_result.checked_on,
        cadence_days=clock.cadence_days(key_result),
        thresholds=clock.thresholds,
    )
    if last >= clock.today + NEAR or last >= key_result.objective.span.ends_on:
        return ""
    day = numbers.format_date(last, language(), "long")
    return _("Without a value by %(day)s it shows as “No update”.") % {"day": day}


def _why(key_result: KeyResult, member: Membership) -> str:
    if key_result.owner is None:
        return _("It has no owner: you are asked because you lead.")
    if key_result.owner_id != member.pk:
        return _("In the place of %(name)s, who is away.") % {"name": key_result.owner.name}
    return ""


def _silence(key_result: KeyResult, clock: Clock) -> str:
    if key_result.checked_on is None:
        since = numbers.format_date(key_result.next_due_on, language(), "long") if key_result.next_due_on else ""
        return _("no value yet, expected since %(day)s") % {"day": since}
    days = (clock.today - key_result.checked_on).days
    return ngettext("silent for %(days)s day", "silent for %(days)s days", days) % {"days": days}


def _bar(done: int, tick: int | None, fill: str) -> list[Cell]:
    """Fill up to `done`, a tick where today should be."""
    if tick is None:
        parts = [(done, fill), (100 - done, EMPTY)]
    elif done >= tick:
        parts = [(tick, fill), (0, TICK), (done - tick, fill), (100 - done, EMPTY)]
    else:
        parts = [(done, fill), (tick - done, MISSING), (0, TICK), (100 - tick, EMPTY)]
    return [Cell("3" if colour == TICK else f"{width}%", colour) for width, colour in parts if width or colour == TICK]
