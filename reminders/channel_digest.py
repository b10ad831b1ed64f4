"""The week in the organization's channel: what moved in seven days, with the first run of a week."""

import datetime as dt

from django.utils import translation
from django.utils.translation import gettext as _

from okr.models import PeriodState, Year
from okr.pages.moved import moved_page
from okr.pages.moved_summary import MovedSummary, summary_of
from okr.readings import Clock
from orgs import channels
from orgs.channels import Message, Topic
from orgs.models import Organization
from reminders.days import times_of
from reminders.ladder import DAY, working_days
from reminders.urls_of import page

MADE_UP_FOR = 2  # on the first working days of a week, should the first run have been slept through
SHOWN = 5  # of each sort


def tell_digest(org: Organization, day: dt.date) -> None:
    """For reminders.registry: once a week, where something moved and a channel wants to hear of it."""
    monday = day - day.weekday() * DAY
    if working_days(monday - DAY, day, times_of(org).works) > MADE_UP_FOR or not channels.is_wanted(Topic.DIGEST):
        return
    year = Year.objects.filter(state=PeriodState.OPEN, starts_on__lte=day, ends_on__gte=day).order_by("-pk").first()
    if year is None:
        return
    week = "{}-W{:02}".format(*day.isocalendar()[:2])
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
