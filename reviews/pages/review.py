"""Read model of the review of one quarter or year: how far each tribe has come, and its close."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr.actions import carrying
from okr.models import PeriodState, Quarter, Year
from okr.readings import Clock
from orgs.models import Membership, Tribe
from orgs.permissions import Permission, can
from reviews.access import slug_of
from reviews.pages.words import Scored, address, day_of, scored
from reviews.results import Line, Part, Results, results_of
from reviews.timing import is_on, opens_on


@dataclass(frozen=True, slots=True)
class PartLine:
    part: Part
    name: str
    url: str
    said: str  # “4 of 7 judged”
    share: int  # 0 to 100
    score: Scored | None
    missing: list[str]  # codes of those without verdict
    mine: bool  # the reader leads it or sits in it


@dataclass(frozen=True, slots=True)
class ReviewPage:
    period: Year | Quarter
    results: Results
    lines: list[PartLine]
    is_on: bool
    is_closed: bool
    may_close: bool
    runs_on: bool  # beyond today: its close ends it early
    opens: str
    ends: str
    into: Year | Quarter | None
    next_text: str
    next_url: str
    next_label: str

    @property
    def slug(self) -> str:
        return slug_of(self.period)

    @property
    def missing(self) -> list[tuple[PartLine, list[Line]]]:
        """By tribe, what has no verdict."""
        found = [(one, [line for line in one.part.lines if not line.is_given]) for one in self.lines]
        return [(one, lines) for one, lines in found if lines]


def review_page(period: Year | Quarter, member: Membership, clock: Clock) -> ReviewPage:
    """Six queries, however many tribes."""
    results = results_of(period)
    leads = set(Tribe.objects.filter(lead=member).values_list("pk", flat=True))
    mine = leads | set(Tribe.objects.filter(seats__membership=member).values_list("pk", flat=True))
    on, closed = is_on(period, clock.today), period.state == PeriodState.CLOSED
    may_close = period.is_open and can(member, Permission.CLOSE_PERIOD, period)
    lines = [_part(part, period, clock, mine) for part in results.parts]
    text, url, label = _next(period, results, lines, clock, on=on, may_close=may_close)
    return ReviewPage(
        period=period,
        results=results,
        lines=lines,
        is_on=on,
        is_closed=closed,
        may_close=may_close,
        runs_on=period.is_open and clock.today < period.ends_on,
        opens=day_of(opens_on(period)),
        ends=day_of(period.ends_on),
        into=carrying.after(period),
        next_text=text,
        next_url=url,
        next_label=label,
    )


def _part(part: Part, period: Year | Quarter, clock: Clock, mine: set[int]) -> PartLine:
    if part.tribe is None:
        name, url = _("Strategy"), address("review_strategy", clock.org, period)
    else:
        name, url = part.tribe.name, address("review_tribe", clock.org, period, code=part.tribe.code)
    return PartLine(
        part=part,
        name=name,
        url=url,
        said=judged(part.given, part.total),
        share=round(100 * part.given / part.total) if part.total else 0,
        score=scored(part.score),
        missing=[line.key_result.code for line in part.lines if not line.is_given],
        mine=part.tribe is not None and part.tribe.pk in mine,
    )


def judged(given: int, total: int) -> str:
    """ "4 of 7 key results judged"."""
    said = ngettext("%(given)s of %(total)s key result judged", "%(given)s of %(total)s key results judged", total)
    return said % {"given": given, "total": total}


def _next(
    period: Year | Quarter, results: Results, lines: list[PartLine], clock: Clock, *, on: bool, may_close: bool
) -> tuple[str, str, str]:
    words = {"period": period, "opens": day_of(opens_on(period)), "ends": day_of(period.ends_on), "n": results.missing}
    if period.state == PeriodState.CLOSED:
        text = _("%(period)s is closed: scores are final.") % words
        return text, address("review_results", clock.org, period), _("Results")
    if period.state == PeriodState.DRAFT:
        return _("%(period)s has not begun.") % words, "", ""
    if not on:
        return _("The review opens on %(opens)s; verdicts are due by %(ends)s.") % words, "", ""
    own = next((line for line in lines if line.mine and line.missing), None)
    said = ngettext(
        "%(n)s verdict is missing, due by %(ends)s.", "%(n)s verdicts are missing, due by %(ends)s.", results.missing
    )
    if own is not None:
        return said % words, own.url, _("Review %(name)s") % {"name": own.name}
    if results.missing:
        first = next((line for line in lines if line.missing), None)
        return said % words, first.url if first else "", _("See what is missing") if first else ""
    if may_close:
        return (
            _("All is judged: %(period)s can be closed.") % words,
            address("review_close", clock.org, period),
            _("Close it"),
        )
    return _("All is judged. %(period)s is closed by the coach or an administrator.") % words, "", ""
