"""What is told of the simulated people of a workshop for practice."""

import datetime as dt

from workshops.access import may_play
from workshops.models import Workshop


def playing(workshop: Workshop, now: dt.datetime, *, is_alone: bool) -> str:
    """ "here", "coming", "failed" (they did not get in), "cut off" (they come back by themselves) or "gone"; "" where there
    are none to come. `is_alone`: no guest is here."""
    is_ahead = workshop.state in (Workshop.State.PLANNED, Workshop.State.RUNNING)
    if not (workshop.is_practice and is_ahead and may_play()):
        return ""
    if workshop.play_failed:
        return "failed"
    if not is_alone:
        return ""
    if workshop.played_until is None:
        return "gone"
    return "" if workshop.state == Workshop.State.PLANNED and workshop.played_until > now else "cut off"
