"""The workshops that somebody is expected in, for their first page (okr.calls)."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from okr.calls import MOST, Call, Calls, register
from okr.readings import Clock
from orgs.models import Membership
from orgs.moments import spelled
from workshops.models import Participant, Workshop
from workshops.pages.windows import OVER, window_of

WEEK = 7  # days
AHEAD = dt.timedelta(days=WEEK)
LONGEST = dt.timedelta(hours=8)  # as the form lets one plan it
FORGOTTEN = dt.timedelta(days=14)  # one that nobody closed calls nobody any more
LOOKED_AT = 12


def register_calls() -> None:
    register(calls)


def calls(member: Membership, clock: Clock) -> Calls:
    """Those that run, and of the next days; in which the member takes part, or which they lead. One query."""
    now = timezone.now()
    mine = Participant.objects.filter(workshop=OuterRef("pk"), membership=member, removed_at=None)
    led = Q(facilitator=member) | Q(co_facilitator=member)
    lately = Q(starts_at__gt=now - FORGOTTEN) | Q(phase__closes_at__gt=now)
    runs = Q(state=Workshop.State.RUNNING) & lately
    soon = Q(state=Workshop.State.PLANNED, starts_at__lt=now + AHEAD, starts_at__gt=now - LONGEST)
    rows = Workshop.objects.filter(runs | soon, Exists(mine) | led, is_practice=False)
    rows = rows.select_related("phase", "facilitator__user").order_by("-state", "starts_at", "pk")
    found = [one for one in rows[:LOOKED_AT] if one.state == Workshop.State.RUNNING or _ends(one) > now]
    more = reverse("workshops", args=[clock.org.slug]) if len(found) > MOST else ""
    return Calls(_("Workshops"), "sticky-note", [_call(one, clock, now) for one in found[:MOST]], more)


def _ends(workshop: Workshop) -> dt.datetime:
    ends: dt.datetime = workshop.starts_at + dt.timedelta(minutes=workshop.minutes)
    return ends


def _call(workshop: Workshop, clock: Clock, now: dt.datetime) -> Call:
    starts, today = timezone.localtime(workshop.starts_at), timezone.localdate(now)
    runs = workshop.state == Workshop.State.RUNNING
    window = window_of(workshop.phase, now) if runs else None
    meets = not runs or (window is not None and window.state == OVER and workshop.starts_at > now)
    lead = _("led by %(name)s") % {"name": workshop.facilitator.name}
    return Call(
        when=_when(starts, today) if meets else str(window or pgettext("workshops", "Running now")),
        title=workshop.title,
        url=reverse("workshop", args=[clock.org.slug, workshop.code]),
        detail=" · ".join([workshop.phase.label, lead] if runs and workshop.phase else [lead]),
        is_now=runs and (window is None or window.takes),
        join_url=reverse("workshop_door", args=[workshop.code]) if runs or starts.date() == today else "",
    )


def _when(starts: dt.datetime, today: dt.date) -> str:
    """ "Today 10:00", "Thursday 10:00"; in a week, when it would be today's name again, with the date."""
    days = (starts.date() - today).days
    named = {0: _("Today"), 1: _("Tomorrow")}.get(days)
    day = named or spelled(starts.date(), "EEEE" if days < WEEK else "EEEE d MMMM")
    return f"{day[:1].upper()}{day[1:]} {starts:%H:%M}"
