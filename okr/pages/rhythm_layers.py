"""The two layers of the heat map: of each row and week, which check-ins were made, or how sure their owners were."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr import numbers
from okr.asked import turns_of
from okr.discipline import Share, Turn
from okr.language import language
from okr.models import KeyResult
from okr.readings import Clock
from orgs.models import Cadence

STRATEGIC = 0  # the row of the CoDir's key results, beside the ids of tribes
SURE = Decimal(7)


@dataclass(frozen=True, slots=True)
class Said:
    """A check-in: when, and how sure."""

    on: dt.date
    confidence: int


@dataclass(frozen=True, slots=True)
class Cell:
    look: str
    text: str
    words: str  # what it says to those who cannot see its place


@dataclass(frozen=True, slots=True)
class Painted:
    """A row's cells, one a week, and what they come to."""

    cells: list[Cell]
    total: str = ""
    total_words: str = ""


Painter = Mapping[int, Painted]  # by row


def of_discipline(
    key_results: Sequence[KeyResult], said: Mapping[int, Sequence[Said]], mondays: Sequence[dt.date], clock: Clock
) -> Painter:
    days = {pk: [one.on for one in of_it] for pk, of_it in said.items()}
    found = turns_of(key_results, clock, days)
    by_row: dict[int, dict[dt.date, list[Turn]]] = defaultdict(lambda: defaultdict(list))
    for row in key_results:
        for turn in found[row.pk]:
            by_row[_row_of(row)][_week_of(turn, row, clock)].append(turn)
    painted = {}
    for key, weeks in by_row.items():
        whole = Share.of(turn for monday in mondays for turn in weeks.get(monday, ()))
        words = ngettext("%(made)d of %(n)d check-in made", "%(made)d of %(n)d check-ins made", whole.asked)
        painted[key] = Painted(
            [_share_cell(weeks.get(monday, ())) for monday in mondays],
            f"{whole.made}/{whole.asked}" if whole.asked else "",
            words % {"made": whole.made, "n": whole.asked} if whole.asked else "",
        )
    return painted


def _week_of(turn: Turn, key_result: KeyResult, clock: Clock) -> dt.date:
    """A month is due in one of its weeks; a week that a holiday lengthened stays the one it is."""
    monthly = getattr(clock.org, key_result.cadence_of) == Cadence.MONTHLY
    return _monday(turn.due_on if monthly else turn.of)


def _share_cell(found: Sequence[Turn]) -> Cell:
    share = Share.of(found)
    asked = share.asked + share.waiting
    if not found:
        return Cell("none", "", _("nothing due"))
    if not asked:
        return Cell("ahead", "", _("not yet"))
    words = ngettext("%(made)d of %(n)d check-in made", "%(made)d of %(n)d check-ins made", asked)
    said = [words % {"made": share.made, "n": asked}]
    if share.late:
        said.append(ngettext("%(n)d late", "%(n)d late", share.late) % {"n": share.late})
    if share.waiting:
        said.append(_("so far"))
    return Cell("waiting" if share.waiting else _level(share), f"{share.made}/{asked}", ", ".join(said))


def _level(share: Share) -> str:
    if share.made == share.asked:
        return "l4"
    part = share.made / share.asked
    return "l3" if part >= 0.75 else "l2" if part >= 0.5 else "l1" if share.made else "l0"


def discipline_legend() -> list[tuple[str, str]]:
    return [
        ("l4", _("all made")),
        ("l3", _("three in four or more")),
        ("l2", _("half or more")),
        ("l1", _("fewer")),
        ("l0", _("none")),
        ("waiting", _("due now")),
        ("ahead", _("not yet")),
        ("none", _("nothing due")),
    ]


def of_confidence(
    key_results: Sequence[KeyResult], said: Mapping[int, Sequence[Said]], mondays: Sequence[dt.date], clock: Clock
) -> Painter:
    """The last confidence of each key result in a week, whoever was silent left out: silence is no confidence."""
    by_row: dict[int, dict[dt.date, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in key_results:
        for one in said.get(row.pk, ()):
            by_row[_row_of(row)][_monday(one.on)][row.pk] = one.confidence
    painted = {}
    for key, weeks in by_row.items():
        every = [confidence for monday in mondays for confidence in weeks.get(monday, {}).values()]
        painted[key] = Painted(
            [_mean_cell(list(weeks.get(monday, {}).values()), monday > clock.today, clock) for monday in mondays],
            _mean(every),
            _("mean confidence %(mean)s of 10") % {"mean": _mean(every)} if every else "",
        )
    return painted


def _mean(values: Sequence[int]) -> str:
    if not values:
        return ""
    return numbers.format_number(numbers.round_to(Decimal(sum(values)) / len(values), 1), language(), decimals=1)


def _mean_cell(values: Sequence[int], ahead: bool, clock: Clock) -> Cell:
    if not values:
        return Cell("ahead", "", _("not yet")) if ahead else Cell("none", "", _("no check-in"))
    mean = Decimal(sum(values)) / len(values)
    look = "l4" if mean >= SURE else "l1" if mean <= clock.thresholds.low_confidence else "l2"
    words = ngettext(
        "mean confidence %(mean)s of 10, from %(n)d check-in",
        "mean confidence %(mean)s of 10, from %(n)d check-ins",
        len(values),
    )
    return Cell(look, _mean(values), words % {"mean": _mean(values), "n": len(values)})


def confidence_legend(clock: Clock) -> list[tuple[str, str]]:
    low = clock.thresholds.low_confidence
    return [
        ("l4", _("%(n)s or more: sure") % {"n": SURE}),
        ("l2", _("in between")),
        ("l1", _("%(n)s or less: low") % {"n": low}),
        ("none", _("no check-in")),
        ("ahead", _("not yet")),
    ]


def _row_of(key_result: KeyResult) -> int:
    return key_result.objective.tribe_id or STRATEGIC


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())
