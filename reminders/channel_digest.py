"""The week in the organization's channel: what moved in seven days, with the run that brings the digest by mail."""

import datetime as dt

from django.utils import translation
from django.utils.translation import gettext as _

from okr.pages.moved import moved_page
from okr.pages.moved_summary import MovedSummary, summary_of
from okr.readings import Clock
from orgs import channels
from orgs.channels import Message, Topic
from orgs.models import Organization
from reminders.days import digest_week
from reminders.models import Schedule
from reminders.urls_of import page
from reminders.weekly import running_year

SHOWN = 5  # of each sort


def tell_digest(org: Organization, day: dt.date) -> None:
    """For reminders.registry: once a week, where something moved and a channel wants to hear of it."""
    week = digest_week(org, day)
    if week is None or not channels.is_wanted(Topic.DIGEST) or Schedule.objects.filter(week_in_channel=week).exists():
        return
    Schedule.objects.update(week_in_channel=week)  # where nothing has moved by today, tomorrow tells nothing either
    year = running_year(day)
    if year is None:
        return
    with translation.override(org.language):
        moved = moved_page(org, year.number, since="7", level="", page=None)
        summary = summary_of(moved, Clock(org, moved.today))
        if not summary.is_empty:
            link = page(org, "moved", year.number)
            channels.tell(Topic.DIGEST, week, Message(moved.title, _lines(summary), link, _("What moved")))


def _lines(summary: MovedSummary) -> tuple[str, ...]:
    lines = [summary.headline]
    for heading, part in ((_("Worse"), summary.worse), (_("Better"), summary.better)):
        if part.rows:
            lines.append(f"{heading} ({part.total})")
            lines += [f"• {one.code} {one.title}: {one.before} → {one.now}" for one in part.rows[:SHOWN]]
    if summary.risks.rows:
        lines.append(f"{_('New risks')} ({summary.risks.total})")
        for risk in summary.risks.rows[:SHOWN]:
            confidence = _("confidence %(n)s/10") % {"n": risk.confidence}
            lines.append(f"• {risk.code} {risk.title}: {confidence}")
    return tuple(lines)
