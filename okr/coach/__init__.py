"""The wording coach: advice on the sentences of objectives and key results, in French and English (docs/coach.md).

Pure: no database, no request. Messages come in the reader's language through gettext; suggestions are in the text's own.
Findings are advice; only those of rules named STRUCT_… stand in the way of publication. False alarms cost more than
misses: people stop reading a coach that cries wolf.
"""

from okr.coach.judging import judge, language_to_judge_in
from okr.coach.language import detect_language
from okr.coach.sets import (
    OBJECTIVE_LIMIT,
    DraftKeyResult,
    DraftObjective,
    DraftSet,
    SetFinding,
    judge_set,
)
from okr.coach.statement import Facts, Finding, Level, Rule, Statement
from okr.coach.words import OWN_KINDS, Words

__all__ = [
    "OBJECTIVE_LIMIT",
    "OWN_KINDS",
    "DraftKeyResult",
    "DraftObjective",
    "DraftSet",
    "Facts",
    "Finding",
    "Level",
    "Rule",
    "SetFinding",
    "Statement",
    "Words",
    "detect_language",
    "judge",
    "judge_set",
    "language_to_judge_in",
]
