"""Read model of the list: every quarter and year, the latest first, with where its review stands."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from okr.models import KeyResult, PeriodState, Quarter, Year
from okr.readings import Clock
from reviews.pages.review import judged
from reviews.pages.words import address, day_of
from reviews.timing import is_on, opens_on

SHOWN = 24  # quarters: six years


@dataclass(frozen=True, slots=True)
class PeriodLine:
    period: Year | Quarter
    url: str
    label: str
    state: str  # in words
    look: str  # of its pill
    said: str
    act_url: str
    act: str
    is_year: bool


@dataclass(frozen=True, slots=True)
class ReviewsPage:
    lines: list[PeriodLine]
    current: PeriodLine | None  # the one whose next step is the first


def reviews_page(clock: Clock) -> ReviewsPage:
    """Four queries: quarters, years, and how many key results of each have a verdict."""
    quarters = list(Quarter.objects.with_year().exclude(state=PeriodState.DRAFT).order_by("-starts_on")[:SHOWN])
    years = list(Year.objects.exclude(state=PeriodState.DRAFT).order_by("-starts_on")[: SHOWN // 4])
    of_quarters = _counts("objective__quarter", [row.pk for row in quarters])
    of_years = _counts("objective__year", [row.pk for row in years])
    lines = [_line(row, clock, of_quarters.get(row.pk, (0, 0))) for row in quarters]
    lines += [_line(row, clock, of_years.get(row.pk, (0, 0))) for row in years]
    lines.sort(key=lambda line: (line.period.ends_on, line.is_year), reverse=True)
    running = [line for line in lines if line.period.is_open]
    return ReviewsPage(lines, running[-1] if running else None)


def _counts(path: str, ids: list[int]) -> dict[int, tuple[int, int]]:
    """By period: how many key results have a verdict, of how many."""
    given = Q(verdict__score__isnull=False) | Q(verdict__kept__isnull=False) | Q(score__isnull=False)
    rows = KeyResult.objects.running().filter(**{f"{path}__in": ids}).order_by().values_list(path)
    return {pk: (done, total) for pk, done, total in rows.annotate(judged=Count("pk", filter=given), total=Count("pk"))}


def _line(period: Year | Quarter, clock: Clock, counts: tuple[int, int]) -> PeriodLine:
    url, said, on = address("review", clock.org, period), judged(*counts), is_on(period, clock.today)
    if period.state == PeriodState.CLOSED:
        state, look = pgettext("a review", "Closed"), "done"
        act, act_url = _("Results"), address("review_results", clock.org, period)
    elif on:
        state, look = pgettext("a review", "In review"), "ok"
        act, act_url = _("Review"), url
        said = _("%(said)s, due by %(day)s") % {"said": said, "day": day_of(period.ends_on)}
    else:
        state, look = pgettext("a review", "Running"), "idle"
        act, act_url = _("Look ahead"), url
        said = _("The review opens on %(day)s") % {"day": day_of(opens_on(period))}
    is_year = isinstance(period, Year)
    label = _("Strategy %(year)s") % {"year": period.number} if is_year else str(period)
    return PeriodLine(period, url, label, state, look, said, act_url, act, is_year)
