"""What a review carries over or changes, on the tribe's page of the next quarter until it is taken (okr.trays)."""

from dataclasses import dataclass

from okr.actions.carrying import takes_more
from okr.models import KeyResult, Quarter
from okr.pages.tribe import TribePage
from okr.trays import Tray
from reviews.actions.closing import waiting_in
from reviews.models import Verdict
from reviews.pages.sheet_parts import reach
from reviews.pages.words import Scored, address, scored


@dataclass(frozen=True, slots=True)
class Line:
    key_result: KeyResult  # of the quarter before
    reach: str  # “7.5 → 4.5 min”, as it was promised
    score: Scored | None
    verb: str
    learning: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    quarter: Quarter
    url: str  # of its review
    take_url: str  # a form posts to it
    back: str
    lines: list[Line]


def review_tray(page: TribePage) -> Tray | None:
    """For who may write there. Nothing is asked where the quarter runs and the one before is closed: the close took it."""
    place = page.quarters.index(page.quarter)
    if not page.may_edit or place == 0:
        return None
    previous = page.quarters[place - 1]
    if not (page.is_draft or previous.is_open):
        return None
    waiting = waiting_in(previous, tribe=page.tribe)
    if not waiting or not takes_more(page.quarter):
        return None
    org = page.clock.org
    content = Reviewed(
        quarter=previous,
        url=address("review_tribe", org, previous, code=page.tribe.code),
        take_url=address("review_carry", org, previous, code=page.tribe.code),
        back=f"{page.url}{page.quarter.slug}/",
        lines=[_line(verdict, page) for verdict in waiting],
    )
    return Tray("reviews/_tray.html", content)


def _line(verdict: Verdict, page: TribePage) -> Line:
    row = verdict.key_result
    verb = str(Verdict.Afterwards(verdict.afterwards).label)
    return Line(row, reach(row, page.clock), scored(verdict.score), verb, verdict.learning)
