"""What a key result is, in lines: metric, direction, source, ambition, step targets, weight, cadence; and where it belongs."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from okr import numbers
from okr.language import language
from okr.models import KeyResult, Objective
from okr.pages.figures import Figures, day
from okr.pages.measures import band_text, next_due_text
from okr.querysets import WRITTEN
from okr.readings import Clock
from okr.rows import score_of
from orgs.models import Cadence

Direction = KeyResult.Direction


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    text: str
    url: str = ""
    is_content: bool = False  # written by people, in the organization's language


def definition_of(key_result: KeyResult, clock: Clock) -> list[Line]:
    """Lines without an answer are left out. Needs `objective` and `step_targets`."""
    figures = Figures.of(key_result, clock)
    lines = [
        Line(_("Metric"), key_result.metric, is_content=True),
        Line(_("Direction"), _direction(key_result, figures)),
        Line(_("Baseline"), _baseline(key_result, clock)),
        Line(_("Tolerance"), figures.value(key_result.tolerance) if key_result.tolerance is not None else ""),
        Line(_("Source"), key_result.source or key_result.source_url, key_result.source_url, is_content=True),
        Line(_("Ambition"), _ambition(key_result)),
        Line(_("Step targets"), _step_targets(key_result, figures)),
        Line(_("Weight"), numbers.format_number(key_result.weight, language()) if key_result.weight != 1 else ""),
        Line(_("Check-ins"), cadence_text(key_result, clock)),
        Line(_("Next due"), _next_due(key_result, clock)),
    ]
    return [line for line in lines if line.text]


def _next_due(key_result: KeyResult, clock: Clock) -> str:
    """ "25 Nov", "12 Nov, moved from 11 Nov (Armistice Day)"."""
    text, due, rhythm = next_due_text(key_result, clock.today), key_result.next_due_on, clock.rhythm_of(key_result)
    holiday = rhythm.moved_from(due) if due else None
    if holiday is None:
        return text
    name = rhythm.working_days.holiday_name(holiday, language())
    said = {"day": text, "chosen": day(holiday, clock.today), "holiday": name}
    return _("%(day)s, moved from %(chosen)s (%(holiday)s)") % said


def cadence_text(key_result: KeyResult, clock: Clock) -> str:
    return str(Cadence(getattr(clock.org, key_result.cadence_of)).label)


def _direction(key_result: KeyResult, figures: Figures) -> str:
    if key_result.direction == Direction.WITHIN:
        return _("Keep within %(band)s") % {"band": band_text(key_result, figures)}
    if key_result.direction == Direction.DONE or key_result.target is None:
        return key_result.get_direction_display()
    if key_result.start is None:
        ends = _("to %(target)s") % {"target": figures.value(key_result.target)}
    else:
        start, target = figures.span(key_result.start, key_result.target)
        ends = _("from %(start)s to %(target)s") % {"start": start, "target": target}
    return f"{key_result.get_direction_display()}, {ends}"


def _baseline(key_result: KeyResult, clock: Clock) -> str:
    if key_result.start is not None or key_result.baseline_due_on is None:
        return ""
    return _("To be measured by %(day)s") % {"day": day(key_result.baseline_due_on, clock.today)}


def _ambition(key_result: KeyResult) -> str:
    if key_result.direction == Direction.WITHIN:
        return ""
    if key_result.ambition == KeyResult.Ambition.COMMITTED:
        return _("Committed: 1.0 expected")
    return _("Aspirational: about 0.7 expected")


def _step_targets(key_result: KeyResult, figures: Figures) -> str:
    return " · ".join(
        f"{numbers.format_date(target.on, language(), 'short')} {figures.value(target.value)}"
        for target in key_result.step_targets.all()
    )


# ── Where it belongs ─────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Place:
    """The committee or tribe that an objective belongs to, and its period."""

    name: str
    code: str  # of the tribe
    url: str  # of the tribe in that quarter, or of the year's strategy
    period: str
    crumbs: list[tuple[str, str]]  # (text, address)


def place_of(objective: Objective, clock: Clock) -> Place:
    """Needs year, or quarter with its year and tribe, and `department__committee` loaded."""
    slug = clock.org.slug
    if objective.year is not None:
        url = reverse("strategy_year", args=[slug, objective.year.number])
        period = str(objective.year.number)
        crumb = (_("Strategy %(year)s") % {"year": period}, url)
        return Place(objective.committee_name, "", url, period, [crumb])
    quarter, tribe = objective.quarter, objective.tribe
    if quarter is None or tribe is None:
        raise ValueError("an objective has a year, or a quarter and a tribe")
    url = reverse("tribe_quarter", args=[slug, tribe.code, quarter.slug])
    crumbs = [(clock.org.tribe_label_plural, reverse("tribes", args=[slug])), (tribe.name, url)]
    return Place(tribe.name, tribe.code, url, quarter.label, crumbs)


# ── Its stage and its verdict ────────────────────────────────────────────────


def stage_note(key_result: KeyResult) -> str:
    """What its stage means for a key result that is not running; "" for one that is, or is scored. Needs `objective`."""
    stage = KeyResult.Stage
    if key_result.objective.is_strategic and key_result.stage in WRITTEN:
        return _("It starts when the strategy is published.")
    return {
        stage.DRAFT: _("It has not been presented at quarter planning yet."),
        stage.PROPOSED: _("Quarter planning decides whether it stays."),
        stage.KEPT: _("It starts when it is published."),
        stage.DEFERRED: _("It proposes itself again next quarter."),
        stage.MERGED: _("Quarter planning merged it into another key result."),
        stage.DROPPED: _("Quarter planning did not keep it; it stays for the record."),
    }.get(stage(key_result.stage), "")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The score at the close of the quarter."""

    score: str  # "0.7"
    look: str  # ok, risk, off
    expected: str
    learning: str
    miss_reason: str


def verdict_of(key_result: KeyResult) -> Verdict | None:
    if key_result.score is None:
        return None
    text, look, _status = score_of(key_result.score)
    return Verdict(
        score=text,
        look=look,
        expected=_ambition(key_result),
        learning=key_result.learning,
        miss_reason=key_result.miss_reason,
    )
