"""What the data says for a meeting's agenda: drawn as it is looked at before, and frozen as the meeting begins."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from okr.models import KeyResult, PeriodState, Quarter, Year
from okr.pages.attention import Watched, most_urgent
from okr.pages.moved import Change, moves_since
from okr.pages.moved_summary import MovedSummary, summary_of
from okr.pages.year_rows import key_results_of
from okr.pages.years import YearPlan, year_plans
from okr.readings import Clock
from orgs.models import Organization, Tribe
from reviews.coming import from_elsewhere
from reviews.models import Meeting, MeetingAction, MeetingDecision, MeetingPoint
from reviews.pages.words import address, day_of
from reviews.timing import opens_on

SHOWN = 8  # rows of each kind
MOVED_SHOWN = 5  # of each group: an agenda is talked through, the page of what moved has them all
UNSEEN = dt.timedelta(days=14)  # looked back on where there was no meeting before
AHEAD = dt.timedelta(days=42)
OTHERS = "others"  # in what is frozen: by language, beside the organization's own


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the agenda, as JSON can hold it."""

    title: str
    code: str = ""
    url: str = ""
    tribe: str = ""
    text: str = ""  # "32 → 40", "last said 12 May"
    note: str = ""
    group: str = ""  # better, worse, risk, silent, target
    status: str = ""
    person: str = ""
    due: str = ""
    overdue: bool = False
    pk: int = 0


@dataclass(frozen=True, slots=True)
class MeetingData:
    since: str  # in words
    headline: str
    more: int  # that are watched, and not among the rows
    rows: dict[str, list[Row]] = field(default_factory=dict)  # by kind of point
    totals: dict[str, int] = field(default_factory=dict)  # by group of what moved
    urls: dict[str, str] = field(default_factory=dict)  # by kind of point: the page that tells it whole

    def plain(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, frozen: dict[str, Any]) -> "MeetingData":
        """In the language in hand where it was frozen in it, else in the organization's."""
        frozen = frozen.get(OTHERS, {}).get(get_language(), frozen)
        rows = {kind: [Row(**row) for row in rows] for kind, rows in frozen["rows"].items()}
        return cls(
            frozen["since"],
            frozen["headline"],
            frozen["more"],
            rows,
            frozen.get("totals", {}),
            frozen.get("urls", {}),
        )


def in_every_language(draw: Callable[[], MeetingData], org: Organization) -> dict[str, Any]:
    """What `Meeting.frozen` holds of what `draw` answers, which speaks the language in hand."""
    drawn = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            drawn[language] = draw().plain()
    own = drawn.pop(org.language)
    return {**own, OTHERS: drawn}


def data_of(meeting: Meeting, org: Organization) -> MeetingData:
    """Thirteen queries, however much there is. In the language in hand."""
    clock, plans = Clock.of(org), year_plans()
    plan = plan_on(clock.today, plans)
    return data_at(
        meeting, clock, plans, key_results_of(plan, clock.today, step_targets=True) if plan is not None else []
    )


def plan_on(day: dt.date, plans: Sequence[YearPlan]) -> YearPlan | None:
    """Of the year that runs on a day."""
    running = (one for one in plans if one.year.starts_on <= day <= one.year.ends_on)
    return next((one for one in running if one.year.state != PeriodState.DRAFT), None)


def data_at(meeting: Meeting, clock: Clock, plans: Sequence[YearPlan], key_results: list[KeyResult]) -> MeetingData:
    """As of the clock's day, with the year's key results as they stood on it."""
    org = clock.org
    before = Meeting.objects.filter(series=meeting.series_id, state=Meeting.State.ENDED)
    last = before.filter(starts_at__lt=meeting.starts_at).order_by("-starts_at")[:1].values_list("starts_at", flat=True)
    held = next(iter(last), None)
    since = held.astimezone(org.zone).date() if held else clock.today - UNSEEN
    plan = plan_on(clock.today, plans)
    quarters = list(Quarter.objects.with_year().filter(Q(state=PeriodState.OPEN) | Q(ends_on__gte=clock.today)))
    Kind = MeetingPoint.Kind
    rows: dict[str, list[Row]] = {kind: [] for kind in Kind if kind != Kind.OWN}
    headline, more, totals, urls = "", 0, {}, {}
    if plan is not None:
        since = max(since, plan.year.starts_on)
        summary = summary_of(moves_since(key_results, since, clock), clock)
        headline, rows[Kind.MOVED], totals = summary.headline, _moved(summary), _totals(summary)
        watched, number = most_urgent(key_results, clock, SHOWN)
        rows[Kind.WATCH], more = [_watched(one) for one in watched], number - len(watched)
        at = [org.slug, plan.year.number]
        urls[str(Kind.MOVED)] = f"{reverse('moved', args=at)}?since={since.isoformat()}"
        urls[str(Kind.WATCH)] = reverse("attention", args=at)
    rows[Kind.ACTIONS] = _actions(meeting, clock)
    rows[Kind.DECISIONS] = _unanswered(meeting, clock) + _to_close(quarters, [one.year for one in plans], clock)
    rows[Kind.AHEAD] = _ahead(quarters, clock)
    return MeetingData(day_of(since), headline, more, {str(kind): found for kind, found in rows.items()}, totals, urls)


def _moved(summary: MovedSummary) -> list[Row]:
    worse = [_change(one, "worse") for one in summary.worse.rows[:MOVED_SHOWN]]
    better = [_change(one, "better") for one in summary.better.rows[:MOVED_SHOWN]]
    risks = [
        Row(
            one.title,
            one.code,
            one.url,
            _code(one.tribe),
            f"{one.before or '–'} → {one.confidence}/10",
            one.comment,
            "risk",
        )
        for one in summary.risks.rows[:MOVED_SHOWN]
    ]
    silent = [
        Row(one.title, one.code, one.url, _code(one.tribe), one.last, group="silent")
        for one in summary.silent.rows[:MOVED_SHOWN]
    ]
    targets = [
        Row(one.title, one.code, one.url, _code(one.tribe), one.what, one.reason, "target")
        for one in summary.decisions.rows[:MOVED_SHOWN]
    ]
    return worse + better + risks + silent + targets


def _totals(summary: MovedSummary) -> dict[str, int]:
    return {
        "worse": summary.worse.total,
        "better": summary.better.total,
        "risk": summary.risks.total,
        "silent": summary.silent.total,
        "target": summary.decisions.total,
    }


def _change(one: Change, group: str) -> Row:
    text = f"{one.before} → {one.now}" if one.before != one.now else one.now
    return Row(one.title, one.code, one.url, _code(one.tribe), text, one.comment, group, one.status)


def _watched(one: Watched) -> Row:
    person = one.owner.name if one.owner else ""
    said = " · ".join(one.reasons)
    return Row(one.title, one.code, one.url, _code(one.tribe), one.since, said, status=one.status, person=person)


def _code(tribe: Tribe | None) -> str:
    return tribe.code if tribe else ""


def _actions(meeting: Meeting, clock: Clock) -> list[Row]:
    """Of all meetings of the series before this one."""
    rows = MeetingAction.objects.live().filter(meeting__series=meeting.series_id)
    rows = rows.filter(Q(done_on=None) | Q(done_on__gt=clock.today))
    rows = rows.exclude(meeting=meeting.pk).filter(meeting__starts_at__lt=meeting.starts_at)
    return [
        Row(
            one.text,
            person=one.owner.name if one.owner else "",
            due=day_of(one.due_on),
            overdue=one.is_overdue(clock.today),
            pk=one.pk,
        )
        for one in rows.select_related("owner__user").order_by("due_on", "pk")[: SHOWN * 3]
    ]


def _unanswered(meeting: Meeting, clock: Clock) -> list[Row]:
    """Points of the last meetings that asked for a decision and had none."""
    answered = MeetingDecision.objects.live().exclude(point=None).values("point")
    rows = MeetingPoint.objects.live().filter(meeting__series=meeting.series_id, meeting__state=Meeting.State.ENDED)
    rows = (
        rows.filter(asks=True).exclude(pk__in=answered).select_related("meeting").order_by("-meeting__starts_at", "pk")
    )
    return [
        Row(str(one), text=_("asked on %(day)s") % {"day": day_of(one.meeting.day_in(clock.org))}, note=one.notes[:200])
        for one in rows[:SHOWN]
    ]


def _to_close(quarters: Sequence[Quarter], years: Sequence[Year], clock: Clock) -> list[Row]:
    """Quarters and years that are over and wait for their close."""
    periods: list[Quarter | Year] = [*sorted(quarters, key=lambda one: one.starts_on), *years]
    over = [one for one in periods if one.state == PeriodState.OPEN and one.ends_on < clock.today]
    return [
        Row(
            _("Close %(period)s") % {"period": period},
            url=address("review", clock.org, period),
            text=_("it ended on %(day)s") % {"day": day_of(period.ends_on)},
        )
        for period in over[:SHOWN]
    ]


def _ahead(quarters: Sequence[Quarter], clock: Clock) -> list[Row]:
    """The landmarks of the next six weeks."""
    until = clock.today + AHEAD
    found: list[tuple[dt.date, Row]] = []
    for quarter in quarters:
        url = address("review", clock.org, quarter) if quarter.state != PeriodState.DRAFT else ""
        named = {"quarter": quarter}
        found += [
            (opens_on(quarter), Row(_("The review of %(quarter)s opens") % named, url=url)),
            (quarter.ends_on, Row(_("%(quarter)s ends: all verdicts are due") % named, url=url)),
            (quarter.starts_on, Row(_("%(quarter)s begins: its planning is done by then") % named)),
        ]
    found += [(one.on, Row(one.title, url=one.url)) for one in from_elsewhere(clock, until)]
    found.sort(key=lambda pair: pair[0])
    return [Row(row.title, url=row.url, due=day_of(day)) for day, row in found if clock.today <= day <= until][:SHOWN]
