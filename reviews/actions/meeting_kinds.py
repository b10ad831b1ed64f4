"""What the state of meetings, and of what is said in them, is (orgs.actions.editable)."""

from typing import Any

from django.utils.translation import gettext as _

from orgs.actions.editable import Kind, Order, register
from orgs.models import Membership
from orgs.permissions import Permission, can, require
from orgs.rules import RuleBroken
from reviews.actions.meeting_ahead import keep_ahead
from reviews.actions.meeting_mails import tell
from reviews.models import (
    Meeting,
    MeetingAction,
    MeetingDecision,
    MeetingPoint,
    MeetingPresence,
    MeetingSeries,
)

OF_SERIES = (
    "committee", "title", "every_weeks", "weekday", "begins", "minutes", "place", "lead", "starts_on", "ends_on", "on_holiday",
)  # fmt: skip
_ABOVE = ("meeting__series__committee",)


def _lead(member: Membership, thing: Any) -> None:
    require(member, Permission.LEAD_MEETINGS, thing)


def check_open(meeting: Meeting) -> None:
    """Raise RuleBroken once it was held or called off: its minutes stay as they are."""
    if not meeting.is_open:
        raise RuleBroken(_("The meeting is over: its minutes stay as they are."))


def _check_series(series: MeetingSeries) -> None:
    if series.ends_on is not None and series.ends_on < series.starts_on:
        raise RuleBroken(_("It ends before it begins."), field="ends_on")
    if (
        series.archived_at is None
        and series.lead is not None
        and not can(series.lead, Permission.LEAD_MEETINGS, series)
    ):
        raise RuleBroken(_("This person may not lead the committee's meetings."), field="lead")


def _require_presence(member: Membership, presence: MeetingPresence) -> None:
    """Of oneself, or by who leads."""
    if presence.member_id == member.pk:
        require(member, Permission.READ_MEETINGS, presence)
    else:
        _lead(member, presence)


def _said(model: type[Any], fields: tuple[str, ...], **more: Any) -> Kind:
    return Kind(
        **{
            "model": model,
            "fields": ("meeting", *fields, "archived_at"),
            "require": _lead,
            "check_writable": lambda thing: check_open(thing.meeting),
            "related": _ABOVE,
            **more,
        }
    )


def register_kinds() -> None:
    register(
        Kind(
            model=MeetingSeries,
            fields=(*OF_SERIES, "archived_at"),
            require=_lead,
            check=_check_series,
            announce=keep_ahead,
            related=("committee", "lead__user"),
        )
    )
    register(
        Kind(
            model=Meeting,
            fields=("starts_at", "minutes", "place", "state", "is_moved", "reason", "begun_at", "ended_at", "frozen"),
            require=_lead,
            announce=lambda meeting: tell(meeting.series, [meeting]),
            related=("series__committee", "series__lead__user"),
        )
    )
    register(_said(MeetingPoint, ("kind", "title", "minutes", "asks", "notes", "position"), order=Order(("meeting",))))
    register(_said(MeetingPresence, ("member", "is_sponsor"), require=_require_presence))
    register(_said(MeetingDecision, ("point", "text", "objective", "key_result")))
    register(
        _said(
            MeetingAction,
            ("text", "owner", "due_on", "done_on"),
            require=lambda member, action: require(member, Permission.SETTLE_ACTION, action),
            check_writable=lambda action: None,  # done once the meeting is long over
        )
    )
