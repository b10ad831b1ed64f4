"""Telling the invited by mail when a workshop is, with a file for their calendar: as it is planned, moved or called off, as
somebody is added or taken out, and when any of that is undone.

What each person was last told is read from the outbox: whatever the act was, they hear what has changed for them, once.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.conf import settings
from django.db.models.functions import Lower
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orgs import outbox
from orgs.models import Membership, OutboxMail
from workshops.actions.sending import readers
from workshops.documents.calendar import CANCEL, REQUEST, entry
from workshops.models import Workshop
from workshops.qr import join_link

KIND = "workshop"  # in the outbox
OFF = "off"  # in place of what somebody was told, once they were told that it is off


def tell_invited(workshop: Workshop) -> None:
    """Mail whoever has to hear of it. Call it in the transaction of the change, with the workshop as it is now."""
    if workshop.is_practice:
        return  # whoever tries one out is there already
    if workshop.state == Workshop.State.CLOSED or _ends(workshop) <= timezone.now():
        return
    is_off = workshop.state == Workshop.State.CANCELLED
    invited = {} if is_off else {member.user.email.lower(): member for member in readers(workshop)}
    told = _told(workshop)
    others = _members_with(set(told) - set(invited))
    details = _details(workshop)
    for email, member in {**others, **invited}.items():
        wanted = details if email in invited else OFF
        last = _last(workshop, email, told.get(email, []), wanted)
        if last != wanted and not (wanted == OFF and last is None):
            _mail(workshop, member, wanted, is_new=last in (None, OFF))


def _details(workshop: Workshop) -> str:
    """Names what an invitation says of when, where and what."""
    said = [workshop.title, workshop.starts_at.astimezone(dt.UTC).isoformat(), str(workshop.minutes), workshop.place]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def _ends(workshop: Workshop) -> dt.datetime:
    """By the plan; where people take part on their own time, with the last of it."""
    ends: dt.datetime = workshop.starts_at + dt.timedelta(minutes=workshop.minutes)
    closing = [phase.closes_at for phase in workshop.phases.all() if phase.closes_at is not None]
    return max([ends, *closing])


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


def _mail(workshop: Workshop, member: Membership, said: str, *, is_new: bool) -> None:
    method = CANCEL if said == OFF else REQUEST
    page = reverse("workshop", args=[member.org.slug, workshop.code])
    with translation.override(member.user.language or member.org.language):
        context = {
            "title": workshop.title,
            "org": member.org,
            "when": _when(workshop, member),
            "minutes": workshop.minutes,
            "place": workshop.place,
            "lead": workshop.facilitator.name,
            "link": join_link(workshop.code),
            "page": f"{settings.BASE_URL}{page}",
            "is_off": method == CANCEL,
            "is_new": is_new,
        }
        if method == CANCEL:
            subject = _("Called off: %(title)s, %(when)s") % context
        elif is_new:
            subject = _("Workshop: %(title)s, %(when)s") % context
        else:
            subject = _("Changed: %(title)s, %(when)s") % context
        text = render_to_string("workshops/email/invitation.txt", context)
        description = "" if method == CANCEL else _("Join here: %(link)s") % context
    calendar = outbox.File(
        "workshop.ics",
        f"text/calendar; method={method}",
        text=entry(workshop, method, member.user.email, description),
    )
    period = f"{workshop.code}:{workshop.revision}:{said}"
    outbox.post(member.user.email, KIND, period, subject, text, files=[calendar])


def _when(workshop: Workshop, member: Membership) -> str:
    """ "Tuesday 26 May 2026, 14:00 – 16:00 (Europe/Paris)", where the person is."""
    zone = ZoneInfo(member.user.time_zone) if member.user.time_zone else member.org.zone
    begins = timezone.localtime(workshop.starts_at, zone)
    ends = begins + dt.timedelta(minutes=workshop.minutes)
    day = format_date(begins.date(), "EEEE d MMMM y", locale=(translation.get_language() or "en")[:2])
    return f"{day}, {begins:%H:%M} – {timezone.localtime(ends, zone):%H:%M} ({zone.key})"
