"""Telling the invited by mail when a workshop is, with a file for their calendar: as it is planned, moved or called off, as
somebody is added or taken out, and when any of that is undone; and as a phase opens in which they take part on their own time.

What each person was last told is read from the outbox: whatever the act was, they hear what has changed for them, once.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models.functions import Lower
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orgs import outbox
from orgs.models import Membership, OutboxMail
from orgs.moments import spelled
from workshops.actions.sending import readers
from workshops.documents.calendar import CANCEL, REQUEST, entry
from workshops.models import Phase, Workshop
from workshops.qr import join_link

KIND = "workshop"  # in the outbox
OPEN_KIND = "workshop_open"
OFF = "off"  # in place of what somebody was told, once they were told that it is off


def tell_invited(workshop: Workshop) -> None:
    """Mail whoever has to hear of it. Call it in the transaction of the change, with the workshop as it is now."""
    if workshop.is_practice:
        return  # whoever tries one out is there already
    windows = [phase for phase in workshop.phases.all() if phase.is_long]
    if workshop.state == Workshop.State.CLOSED or _ends(workshop, windows) <= timezone.now():
        return
    is_off = workshop.state == Workshop.State.CANCELLED
    invited = {} if is_off else {member.user.email.lower(): member for member in readers(workshop)}
    told = _told(workshop)
    others = _members_with(set(told) - set(invited))
    details = _details(workshop, windows)
    for email, member in {**others, **invited}.items():
        wanted = details if email in invited else OFF
        last = _last(workshop, email, told.get(email, []), wanted)
        if last != wanted and not (wanted == OFF and last is None):
            _mail(workshop, member, wanted, windows, is_new=last in (None, OFF))


def _details(workshop: Workshop, windows: Sequence[Phase]) -> str:
    """Names what an invitation says of when, where and what."""
    said = [workshop.title, workshop.starts_at.astimezone(dt.UTC).isoformat(), str(workshop.minutes), workshop.place]
    for phase in windows:
        said += [phase.title or phase.kind, *(at.astimezone(dt.UTC).isoformat() for at in _window(phase))]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def _ends(workshop: Workshop, windows: Sequence[Phase]) -> dt.datetime:
    """By the plan; where people take part on their own time, with the last of it."""
    ends: dt.datetime = workshop.starts_at + dt.timedelta(minutes=workshop.minutes)
    return max([ends, *(_window(phase)[1] for phase in windows)])


def _window(phase: Phase) -> tuple[dt.datetime, dt.datetime]:
    assert phase.opens_at is not None and phase.closes_at is not None  # noqa: PT018 - phase_window_runs_forward
    return phase.opens_at, phase.closes_at


def _told(workshop: Workshop) -> dict[str, list[str]]:
    """By address, the periods of the mails about this workshop, the newest first."""
    told: dict[str, list[str]] = defaultdict(list)
    mails = OutboxMail.objects.filter(kind=KIND, period__startswith=f"{workshop.code}:").order_by("-pk")
    for recipient, period in mails.values_list("recipient", "period"):
        told[recipient].append(period)
    return told


def _members_with(emails: set[str]) -> dict[str, Membership]:
    """Those of them who are still here."""
    if not emails:
        return {}
    found = Membership.objects.active().select_related("user", "org").annotate(low=Lower("user__email"))
    return {member.low: member for member in found.filter(low__in=emails)}


def _last(workshop: Workshop, email: str, periods: list[str], wanted: str) -> str | None:
    """What they were told last. A mail that waits and says otherwise is taken back first."""
    for period in periods:
        said = period.rpartition(":")[2]
        if said == wanted or not outbox.withdraw(email, KIND, period):
            return said
    return None


def _mail(workshop: Workshop, member: Membership, said: str, windows: Sequence[Phase], *, is_new: bool) -> None:
    method = CANCEL if said == OFF else REQUEST
    page = reverse("workshop", args=[member.org.slug, workshop.code])
    with translation.override(member.user.language or member.org.language):
        context: dict[str, Any] = {
            "title": workshop.title,
            "org": member.org,
            "when": _when(workshop, member),
            "minutes": workshop.minutes,
            "place": workshop.place,
            "lead": workshop.facilitator.name,
            "windows": [_open_when(phase, member) for phase in windows],
            "link": f"{join_link(workshop.code)}?account",  # to the sign-in first: a guest gets no mail
            "page": f"{settings.BASE_URL}{page}",
            "is_off": method == CANCEL,
            "is_called_off": workshop.state == Workshop.State.CANCELLED,
            "is_new": is_new,
        }
        if method == CANCEL and context["is_called_off"]:
            subject = _("Called off: %(title)s, %(when)s") % context
        elif method == CANCEL:
            subject = _("No longer invited: %(title)s, %(when)s") % context
        elif is_new:
            subject = _("Workshop: %(title)s, %(when)s") % context
        else:
            subject = _("Changed: %(title)s, %(when)s") % context
        text = render_to_string("workshops/email/invitation.txt", context)
        lines = [] if method == CANCEL else [_("Join here: %(link)s") % context, *context["windows"]]
    calendar = outbox.File(
        "workshop.ics",
        f"text/calendar; method={method}",
        text=entry(workshop, method, member.user.email, "\n".join(lines)),
    )
    period = f"{workshop.code}:{workshop.revision}:{said}"
    outbox.post(member.user.email, KIND, period, subject, text, files=[calendar])


def _when(workshop: Workshop, member: Membership) -> str:
    """ "Tuesday 26 May 2026, 14:00 – 16:00 (Europe/Paris)", where the person is."""
    zone = _zone(member)
    begins = timezone.localtime(workshop.starts_at, zone)
    ends = begins + dt.timedelta(minutes=workshop.minutes)
    day = spelled(begins.date())
    return f"{day}, {begins:%H:%M} – {timezone.localtime(ends, zone):%H:%M} ({zone.key})"


def _open_when(phase: Phase, member: Membership) -> str:
    """ "Private brainstorm: Monday 18 May, 09:00 – Thursday 21 May, 18:00", where the person is."""
    opens, closes = (timezone.localtime(at, _zone(member)) for at in _window(phase))
    days = [f"{spelled(at.date(), 'EEEE d MMMM')}, {at:%H:%M}" for at in (opens, closes)]
    return _("%(phase)s: %(when)s") % {"phase": phase.label, "when": " – ".join(days)}


def _zone(member: Membership) -> ZoneInfo:
    zone: ZoneInfo = ZoneInfo(member.user.time_zone) if member.user.time_zone else member.org.zone
    return zone


# ── What is open now ─────────────────────────────────────────────────────────


def tell_open(workshop: Workshop, now: dt.datetime) -> None:
    """Mail who is invited that the current phase is open, where they take part on their own time. Once for each window: call
    it whenever it may have opened, in the transaction that opens it."""
    phase = workshop.phase
    if phase is None or not phase.is_long or workshop.is_practice:
        return
    opens, closes = _window(phase)
    if not opens <= now < closes:
        return
    for member in readers(workshop):
        page = reverse("workshop", args=[member.org.slug, workshop.code])
        with translation.override(member.user.language or member.org.language):
            until = timezone.localtime(closes, _zone(member))
            day = spelled(until.date(), "EEEE d MMMM")
            context = {
                "title": workshop.title,
                "org": member.org,
                "phase": phase.label,
                "question": phase.question,
                "until": f"{day}, {until:%H:%M} ({_zone(member).key})",
                "link": f"{join_link(workshop.code)}?account",
                "page": f"{settings.BASE_URL}{page}",
            }
            subject = _("Open until %(until)s: %(title)s") % context
            text = render_to_string("workshops/email/open.txt", context)
        period = f"{workshop.code}:open:{phase.pk}:{opens:%Y%m%dT%H%M}"
        outbox.post(member.user.email, OPEN_KIND, period, subject, text)
