"""What must be filled in before publication: the structural gaps."""

from okr.coach.statement import Facts, Level, Rule
from okr.scoring import Direction, Fault, Metric, check_metric

_OF_FAULT = {
    (Fault.MISSING, "start"): Rule.STRUCT_START,
    (Fault.MISSING, "target"): Rule.STRUCT_TARGET,
    (Fault.MISSING, "low"): Rule.STRUCT_BAND,
    (Fault.MISSING, "high"): Rule.STRUCT_BAND,
    (Fault.NOT_FINITE, "start"): Rule.STRUCT_START,
    (Fault.NOT_FINITE, "target"): Rule.STRUCT_TARGET,
    (Fault.NOT_FINITE, "low"): Rule.STRUCT_BAND,
    (Fault.NOT_FINITE, "high"): Rule.STRUCT_BAND,
    (Fault.START_EQUALS_TARGET, "target"): Rule.STRUCT_START_EQUALS_TARGET,
    (Fault.DIRECTION_DISAGREES, "direction"): Rule.STRUCT_DIRECTION_DISAGREES,
    (Fault.BAND_INVERTED, "high"): Rule.STRUCT_BAND_INVERTED,
}


def structural_gaps(level: Level, facts: Facts) -> list[Rule]:
    gaps = [] if level is Level.OBJECTIVE else _gaps_of_key_result(facts)
    if level is Level.OBJECTIVE and not facts.has_period:
        gaps.append(Rule.STRUCT_PERIOD)
    if not facts.owner:
        gaps.append(Rule.STRUCT_OWNER)
    return gaps


def _gaps_of_key_result(facts: Facts) -> list[Rule]:
    gaps = [] if facts.metric.strip() else [Rule.STRUCT_METRIC]
    if not facts.unit.strip():
        gaps.append(Rule.STRUCT_UNIT)
    if facts.direction is None:
        return [*gaps, Rule.STRUCT_DIRECTION]
    if facts.direction is Direction.DONE:
        return gaps
    metric = Metric(facts.direction, facts.start, facts.target, facts.low, facts.high)
    for problem in check_metric(metric):
        rule = _OF_FAULT.get((problem.code, problem.field))
        measured_first = rule is Rule.STRUCT_START and facts.baseline_due_on is not None
        if rule is not None and rule not in gaps and not measured_first:
            gaps.append(rule)
    return gaps
