"""Phases that stay open for days, in words."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel.dates import format_datetime
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from workshops.models import Phase, PhaseKind

BEFORE, OPEN, OVER = "before", "open", "over"
SHORT = "EEE d MMM, HH:mm"
NEAR = dt.timedelta(days=6)  # within which the day of the week is enough


@dataclass(frozen=True, slots=True)
class Window:
    state: str
    opens_at: dt.datetime
    closes_at: dt.datetime

    @property
    def takes(self) -> bool:
        """Whether people can write, choose or vote now."""
        return self.state == OPEN

    @property
    def turns_at(self) -> dt.datetime:
        """When it opens or closes next; once it is over, when it closed."""
        return self.opens_at if self.state == BEFORE else self.closes_at

    def __str__(self) -> str:
        when = {"when": _when(self.turns_at)}
        if self.state == BEFORE:
            return _("Opens %(when)s") % when
        return (_("Open until %(when)s") if self.state == OPEN else _("Closed since %(when)s")) % when


def window_of(phase: Phase | None, now: dt.datetime) -> Window | None:
    """None for a phase in which all are there at one time."""
    if phase is None or phase.opens_at is None or phase.closes_at is None:
        return None
    state = BEFORE if now < phase.opens_at else OPEN if now < phase.closes_at else OVER
    return Window(state, phase.opens_at, phase.closes_at)


def open_between(phase: Phase) -> str:
    """ "Mon 18 May, 09:00 – Thu 21 May, 18:00"; "" for a phase in which all are there at one time."""
    return _between(phase.opens_at, phase.closes_at) if phase.opens_at and phase.closes_at else ""


def _between(opens: dt.datetime, closes: dt.datetime) -> str:
    locale = get_language() or "en"
    return " – ".join(str(format_datetime(timezone.localtime(at), SHORT, locale=locale)) for at in (opens, closes))


def phase_in_words(row: Mapping[str, Any]) -> str:
    """A phase as plans and templates hold it (workshops.actions.kinds): "Vote, 10 min", "Vote, Mon 18 May, 09:00 – …"."""
    named = {"phase": row["title"] or PhaseKind(row["kind"]).label, "minutes": row["minutes"]}
    opens, closes = (_moment(row.get(name)) for name in ("opens_at", "closes_at"))
    if opens is None or closes is None:
        said = _("%(phase)s, %(minutes)s min") % named
    else:
        said = _("%(phase)s, %(when)s") % {**named, "when": _between(opens, closes)}
    number = row.get("round", 1)
    parts = [said, _("round %(n)s") % {"n": number} if number != 1 else "", row.get("question", "")]
    return " · ".join(part for part in parts if part)


def _moment(value: Any) -> dt.datetime | None:
    return parse_datetime(value) if isinstance(value, str) else value


def _when(at: dt.datetime) -> str:
    """ "Thursday 18:00", "Thu 28 May, 18:00", in the time zone that is current."""
    local = timezone.localtime(at)
    near = abs(local.date() - timezone.localdate()) <= NEAR
    return str(format_datetime(local, "EEEE HH:mm" if near else SHORT, locale=get_language() or "en"))
