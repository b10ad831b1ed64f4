from okr.models.check_in import CheckIn
from okr.models.coach import CoachDismissal, CoachWord
from okr.models.comment import Comment, Mention
from okr.models.follow import Follow
from okr.models.initiative import Initiative, InitiativeDependency, InitiativeKeyResult
from okr.models.key_result import KeyResult, Step, StepTarget
from okr.models.objective import Contribution, Objective
from okr.models.period import PeriodState, Quarter, Year, current_quarter
from okr.models.rationale import BusinessCase, Evidence
from okr.models.untold import Untold

__all__ = [
    "BusinessCase",
    "CheckIn",
    "CoachDismissal",
    "CoachWord",
    "Comment",
    "Contribution",
    "Evidence",
    "Follow",
    "Initiative",
    "InitiativeDependency",
    "InitiativeKeyResult",
    "KeyResult",
    "Mention",
    "Objective",
    "PeriodState",
    "Quarter",
    "Step",
    "StepTarget",
    "Untold",
    "Year",
    "current_quarter",
]
