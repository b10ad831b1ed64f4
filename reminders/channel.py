"""What the organization's channel is told with a run: two working days after a due day, which check-ins are missing.

By tribe, with the names of those who are asked for them: what every member sees on the tribe's page. Nobody is counted.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr import numbers
from okr.due import Rhythm
from okr.models import KeyResult, Objective
from okr.querysets import DUE_IN_PERIOD
from orgs import channels
from orgs.channels import Message, Topic
from orgs.models import Membership, Organization
from orgs.reaching import whom_to_ask
from reminders.days import missed_days, times_of
from reminders.ladder import AFTER, GRACE, Rung, working_days
from reminders.recipients import AT_ONCE
from reminders.urls_of import page

NAMED_AT_MOST = 6  # of a tribe


@dataclass(slots=True)
class Missing:
    """Of a tribe, or of the strategy (without a name)."""

    number: int = 0
    owners: set[int] = field(default_factory=set)


def tell_missing(org: Organization, day: dt.date) -> None:
    """For reminders.registry: once for each due day. Does nothing where no channel wants it."""
    if not channels.is_wanted(Topic.MISSED):
        return
    for due, groups in sorted(_missing(org, day).items()):
        with translation.override(org.language):
            channels.tell(Topic.MISSED, due.isoformat(), _message(org, day, due, groups))


def _missing(org: Organization, day: dt.date) -> dict[dt.date, dict[str, Missing]]:
    """By the due day that is told of today, by tribe, what was due on it and has not been checked in since."""
    works = times_of(org).works
    rhythms = {False: Rhythm.of(org), True: Rhythm.of(org, "strategic_cadence")}
    rows = KeyResult.objects.taking_check_ins().filter(next_due_on__lt=day, objective__tribe__archived_at=None)
    rows = rows.filter(DUE_IN_PERIOD)
    columns = ("next_due_on", "owner_id", "objective__level", "objective__tribe__name")
    until = Coalesce("objective__quarter__ends_on", "objective__year__ends_on")
    told: dict[tuple[dt.date, dt.date, bool], dt.date | None] = {}
    found: dict[dt.date, dict[str, Missing]] = defaultdict(lambda: defaultdict(Missing))
    for due, owner, level, tribe, ends in rows.order_by().values_list(*columns, until).iterator(chunk_size=AT_ONCE):
        is_strategic = level == Objective.Level.STRATEGIC
        key = (due, ends, is_strategic)
        if key not in told:
            latest = missed_days(due, min(day, ends), rhythms[is_strategic])[-1]
            passed = working_days(latest, day, works)
            told[key] = latest if AFTER[Rung.AGAIN] <= passed <= AFTER[Rung.AGAIN] + GRACE else None
        latest_told = told[key]
        if latest_told is not None:
            group = found[latest_told][tribe or ""]
            group.number += 1
            if owner:
                group.owners.add(owner)
    return found


def _message(org: Organization, day: dt.date, due: dt.date, groups: dict[str, Missing]) -> Message:
    rows = KeyResult.objects.taking_check_ins().filter(objective__tribe__archived_at=None)
    counted = rows.order_by().values_list("objective__tribe__name").annotate(number=Count("pk"))
    every = {tribe or "": number for tribe, number in counted}
    asked = _asked({pk for group in groups.values() for pk in group.owners}, day)
    lines = []
    for tribe, group in sorted(groups.items(), key=lambda item: item[0].casefold()):
        words = {"tribe": tribe or _("Strategy"), "n": group.number, "all": every.get(tribe, group.number)}
        names = sorted({asked[pk] for pk in group.owners if pk in asked}, key=str.casefold)
        line = _("%(tribe)s: %(n)s of %(all)s") % words
        lines.append(f"{line} · {_listed(names)}" if names else line)
    number = sum(group.number for group in groups.values())
    words = {"n": number, "day": numbers.format_date(due, org.language, "long")}
    title = ngettext("%(n)s check-in of %(day)s is missing", "%(n)s check-ins of %(day)s are missing", number) % words
    return Message(title, tuple(lines), page(org, "home"), _("Open %(org)s") % {"org": org.name})


def _asked(owners: set[int], day: dt.date) -> dict[int, str]:
    """By owner, the name of who is asked that day: whoever stands in where they are away, nobody where they paused."""
    rows = Membership.objects.active().filter(pk__in=sorted(owners)).select_related("user").order_by()
    return {member.pk: asked.name for member, asked in whom_to_ask(list(rows), day).items() if asked is not None}


def _listed(names: list[str]) -> str:
    more = len(names) - NAMED_AT_MOST
    shown = ", ".join(names[:NAMED_AT_MOST])
    if more <= 0:
        return shown
    return f"{shown} {ngettext('and %(n)s more', 'and %(n)s more', more) % {'n': more}}"
