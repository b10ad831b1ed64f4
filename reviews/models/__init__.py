from reviews.models.note import RetroNote
from reviews.models.verdict import Verdict

__all__ = ["RetroNote", "Verdict"]
