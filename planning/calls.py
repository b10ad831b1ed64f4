"""What a planning expects of somebody now or soon, for their first page (okr.calls)."""

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from okr.calls import Call, Calls, register
from okr.models import KeyResult
from okr.readings import Clock
from orgs.models import Membership
from orgs.permissions import Permission, can
from planning.actions.preparing import opinions_open
from planning.models import Planning, Voter
from planning.pages.words import address, day_and_time, day_of

Stage = KeyResult.Stage
AHEAD = dt.timedelta(weeks=4)  # before that, a meeting asks nobody for anything


def register_calls() -> None:
    register(calls)


def calls(member: Membership, clock: Clock) -> Calls:
    """Of each planning that goes on, the one thing that it expects of the member, if any. One query."""
    now = timezone.now()
    here = KeyResult.objects.live().filter(objective__quarter=OuterRef("quarter"))
    mine = here.filter(objective__tribe__lead=member, objective__tribe__archived_at=None)
    rows = (
        Planning.objects.with_quarter()
        .exclude(state=Planning.State.PUBLISHED)
        .filter(Q(meets_at=None) | Q(meets_at__lt=now + AHEAD) | ~Q(state=Planning.State.PREPARING))
        .annotate(
            votes=Exists(Voter.objects.filter(planning=OuterRef("pk"), membership=member)),
            proposed=Exists(here.filter(stage=Stage.PROPOSED)),
            drafts=_count(mine.filter(stage=Stage.DRAFT)),
            kept=_count(mine.filter(stage=Stage.KEPT)),
        )
        .order_by("quarter__starts_on")
    )
    found = [_call(row, member, clock, now) for row in rows]
    return Calls(_("Quarter planning"), "list-checks", [call for call in found if call is not None])


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("org_id").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _call(planning: Any, member: Membership, clock: Clock, now: dt.datetime) -> Call | None:
    votes = planning.votes or planning.chair_id == member.pk
    if planning.state == Planning.State.OPEN:
        return _in_session(planning, clock) if votes or can(member, Permission.LEAD_PLANNING) else None
    if planning.state == Planning.State.REFINING:
        refines = planning.kept or can(member, Permission.ACCEPT_AS_CPO)
        return _refining(planning, clock) if refines else None
    today = planning.meets_at is not None and timezone.localdate(planning.meets_at) == timezone.localdate(now)
    if today and planning.proposed and (votes or can(member, Permission.LEAD_PLANNING)):
        return _meeting_today(planning, clock)
    if planning.drafts:
        return _proposing(planning, clock)
    if votes and planning.proposed and opinions_open(planning, now):
        return _voting_ahead(planning, clock)
    return None


def _in_session(planning: Planning, clock: Clock) -> Call:
    return Call(
        when=pgettext("a meeting", "Now"),
        title=_("%(quarter)s planning: the CoDir is in session") % {"quarter": planning.quarter.label},
        url=address("planning_board", clock.org, planning.quarter),
        detail="",
        is_now=True,
        is_content=False,
    )


def _refining(planning: Any, clock: Clock) -> Call:
    said = ngettext("%(n)s key result of yours was kept", "%(n)s key results of yours were kept", planning.kept)
    return Call(
        when=_("Until %(day)s") % {"day": day_of(planning.refined_by)} if planning.refined_by else _("Open now"),
        title=_("Refine what the CoDir kept for %(quarter)s") % {"quarter": planning.quarter.label},
        url=address("planning_refinement", clock.org, planning.quarter),
        detail=said % {"n": planning.kept} if planning.kept else "",
        is_now=False,
        is_content=False,
    )


def _meeting_today(planning: Planning, clock: Clock) -> Call:
    at = timezone.localtime(planning.meets_at)
    return Call(
        when=_("Today %(time)s") % {"time": f"{at:%H:%M}"},
        title=_("The CoDir decides on %(quarter)s") % {"quarter": planning.quarter.label},
        url=address("planning", clock.org, planning.quarter),
        detail="",
        is_now=False,
        is_content=False,
    )


def _proposing(planning: Any, clock: Clock) -> Call:
    said = ngettext("%(n)s draft is not proposed yet", "%(n)s drafts are not proposed yet", planning.drafts)
    return Call(
        when=_("By %(day)s") % {"day": day_and_time(planning.meets_at)}
        if planning.meets_at
        else _("Before the meeting"),
        title=_("Propose your key results for %(quarter)s") % {"quarter": planning.quarter.label},
        url=address("planning", clock.org, planning.quarter),
        detail=said % {"n": planning.drafts},
        is_now=False,
        is_content=False,
    )


def _voting_ahead(planning: Planning, clock: Clock) -> Call:
    """Without how far the member has come: this page is kept, and what they say alone changes nothing that others see."""
    until = planning.preread_until or planning.meets_at
    return Call(
        when=_("Until %(day)s") % {"day": day_and_time(until)} if until else _("Before the meeting"),
        title=_("Vote ahead on what is proposed for %(quarter)s") % {"quarter": planning.quarter.label},
        url=address("planning_votes", clock.org, planning.quarter),
        detail=_("keep, drop or discuss, alone"),
        is_now=False,
        is_content=False,
    )
