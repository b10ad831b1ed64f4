"""Telling a committee by mail when it meets, with a file for their calendar; and sending the minutes.

Each meeting keeps what its committee was last told, and who was: whatever changed it (the series, somebody, undo, a new
seat), everybody hears what is new for them, once, in one mail an act.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs import outbox
from orgs.calendar_files import CANCEL, PUBLISH, REQUEST, Entry, calendar_file
from orgs.models import Absence, Membership
from orgs.moments import spelled
from reviews.about import code_of
from reviews.models import Meeting, MeetingSeries

KIND, MINUTES_KIND = "meeting", "meeting_minutes"  # in the outbox
NEW, CHANGED, OFF = "new", "changed", "off"
SHOWN = 20


def committee_of(series: MeetingSeries) -> list[Membership]:
    """Who sits on it, and who leads the series."""
    members = Membership.objects.active().select_related("user", "org")
    seats = series.committee.seats.values("membership")
    found = list(members.filter(pk__in=seats))
    if series.lead_id is not None and series.lead_id not in {one.pk for one in found}:
        found += members.filter(pk=series.lead_id)
    return found


def tell(series: MeetingSeries, meetings: Iterable[Meeting]) -> None:
    """Mail whoever has to hear of meetings to come. Call it in the transaction of the change, with them as they are now.

    Who is away on that day is not invited; should they be there after all, the hourly job does. Who was told stays told.
    """
    now = timezone.now()
    coming = [one for one in meetings if one.starts_at > now and one.state in (_PLANNED, _CANCELLED)]
    if not coming:
        return
    invited = {one.pk: one for one in committee_of(series)}
    away = _away_at(coming, invited)
    news: defaultdict[int, list[tuple[Meeting, str]]] = defaultdict(list)
    for meeting in coming:
        is_off = _is_off(meeting, series)
        told, said = set(meeting.told_to), "" if is_off else _digest(meeting)
        reached = set() if is_off else set(invited) - (away[meeting.pk] - told)
        for pk in sorted(told | reached):
            if pk not in reached:
                news[pk].append((meeting, OFF))
            elif pk not in told:
                news[pk].append((meeting, NEW))
            elif said != meeting.told:
                news[pk].append((meeting, CHANGED))
        if (meeting.told, meeting.told_to) != (said, sorted(reached)):
            meeting.told, meeting.told_to = said, sorted(reached)
            Meeting.objects.filter(pk=meeting.pk).update(told=meeting.told, told_to=meeting.told_to)
    gone = set(news) - set(invited)
    if gone:
        rows = Membership.objects.active().select_related("user", "org").filter(pk__in=gone)
        invited |= {one.pk: one for one in rows}
    for pk, heard in news.items():
        if pk in invited:
            _mail(series, invited[pk], heard)


def _away_at(meetings: Sequence[Meeting], people: Mapping[int, Membership]) -> dict[int, set[int]]:
    """By meeting, which of the people are away on its day. One query."""
    if not people:
        return {meeting.pk: set() for meeting in meetings}
    zone = next(iter(people.values())).org.zone
    days = {meeting.pk: meeting.starts_at.astimezone(zone).date() for meeting in meetings}
    rows = Absence.objects.live().filter(
        member__in=people, starts_on__lte=max(days.values()), ends_on__gte=min(days.values())
    )
    spans = list(rows.values_list("member", "starts_on", "ends_on"))
    return {pk: {who for who, first, last in spans if first <= day <= last} for pk, day in days.items()}


_PLANNED, _CANCELLED = Meeting.State.PLANNED, Meeting.State.CANCELLED


def _is_off(meeting: Meeting, series: MeetingSeries) -> bool:
    gone = meeting.archived_at is not None or series.archived_at is not None
    return gone or meeting.state == Meeting.State.CANCELLED


def _digest(meeting: Meeting) -> str:
    """Names what an invitation says of when and where."""
    said = [str(meeting), meeting.starts_at.astimezone(dt.UTC).isoformat(), str(meeting.minutes), meeting.place]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def _mail(series: MeetingSeries, member: Membership, heard: Sequence[tuple[Meeting, str]]) -> None:
    ways = {way for _meeting, way in heard}
    way = ways.pop() if len(ways) == 1 else CHANGED
    with translation.override(member.user.language or member.org.language):
        lines = [_line(meeting, said, member) for meeting, said in sorted(heard, key=lambda pair: pair[0].starts_at)]
        named: dict[str, Any] = {"title": series.title, "n": len(heard), "when": lines[0]["when"]}
        context = named | {
            "org": member.org,
            "lines": lines[:SHOWN],
            "way": way,
            "is_one": len(heard) == 1,
            "page": f"{settings.BASE_URL}{reverse('meetings', args=[member.org.slug])}",
        }
        if len(heard) > 1:
            subject = ngettext("%(title)s: %(n)s date", "%(title)s: %(n)s dates", len(heard)) % named
        elif way == OFF:
            subject = _("Called off: %(title)s, %(when)s") % named
        elif way == NEW:
            subject = _("Meeting: %(title)s, %(when)s") % named
        else:
            subject = _("Changed: %(title)s, %(when)s") % named
        text = render_to_string("reviews/email/meeting.txt", context)
    method = PUBLISH if len(heard) > 1 else CANCEL if way == OFF else REQUEST
    entries = [_entry(meeting, said, member) for meeting, said in heard]
    file = outbox.File(
        "meeting.ics",
        f"text/calendar; method={method}",
        text=calendar_file("Meetings", method, member.user.email, entries),
    )
    said = "\n".join(f"{meeting.pk}:{meeting.revision}:{one}" for meeting, one in heard)
    stamp = f"{timezone.now():%Y%m%dT%H%M%S%f}"
    period = f"{series.pk}:{hashlib.sha256(said.encode()).hexdigest()[:12]}:{stamp}"
    outbox.post(member.user.email, KIND, period, subject, text, files=[file])


def _line(meeting: Meeting, way: str, member: Membership) -> dict[str, str]:
    words = {NEW: "", CHANGED: _("new date or place"), OFF: _("called off")}
    return {"when": when_for(meeting, member), "place": meeting.place, "way": words[way], "reason": meeting.reason}


def _entry(meeting: Meeting, way: str, member: Membership) -> Entry:
    page = f"{settings.BASE_URL}{reverse('meeting', args=[member.org.slug, meeting.pk])}"
    return Entry(
        uid=f"meeting-{member.org.slug}-{meeting.pk}",
        sequence=meeting.revision,
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
        summary=str(meeting),
        description="",
        location=meeting.place or page,
        url=page,
        is_off=way == OFF,
    )


def when_for(meeting: Meeting, member: Membership) -> str:
    """ "Tuesday 26 May 2026, 14:00 – 16:00 (Europe/Paris)", where the person is."""
    zone: ZoneInfo = ZoneInfo(member.user.time_zone) if member.user.time_zone else member.org.zone
    begins, ends = (timezone.localtime(at, zone) for at in (meeting.starts_at, meeting.ends_at))
    day = spelled(begins.date())
    return f"{day}, {begins:%H:%M} – {ends:%H:%M} ({zone.key})"


def send_minutes(meeting: Meeting) -> int:
    """To the committee; in the transaction that ends the meeting. To how many."""
    people = committee_of(meeting.series)
    rows = meeting.decisions.filter(archived_at=None).select_related("objective__tribe", "key_result__objective__tribe")
    decisions = [(one.text, code_of(one.key_result or one.objective)) for one in rows]
    actions = list(meeting.actions.filter(archived_at=None).select_related("owner__user"))
    present = list(meeting.presences.filter(archived_at=None).select_related("member__user"))
    for member in people:
        with translation.override(member.user.language or member.org.language):
            when = when_for(meeting, member)
            context = {
                "title": str(meeting),
                "when": when,
                "present": ", ".join(one.member.name for one in present),
                "decisions": decisions,
                "actions": [(one, spelled(one.due_on, "d MMMM")) for one in actions],
                "org": member.org,
                "page": f"{settings.BASE_URL}{reverse('meeting_minutes', args=[member.org.slug, meeting.pk])}",
            }
            subject = _("Minutes: %(title)s, %(when)s") % {"title": str(meeting), "when": when}
            text = render_to_string("reviews/email/meeting_minutes.txt", context)
        period = f"{meeting.pk}:{meeting.ended_at:%Y%m%dT%H%M%S%f}"
        outbox.post(member.user.email, MINUTES_KIND, period, subject, text)
    return len(people)
