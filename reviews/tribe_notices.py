"""What a review says above the quarter of each tribe (okr.tribe_notices)."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr.models import KeyResult, PeriodState, Quarter
from okr.readings import Clock
from okr.tribe_notices import Notice, register
from orgs.models import Membership, Tribe
from reviews.pages.words import address, day_of
from reviews.timing import is_on


def register_notices() -> None:
    register(notice)


def notice(tribe: Tribe, quarter: Quarter, _member: Membership, clock: Clock) -> Notice | None:
    """That it is reviewed, and how much waits. One query, in its last weeks alone."""
    if quarter.state == PeriodState.CLOSED:
        return Notice(
            icon="flag",
            text=_("%(quarter)s is closed.") % {"quarter": quarter},
            detail=_("Its scores, learnings and notes stay."),
            url=f"{address('review_results', clock.org, quarter)}#tribe-{tribe.code}",
            label=_("Results"),
        )
    if not is_on(quarter, clock.today) or tribe.archived_at is not None:
        return None
    given = Q(verdict__score__isnull=False) | Q(verdict__kept__isnull=False)
    rows = KeyResult.objects.running().filter(objective__quarter=quarter, objective__tribe=tribe)
    missing = rows.exclude(given).count()
    if missing:
        said = ngettext("%(n)s key result waits for its verdict", "%(n)s key results wait for their verdict", missing)
        detail = _("%(said)s, by %(day)s.") % {"said": said % {"n": missing}, "day": day_of(quarter.ends_on)}
    else:
        detail = _("All is judged.")
    return Notice(
        icon="flag",
        text=_("%(quarter)s is in review.") % {"quarter": quarter},
        detail=detail,
        url=address("review_tribe", clock.org, quarter, code=tribe.code),
        label=_("To the review"),
    )
