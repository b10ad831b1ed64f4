"""What each rule says, in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from okr.coach.statement import Rule

MESSAGES: dict[Rule, str | Promise] = {
    Rule.OBJ_HAS_FIGURE: _("This objective names a figure or a date: leave those to its key results."),
    Rule.OBJ_OUTPUT_VERB: _("This objective names something to deliver, not what it changes for somebody."),
    Rule.OBJ_BARE_METRIC: _("This objective moves a metric without saying why that matters."),
    Rule.OBJ_LENGTH: _(
        "An objective is a sentence of 4 to 18 words: enough to mean something, few enough to remember."
    ),
    Rule.OBJ_TWO_IDEAS: _("This objective holds two ideas: nobody will know which one counts."),
    Rule.OBJ_MAINTAIN: _("This objective keeps things as they are instead of leading somewhere."),
    Rule.OBJ_NO_AUDIENCE: _("This objective does not say for whom, or where."),
    Rule.KR_OUTPUT: _("This key result names an output, not an outcome: it can ship and change nothing."),
    Rule.KR_ACTIVITY_VERB: _("This key result names an activity: it can be done without any effect."),
    Rule.KR_ACTIVITY_NOUN: _("This key result counts an activity, and does not say what comes of it."),
    Rule.KR_RELATIVE_TARGET: _("This target is relative: without the figure it starts from, nobody can check it."),
    Rule.KR_VAGUE: _("This key result is vague: no metric says how one will see it."),
    Rule.KR_NO_FIGURE: _("This key result has no figure: nobody will be able to say whether it is reached."),
    Rule.KR_NO_SOURCE: _("This key result does not say where its figures come from."),
    Rule.STRUCT_PERIOD: _("The objective has no year or quarter yet."),
    Rule.STRUCT_OWNER: _("Nobody owns it yet."),
    Rule.STRUCT_METRIC: _("The metric is missing: what exactly is measured, and on what."),
    Rule.STRUCT_UNIT: _("The unit is missing."),
    Rule.STRUCT_DIRECTION: _("The direction is missing: up, down, keep within, or done."),
    Rule.STRUCT_START: _("The start is missing: the value today, or the date by which it will be measured."),
    Rule.STRUCT_TARGET: _("The target is missing."),
    Rule.STRUCT_START_EQUALS_TARGET: _("The target equals the start: nothing would have to move."),
    Rule.STRUCT_DIRECTION_DISAGREES: _("The target lies on the other side of the start than the direction says."),
    Rule.STRUCT_BAND: _("The band is missing: the lowest and the highest value to stay within."),
    Rule.STRUCT_BAND_INVERTED: _("The lowest value of the band must be below its highest."),
    Rule.STRUCT_KEY_RESULTS: _("“%(objective)s” has %(count)s key results: an objective is published with 2 to 5."),
    Rule.SET_ONE_KEY_RESULT: _(
        "“%(objective)s” has a single key result: one figure alone is easily reached the wrong way."
    ),
    Rule.SET_TOO_MANY_OBJECTIVES: _(
        "%(count)s objectives in one quarter: with more than %(limit)s, none of them is a priority."
    ),
    Rule.SET_SANDBAGGING: _(
        "Confidence is %(mean)s of 10 on average: these targets look reached before the quarter begins."
    ),
    Rule.SET_WISHFUL: _("Confidence is %(mean)s of 10 on average: nobody seems to believe in these targets."),
    Rule.SET_SAME_METRIC: _("%(tribe)s measures the same: “%(metric)s”. Agree on who moves it."),
}


def message_of(rule: Rule, **values: object) -> str:
    text = str(MESSAGES[rule])
    return text % values if values else text
