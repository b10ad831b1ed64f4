"""Plannings ahead, on the agenda of the committees' meetings (reviews.coming)."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from okr.readings import Clock
from planning.models import Planning
from planning.pages.words import address
from reviews.coming import Coming, register


def register_coming() -> None:
    register(coming)


def coming(clock: Clock, until: dt.date) -> Sequence[Coming]:
    """Meetings that are still to be held, and where a refinement ends. One query."""
    State = Planning.State
    rows = Planning.objects.filter(state__in=(State.PREPARING, State.OPEN, State.REFINING))
    found = []
    for row in rows.select_related("quarter__year").order_by("pk"):
        named = {"quarter": row.quarter}
        if row.state == State.PREPARING and row.meets_at:
            day = row.meets_at.astimezone(clock.org.zone).date()
            url = address("planning", clock.org, row.quarter)
            found.append(Coming(day, _("Planning of %(quarter)s by the CoDir") % named, url))
        if row.refined_by:
            url = address("planning_refinement", clock.org, row.quarter) if row.state == State.REFINING else ""
            found.append(Coming(row.refined_by, _("The refinement of %(quarter)s ends") % named, url))
    return [one for one in found if one.on <= until]
