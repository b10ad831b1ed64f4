"""A committee's meetings: the series, and one meeting planned, moved, called off, begun and ended."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.actions import editing, once
from orgs.actions.audit import Actor
from orgs.actions.editing import Change, State
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from reviews.actions.meeting_mails import send_minutes
from reviews.models import Meeting, MeetingSeries
from reviews.pages.meeting_data import data_of, in_every_language

State_ = Meeting.State
MOST = 50  # series of an organization
EARLY = dt.timedelta(hours=12)  # before its time, a meeting may begin


@transaction.atomic
def create_series(
    values: Mapping[str, Any], *, by: Actor, client_id: uuid.UUID | None = None
) -> tuple[MeetingSeries, Change]:
    """With its first meetings. Raises PermissionDenied, or RuleBroken with the field."""
    change, made = once.begin(MeetingSeries, by, client_id)
    if made:
        return made[0], change
    series = MeetingSeries(**values)
    require(by.membership, Permission.LEAD_MEETINGS, series)
    if MeetingSeries.objects.live().count() >= MOST:
        raise RuleBroken(_("At most %(limit)s series of meetings.") % {"limit": MOST})
    return editing.create(series, change), change


@transaction.atomic
def change_series(
    series: MeetingSeries, values: Mapping[str, Any], *, by: Actor, seen: int | None = None
) -> tuple[State, Change]:
    """Its coming meetings follow, but those that somebody moved or called off."""
    change = Change(by)
    row = editing.locked_to_write(MeetingSeries, series.pk, by)
    return editing.amend(row, values, change, seen=seen), change


@transaction.atomic
def end_series(series: MeetingSeries, *, by: Actor) -> Change:
    """No more meetings; those that were held stay."""
    change = Change(by)
    row = editing.locked_to_write(MeetingSeries, series.pk, by)
    editing.archive(row, change)
    return change


@transaction.atomic
def move(
    meeting: Meeting,
    starts_at: dt.datetime,
    minutes: int,
    place: str,
    reason: str,
    *,
    by: Actor,
    seen: int | None = None,
) -> tuple[State, Change]:
    """To another moment or place; what was called off takes place again."""
    row = _locked(meeting, by, State_.PLANNED, State_.CANCELLED)
    if starts_at <= timezone.now():
        raise RuleBroken(_("Choose a moment to come."), field="starts_at")
    change = Change(by)
    values = {
        "starts_at": starts_at,
        "minutes": minutes,
        "place": place.strip(),
        "reason": reason.strip(),
        "is_moved": True,
        "state": State_.PLANNED,
    }
    return editing.amend(row, values, change, seen=seen, verb="rescheduled"), change


@transaction.atomic
def call_off(meeting: Meeting, reason: str, *, by: Actor) -> Change:
    row = _locked(meeting, by, State_.PLANNED)
    if not reason.strip():
        raise RuleBroken(_("Say why it is called off."), field="reason")
    change = Change(by)
    editing.amend(row, {"state": State_.CANCELLED, "reason": reason.strip()}, change, verb="called_off")
    return change


@transaction.atomic
def begin(meeting: Meeting, *, by: Actor) -> Change:
    """From now on its agenda says what the data said at this moment, to each reader in their language."""
    row = _locked(meeting, by, State_.PLANNED)
    now = timezone.now()
    if row.starts_at - now > EARLY:
        raise RuleBroken(_("It begins at its time. Move it if it is held earlier."))
    org = by.membership.org
    frozen = in_every_language(lambda: data_of(row, org), org)
    change = Change(by)
    editing.amend(row, {"state": State_.RUNNING, "begun_at": now, "frozen": frozen}, change, verb="begun")
    return change


@transaction.atomic
def end(meeting: Meeting, *, by: Actor) -> Change:
    """The minutes are fixed, and mailed to the committee."""
    row = _locked(meeting, by, State_.RUNNING)
    change = Change(by)
    editing.amend(row, {"state": State_.ENDED, "ended_at": timezone.now()}, change, verb="ended")
    send_minutes(row)
    return change


def _locked(meeting: Meeting, by: Actor, *states: str) -> Meeting:
    row: Meeting = editing.locked_to_write(Meeting, meeting.pk, by)
    if row.state not in states:
        raise RuleBroken(_("The meeting is no longer where it was: %(state)s.") % {"state": row.get_state_display()})
    return row
