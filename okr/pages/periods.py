"""Read model of Settings ▸ Years and quarters: each with what it holds, and what opening or closing it would do."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from okr import numbers
from okr.language import language
from okr.models import Initiative, KeyResult, Objective, PeriodState, Quarter, Year
from okr.readings import Clock


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done to a period: its label, and what follows from it."""

    state: str
    label: str
    consequences: list[str]
    blocked: str  # why it cannot be done now, "" where it can


@dataclass(frozen=True, slots=True)
class PeriodLine:
    label: str
    days: str
    state: str
    state_label: str
    holds: str  # "4 objectives, 14 key results"
    is_now: bool
    url: str  # where its state is posted
    steps: list[Step]


@dataclass(frozen=True, slots=True)
class YearBlock:
    line: PeriodLine
    quarters: list[PeriodLine]
    edit_url: str  # "" where its days stay
    remove_url: str  # "" where it stays


@dataclass(frozen=True, slots=True)
class Held:
    """What hangs on a period: objectives, key results, those published, those scored."""

    objectives: int = 0
    key_results: int = 0
    published: int = 0
    scored: int = 0
    initiatives: int = 0


def periods_page(clock: Clock) -> list[YearBlock]:
    """Latest year first. Five queries."""
    years: dict[int, Year] = {year.pk: year for year in Year.objects.order_by("-number")}
    quarters: dict[int, list[Quarter]] = {}
    for quarter in Quarter.objects.order_by("number"):
        quarter.year = years[quarter.year_id]
        quarters.setdefault(quarter.year_id, []).append(quarter)
    held = _held()
    return [_block(year, quarters.get(year.pk, []), held, clock) for year in years.values()]


def _held() -> dict[tuple[str, int], Held]:
    """By ("year" or "quarter", id): three queries."""
    found: dict[tuple[str, int], dict[str, int]] = {}

    def add(year: int | None, quarter: int | None, **numbers_of: int) -> None:
        key = ("year", year) if year else ("quarter", quarter or 0)
        found.setdefault(key, {}).update(numbers_of)

    objectives = Objective.objects.live().order_by().values_list("year_id", "quarter_id")
    for year, quarter, number in objectives.annotate(number=Count("pk")):
        add(year, quarter, objectives=number)
    key_results = KeyResult.objects.live().order_by().values_list("objective__year_id", "objective__quarter_id")
    of_stage = {stage: Count("pk", filter=Q(stage=stage)) for stage in ("published", "scored")}
    for year, quarter, number, published, scored in key_results.annotate(number=Count("pk"), **of_stage):
        add(year, quarter, key_results=number, published=published, scored=scored)
    work = Initiative.objects.live().order_by().values_list("quarter_id")
    for quarter, number in work.annotate(number=Count("pk")):
        add(None, quarter, initiatives=number)
    return {key: Held(**values) for key, values in found.items()}


def _block(year: Year, quarters: list[Quarter], held: dict[tuple[str, int], Held], clock: Clock) -> YearBlock:
    slug = clock.org.slug
    own = held.get(("year", year.pk), Held())
    empty = own == Held() and all(("quarter", quarter.pk) not in held for quarter in quarters)
    drafts = all(period.state == PeriodState.DRAFT for period in (year, *quarters))
    closed = year.state == PeriodState.CLOSED
    return YearBlock(
        line=_line(year, str(year), own, clock, _year_steps(year, quarters, own)),
        quarters=[
            _line(row, row.short_label, of_it, clock, _quarter_steps(row, quarters, of_it))
            for row in quarters
            for of_it in [held.get(("quarter", row.pk), Held())]
        ],
        edit_url="" if closed else reverse("settings_year", args=[slug, year.pk]),
        remove_url=reverse("settings_year_remove", args=[slug, year.pk]) if empty and drafts else "",
    )


def days_of(year: Year) -> list[tuple[str, str]]:
    """What is stored now of a year and its quarters: label, first and last day."""
    quarters = [(row.short_label, _span(row)) for row in year.quarters.order_by("number")]
    return [(str(year), _span(year)), *quarters]


def _span(period: Year | Quarter) -> str:
    days = [numbers.format_date(day, language(), "date") for day in (period.starts_on, period.ends_on)]
    return f"{days[0]} – {days[1]}"


def _line(period: Year | Quarter, label: str, held: Held, clock: Clock, steps: list[Step]) -> PeriodLine:
    route = "settings_year_state" if isinstance(period, Year) else "settings_quarter_state"
    return PeriodLine(
        label=label,
        days=_span(period),
        state=period.state,
        state_label=str(PeriodState(period.state).label),
        holds=_holds(held),
        is_now=period.starts_on <= clock.today <= period.ends_on,
        url=reverse(route, args=[clock.org.slug, period.pk]),
        steps=steps,
    )


def _holds(held: Held) -> str:
    parts = [
        ngettext("%(n)s objective", "%(n)s objectives", held.objectives) % {"n": held.objectives},
        ngettext("%(n)s key result", "%(n)s key results", held.key_results) % {"n": held.key_results},
    ]
    return ", ".join(parts) if held.objectives or held.key_results else _("Nothing yet")


def _asked(held: Held) -> str:
    return ngettext(
        "%(n)s published key result takes check-ins from now on, and its owner is reminded when one is due.",
        "%(n)s published key results take check-ins from now on, and their owners are reminded when one is due.",
        held.published,
    ) % {"n": held.published}


def _opening(state: str, held: Held, consequences: list[str], blocked: str = "") -> Step:
    label = _("Reopen") if state == PeriodState.CLOSED else pgettext("act", "Open")
    return Step(PeriodState.OPEN, label, consequences, blocked)


def _year_steps(year: Year, quarters: list[Quarter], held: Held) -> list[Step]:
    if year.is_open:
        running = [quarter.short_label for quarter in quarters if quarter.is_open]
        blocked = _("Close %(quarters)s first.") % {"quarters": ", ".join(running)} if running else ""
        told = [
            _("Its strategic key results take no more check-ins, and what is written in it can no longer be changed."),
            _("It stays to be read, and can be reopened."),
        ]
        return [Step(PeriodState.CLOSED, pgettext("act", "Close"), told, blocked)]
    told = [_asked(held)] if held.published else []
    return [_opening(year.state, held, [*told, _("Its quarters can be opened, one after the other.")])]


def _quarter_steps(quarter: Quarter, quarters: list[Quarter], held: Held) -> list[Step]:
    if quarter.is_open:
        told = [_("Its key results take no more check-ins, and what is written in it can no longer be changed.")]
        if held.published:
            told.append(
                ngettext("%(n)s key result has no score yet.", "%(n)s key results have no score yet.", held.published)
                % {"n": held.published}
            )
        told.append(_("It stays to be read, and can be reopened."))
        return [Step(PeriodState.CLOSED, pgettext("act", "Close"), told, "")]
    told = [_asked(held)] if held.published else [_("What is published in it takes check-ins.")]
    others = [row.short_label for row in quarters if row.is_open]
    if others:
        told.append(_("%(quarters)s stays open beside it until you close it.") % {"quarters": ", ".join(others)})
    blocked = "" if quarter.year.is_open else _("Open %(year)s first.") % {"year": quarter.year}
    return [_opening(quarter.state, held, told, blocked)]
