"""The weeks (or months) of a key result: in which it was checked in, and in which it should have been."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr import numbers
from okr.discipline import Mark, Share, Turn
from okr.language import language
from okr.models import KeyResult
from okr.readings import Clock
from orgs.models import Cadence

ICONS = {Mark.ON_TIME: "check", Mark.LATE: "clock", Mark.MISSED: "x", Mark.DUE: "gauge"}


@dataclass(frozen=True, slots=True)
class Box:
    """One week or month."""

    mark: Mark
    icon: str  # "" for what is not due yet
    label: str  # "W14", "Apr"
    words: str  # "missed, was due Wed 8 Apr"


@dataclass(frozen=True, slots=True)
class Strip:
    boxes: list[Box]
    made: str  # "10 of 12 check-ins made"
    late: str  # "1 late", "" without
    missed: str  # "2 missed", "" without


def strip_of(key_result: KeyResult, found: Sequence[Turn], clock: Clock) -> Strip | None:
    """None where nothing was asked for."""
    if not found:
        return None
    share = Share.of(found)
    missed = share.asked - share.made
    made = ngettext("%(made)d of %(n)d check-in made", "%(made)d of %(n)d check-ins made", share.asked)
    monthly = getattr(clock.org, key_result.cadence_of) == Cadence.MONTHLY
    return Strip(
        boxes=[Box(turn.mark, ICONS.get(turn.mark, ""), _label(turn, monthly), words_of(turn)) for turn in found],
        made=made % {"made": share.made, "n": share.asked} if share.asked else "",
        late=ngettext("%(n)d late", "%(n)d late", share.late) % {"n": share.late} if share.late else "",
        missed=ngettext("%(n)d missed", "%(n)d missed", missed) % {"n": missed} if missed else "",
    )


def _label(turn: Turn, monthly: bool) -> str:
    if monthly:
        return numbers.format_date(turn.starts_on, language(), "month")
    # A due day that a holiday moved into the week after still names its own week.
    return numbers.format_week(turn.of, language(), short=True)


def words_of(turn: Turn) -> str:
    """What became of it: "on time, Tue 7 Apr"."""
    due = {"day": numbers.format_date(turn.due_on, language(), "weekday")}
    if turn.made_on is not None:
        made = {"day": numbers.format_date(turn.made_on, language(), "weekday")}
        return (_("on time, %(day)s") if turn.mark is Mark.ON_TIME else _("late, %(day)s")) % made
    if turn.mark is Mark.MISSED:
        return _("missed, was due %(day)s") % due
    if turn.mark is Mark.DUE:
        return _("due now, %(day)s") % due
    return _("not yet, due %(day)s") % due
