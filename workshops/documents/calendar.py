"""A workshop as an entry in somebody's calendar: its UID stays, its SEQUENCE is the plan's revision."""

from orgs.calendar_files import CANCEL, REQUEST, Entry, calendar_file
from workshops.models import Workshop
from workshops.qr import join_link

__all__ = ["CANCEL", "REQUEST", "entry"]


def entry(workshop: Workshop, method: str, attendee: str, description: str) -> str:
    """The file for one person. `method` is REQUEST or CANCEL."""
    link = join_link(workshop.code)
    one = Entry(
        uid=f"workshop-{workshop.code}",
        sequence=workshop.revision,
        starts_at=workshop.starts_at,
        minutes=workshop.minutes,
        summary=workshop.title,
        description=description,
        location=workshop.place or link,
        url=link,
        is_off=method == CANCEL,
    )
    return calendar_file("Workshops", method, attendee, [one])
