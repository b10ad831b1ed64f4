"""What several pages of a planning say in the same words."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from okr import numbers
from okr.language import language
from okr.models import Quarter
from orgs.models import Organization
from planning.models import Planning

LOOKS = {
    Planning.State.PREPARING: "idle",
    Planning.State.OPEN: "ok",
    Planning.State.REFINING: "ok",
    Planning.State.PUBLISHED: "done",
}


def address(name: str, org: Organization, quarter: Quarter, **parts: object) -> str:
    """Of a page of the quarter's planning."""
    return reverse(name, kwargs={"org": org.slug, "quarter": quarter.slug, **parts})


def day_and_time(at: dt.datetime) -> str:
    """ "Tue 9 June, 09:00", in the reader's time zone; with the year where it is another."""
    local = timezone.localtime(at)
    return f"{day_of(local.date())}, {local:%H:%M}"


def met(planning: Planning) -> str:
    """When its meeting is, or was held: of both the day that counts; "" where it has none yet."""
    if planning.opened_at is not None:
        if planning.state == Planning.State.OPEN:
            return _("Meeting opened %(day)s") % {"day": day_and_time(planning.opened_at)}
        return _("Meeting held %(day)s") % {"day": day_of(timezone.localdate(planning.opened_at))}
    return _("Meeting %(day)s") % {"day": day_and_time(planning.meets_at)} if planning.meets_at else ""


def day_of(day: dt.date) -> str:
    """ "Tue 9 June"."""
    if day.year != timezone.localdate().year:
        return numbers.format_date(day, language(), "date")
    return numbers.format_date(day, language(), "weekday")


def steps_of(planning: Planning | None) -> list[tuple[str, str]]:
    """The four steps of a quarter's planning: its name, and "past", "now" or "". None: it is not planned yet."""
    state = Planning.State
    order = [state.PREPARING, state.OPEN, state.REFINING, state.PUBLISHED]
    names = [
        _("Proposals"),
        _("Planning by the CoDir"),
        _("Refinement with the CPO"),
        pgettext("a step of quarter planning", "Published"),
    ]
    at = order.index(state(planning.state)) if planning else -1
    said = ["past" if place < at else "now" if place == at else "" for place in range(len(names))]
    return list(zip(names, said, strict=True))
