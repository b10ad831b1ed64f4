"""Periods, objectives, key results with what defines and backs them, contributions."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

from okr import scoring
from okr.demo.calendar import QUARTER_REFERENCE, YEAR_REFERENCE, add_months
from okr.demo.history import Moment, Track, history_of, workday
from okr.demo.paper import attach
from okr.demo.rows_of_initiatives import write_initiatives
from okr.demo.shapes import Fact, KeyResultSpec, ObjectiveSpec
from okr.demo.state import FORMER, Loading, Measured, figure
from okr.due import Rhythm
from okr.models import Contribution, Evidence, KeyResult, Objective, PeriodState, Quarter, Step, StepTarget, Year

DAY = dt.timedelta(days=1)
Direction, Stage = KeyResult.Direction, KeyResult.Stage
STAGES = {PeriodState.CLOSED: Stage.SCORED, PeriodState.OPEN: Stage.PUBLISHED, PeriodState.DRAFT: Stage.PROPOSED}


def former_quarter(number: int) -> str:
    return f"{FORMER} {number}"


def write_periods(loading: Loading) -> None:
    calendar = loading.calendar
    _write_former_periods(loading)
    span = calendar.year
    (year,) = loading.create(
        [Year(number=calendar.number, starts_on=span.starts_on, ends_on=span.ends_on, state=PeriodState.OPEN)]
    )
    quarters = loading.create(
        Quarter(year=year, number=number, starts_on=span.starts_on, ends_on=span.ends_on, state=state)
        for number, (state, span) in enumerate(zip(STAGES, calendar.quarters, strict=True), start=1)
    )
    loading.periods |= {"year": year, **{quarter.state: quarter for quarter in quarters}}


def _write_former_periods(loading: Loading) -> None:
    calendar, former = loading.calendar, loading.spec.former
    if former is None:
        return
    span, state = calendar.former, PeriodState.CLOSED
    (year,) = loading.create(
        [Year(number=calendar.number - 1, starts_on=span.starts_on, ends_on=span.ends_on, state=state)]
    )
    spans = {number: calendar.former_quarter(number) for number in former.quarters}
    quarters = loading.create(
        Quarter(year=year, number=number, starts_on=span.starts_on, ends_on=span.ends_on, state=state)
        for number, span in spans.items()
    )
    loading.periods |= {FORMER: year, **{former_quarter(quarter.number): quarter for quarter in quarters}}


def write_former(loading: Loading) -> None:
    """The year before, first its strategy."""
    former = loading.spec.former
    if former is None:
        return
    write_objectives(loading, former.strategy, FORMER)
    for number, specs in former.quarters.items():
        write_objectives(loading, specs, former_quarter(number))
    for number, initiatives in former.initiatives.items():
        write_initiatives(loading, initiatives, former_quarter(number))


def write_objectives(loading: Loading, specs: Sequence[ObjectiveSpec], period: str) -> None:
    """One period's objectives and all that hangs on them; the year's come first, the others contribute to them."""
    objectives: list[Objective] = []
    places: dict[str, int] = {}
    for spec in specs:
        places[spec.tribe] = places.get(spec.tribe, 0) + 1
        objectives.append(_objective(loading, spec, loading.periods[period], places[spec.tribe]))
    loading.create(objectives)
    pairs = list(zip(specs, objectives, strict=True))
    measured = [
        _measured(loading, spec, row, objective, place, period)
        for spec, objective in pairs
        for place, row in enumerate(spec.key_results, start=1)
    ]
    loading.create(made.key_result for made in measured)
    loading.measured += measured
    for made in measured:
        tribe = made.key_result.objective.tribe
        whose = f"{period} {tribe.code} " if tribe else "" if period == "year" else f"{period} "
        loading.key_results[f"{whose}{made.key_result.code}"] = made.key_result
    loading.create(target for made in measured for target in _step_targets(made))
    loading.create(step for made in measured for step in _steps(made))
    loading.create(
        [
            *(fact for spec, objective in pairs for fact in _evidence(loading, spec.facts, objective=objective)),
            *(fact for made in measured for fact in _evidence(loading, made.spec.facts, key_result=made.key_result)),
        ]
    )
    strategy = f"{FORMER} " if period.startswith(FORMER) else ""
    loading.create(
        Contribution(objective=objective, key_result=loading.key_results[f"{strategy}{code}"], reason=reason)
        for spec, objective in pairs
        for code, reason in spec.serves
    )


def _objective(loading: Loading, spec: ObjectiveSpec, period: Year | Quarter, position: int) -> Objective:
    return Objective(
        level=Objective.Level.TRIBE if spec.tribe else Objective.Level.STRATEGIC,
        title=spec.title,
        why=spec.why,
        owner=loading.member(spec.owner, spec.tribe),
        year=period if isinstance(period, Year) else None,
        quarter=period if isinstance(period, Quarter) else None,
        department=loading.departments.get(spec.department),
        tribe=loading.tribes.get(spec.tribe),
        position=position,
    )


def key_result_of(
    loading: Loading, spec: KeyResultSpec, objective: Objective, position: int, *, tribe: str
) -> KeyResult:
    """As the content defines it, not saved, and with nothing measured yet."""
    direction = _direction(spec)
    within = direction == Direction.WITHIN
    first, last = (figure(end) for end in spec.span)
    key_result = KeyResult(
        objective=objective,
        title=spec.title,
        metric=spec.metric,
        unit=spec.unit,
        unit_label=spec.label,
        direction=direction,
        start=None if within else first,
        target=None if within else last,
        low=first if within else None,
        high=last if within else None,
        tolerance=figure(spec.tolerance),
        owner=loading.member(spec.owner, tribe),
        source=spec.source,
        ambition=spec.ambition,
        stage=STAGES[PeriodState(objective.span.state)],
        position=position,
    )
    if direction in (Direction.UP, Direction.DOWN) and first is None:
        key_result.baseline_due_on = workday(max(loading.calendar.today, objective.span.starts_on) + 9 * DAY)
    return key_result


def _measured(
    loading: Loading, of: ObjectiveSpec, spec: KeyResultSpec, objective: Objective, position: int, period: str
) -> Measured:
    key_result = key_result_of(loading, spec, objective, position, tribe=of.tribe)
    track = Track(
        metric=key_result.as_metric,
        targets=tuple(scoring.StepTarget(on, value) for on, value in _towards(spec, objective)),
        period=objective.span.period,
        today=loading.calendar.today,
        reference=None if objective.span.state == PeriodState.CLOSED else _reference(objective),
        quiet=dt.timedelta(weeks=9 if objective.is_strategic else 3),
        missed=of.missed,
    )
    when = period if period.startswith(FORMER) else objective.span.state
    seed = f"{loading.org.slug} {when} {of.tribe} {spec.title}"
    moments = history_of(spec, track, seed, loading.spec.remarks)
    _follow(loading, key_result, moments)
    if key_result.stage == Stage.SCORED:
        _score(key_result, spec)
    return Measured(seed, spec, key_result, moments)


def _direction(spec: KeyResultSpec) -> str:
    if spec.direction:
        return spec.direction
    if spec.unit == KeyResult.Unit.DONE:
        return Direction.DONE
    start, target = (figure(end) for end in spec.span)
    return Direction.DOWN if start is not None and target is not None and target < start else Direction.UP


def _reference(objective: Objective) -> dt.date:
    return objective.span.starts_on + DAY * (YEAR_REFERENCE if objective.is_strategic else QUARTER_REFERENCE)


def _follow(loading: Loading, key_result: KeyResult, moments: list[Moment]) -> None:
    """Maintained columns as the check-in actions leave them; what was never measured is due in the current week."""
    if moments:
        latest = moments[-1]
        key_result.current, key_result.confidence = latest.value, latest.confidence
        key_result.checked_on = latest.on
        key_result.previous_confidence = moments[-2].confidence if len(moments) > 1 else None
    if key_result.stage == Stage.PUBLISHED:
        rhythm = Rhythm.of(loading.org, key_result.cadence_of)
        key_result.next_due_on = (
            rhythm.next_due(key_result.checked_on) if key_result.checked_on else rhythm.due_date(loading.calendar.today)
        )


def _score(key_result: KeyResult, spec: KeyResultSpec) -> None:
    key_result.score = scoring.propose_score(key_result.as_metric, key_result.current)
    key_result.learning, key_result.miss_reason = spec.learning, spec.miss


def _towards(spec: KeyResultSpec, objective: Objective) -> Iterator[tuple[dt.date, Decimal]]:
    """The step targets' days: the last one of each month named."""
    for months, value in spec.towards:
        yield add_months(objective.span.starts_on, months) - DAY, Decimal(value)


def _step_targets(made: Measured) -> list[StepTarget]:
    key_result = made.key_result
    return [
        StepTarget(key_result=key_result, on=on, value=value) for on, value in _towards(made.spec, key_result.objective)
    ]


def _steps(made: Measured) -> list[Step]:
    return [
        Step(
            key_result=made.key_result,
            title=title,
            position=place,
            done_on=next((moment.on for moment in made.moments if moment.done >= place), None),
        )
        for place, title in enumerate(made.spec.steps, start=1)
    ]


def _evidence(loading: Loading, facts: Sequence[Fact], **backed: Objective | KeyResult) -> list[Evidence]:
    rows = []
    for place, fact in enumerate(facts, start=1):
        evidence = Evidence(
            kind=fact.kind,
            title=loading.told(fact.title),
            figure=loading.told(fact.figure),
            source=loading.told(fact.source),
            note=loading.told(fact.note),
            position=place,
            **backed,
        )
        attach(evidence, fact, loading)
        rows.append(evidence)
    return rows
