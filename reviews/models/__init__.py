from reviews.models.meeting import Meeting
from reviews.models.meeting_said import MeetingAction, MeetingDecision, MeetingPoint, MeetingPresence
from reviews.models.meeting_series import MeetingSeries
from reviews.models.note import RetroNote
from reviews.models.verdict import Verdict

__all__ = [
    "Meeting",
    "MeetingAction",
    "MeetingDecision",
    "MeetingPoint",
    "MeetingPresence",
    "MeetingSeries",
    "RetroNote",
    "Verdict",
]
