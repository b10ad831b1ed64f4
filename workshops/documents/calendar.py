"""A workshop as an entry in somebody's calendar (RFC 5545, 5546): mail programs put it there, move it and take it away.

The UID stays; SEQUENCE is the plan's revision, which each change raises. Times are in UTC: the same moment everywhere.
"""

import datetime as dt
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from workshops.models import Workshop
from workshops.qr import join_link

REQUEST, CANCEL = "REQUEST", "CANCEL"


def entry(workshop: Workshop, method: str, attendee: str, description: str) -> str:
    """The file for one person, whose address is nobody else's to read. `method` is REQUEST or CANCEL."""
    from icalendar import Calendar, Event, vCalAddress

    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["CN"] = "Polaris"
    guest = vCalAddress(f"mailto:{attendee}")
    guest.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"})
    starts = workshop.starts_at.astimezone(dt.UTC)
    link = join_link(workshop.code)

    event = Event()
    event.add("uid", f"workshop-{workshop.code}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("sequence", workshop.revision)
    event.add("dtstamp", timezone.now().astimezone(dt.UTC))
    event.add("dtstart", starts)
    event.add("dtend", starts + dt.timedelta(minutes=workshop.minutes))
    event.add("summary", workshop.title)
    if description:
        event.add("description", description)
    event.add("location", workshop.place or link)
    event.add("url", link)
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("organizer", organizer)
    event.add("attendee", guest)

    calendar = Calendar()
    calendar.add("prodid", "-//Polaris//Workshops//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return calendar.to_ical().decode()
