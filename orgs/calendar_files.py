"""Entries for somebody's calendar (RFC 5545, 5546): mail programs put them there, move them and take them away.

A UID stays, SEQUENCE rises with each change. Times are in UTC: the same moment everywhere.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


@dataclass(frozen=True, slots=True)
class Entry:
    uid: str  # without the host
    sequence: int
    starts_at: dt.datetime
    minutes: int
    summary: str
    description: str
    location: str
    url: str
    is_off: bool = False


def calendar_file(name: str, method: str, attendee: str, entries: Sequence[Entry]) -> str:
    """The file for one person, whose address is nobody else's to read. `name` is the part of the product that it comes
    from. REQUEST and CANCEL take one entry (RFC 5546, 3.2.2); several go as PUBLISH, which names nobody."""
    from icalendar import Calendar, Event, vCalAddress

    assert method == PUBLISH or len(entries) == 1, method
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["CN"] = "Polaris"
    calendar = Calendar()
    calendar.add("prodid", f"-//Polaris//{name}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for one in entries:
        event = Event()
        starts = one.starts_at.astimezone(dt.UTC)
        event.add("uid", f"{one.uid}@{urlsplit(settings.BASE_URL).hostname}")
        event.add("sequence", one.sequence)
        event.add("dtstamp", timezone.now().astimezone(dt.UTC))
        event.add("dtstart", starts)
        event.add("dtend", starts + dt.timedelta(minutes=one.minutes))
        event.add("summary", one.summary)
        if one.description:
            event.add("description", one.description)
        event.add("location", one.location)
        event.add("url", one.url)
        event.add("status", "CANCELLED" if one.is_off else "CONFIRMED")
        event.add("organizer", organizer)
        if method != PUBLISH:
            guest = vCalAddress(f"mailto:{attendee}")
            guest.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"})
            event.add("attendee", guest)
        calendar.add_component(event)
    return str(calendar.to_ical().decode())
