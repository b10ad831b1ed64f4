from planning.models.decision import Ballot, Decision, Discussion, KeptApart, Opinion, Outcome
from planning.models.planning import Planning, Slot, Voter
from planning.models.refinement import Acceptance, LeftBehind, Presented

__all__ = [
    "Acceptance",
    "Ballot",
    "Decision",
    "Discussion",
    "KeptApart",
    "LeftBehind",
    "Opinion",
    "Outcome",
    "Planning",
    "Presented",
    "Slot",
    "Voter",
]
