"""What the pages of the reviews say in the same words."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import pgettext

from okr import scoring
from okr.models import Quarter, Year
from okr.rows import score_of
from orgs.models import Organization
from orgs.moments import DATE, spelled
from reviews.access import slug_of
from reviews.results import Line


@dataclass(frozen=True, slots=True)
class Scored:
    """A score as its pill says it: the figure, the band in words, the pill's class."""

    text: str  # “0.7”
    band: str  # “green”
    look: str  # ok, risk, off


def scored(score: Decimal | None) -> Scored | None:
    if score is None:
        return None
    text, look, _status = score_of(score)
    bands = {
        scoring.Band.RED: pgettext("band of a score", "red"),
        scoring.Band.AMBER: pgettext("band of a score", "amber"),
        scoring.Band.GREEN: pgettext("band of a score", "green"),
    }
    return Scored(text, bands[scoring.score_band(score)], look)


def said_of(line: Line) -> Scored | None:
    """A verdict in a pill; None without one."""
    if line.kept is not None:
        text = pgettext("a health metric", "Kept") if line.kept else pgettext("a health metric", "Not kept")
        return Scored(text, "", "ok" if line.kept else "off")
    return scored(line.score)


def address(name: str, org: Organization, period: Year | Quarter, **parts: object) -> str:
    return reverse(name, kwargs={"org": org.slug, "period": slug_of(period), **parts})


def day_of(day: dt.date) -> str:
    return spelled(day, DATE)
