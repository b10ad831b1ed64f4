"""The deferred key results of the quarter before, on the tribe's page of the next one (okr.trays)."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse

from okr.models import KeyResult, Quarter
from okr.pages.tribe import TribePage
from okr.trays import Tray, register
from planning.actions.carrying import deferred_before, takes_more
from planning.codes import code_of, promise_of
from planning.models import Decision, LeftBehind, Presented


@dataclass(frozen=True, slots=True)
class Line:
    key_result: KeyResult
    code: str  # “DRV 04”
    span: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Deferred:
    quarter: Quarter  # that deferred them
    url: str  # a form posts to it
    lines: list[Line]
    left: list[Line]  # that the tribe did not take


def register_tray() -> None:
    register(deferred_tray)


def deferred_tray(page: TribePage) -> Tray | None:
    """For who may write there, until the quarter's own meeting has begun. 1 query where there is none."""
    place = page.quarters.index(page.quarter)
    if not page.may_edit or place == 0:
        return None
    previous = page.quarters[place - 1]
    standing = Decision.objects.filter(key_result=OuterRef("pk"), stands=True).order_by("-pk")
    presented = Presented.objects.filter(key_result=OuterRef("pk")).order_by("-pk")
    rows = list(
        deferred_before(page.tribe, previous).annotate(
            why=Subquery(standing.values("reason")[:1]),
            number=Subquery(presented.values("number")[:1]),
            is_left=Exists(LeftBehind.objects.filter(key_result=OuterRef("pk"))),
        )
    )
    if not rows or not takes_more(page.quarter):
        return None
    lines = {row.pk: _line(row, page) for row in rows}
    content = Deferred(
        quarter=previous,
        url=reverse("planning_carry", args=[page.clock.org.slug, page.quarter.slug, page.tribe.code]),
        lines=[lines[row.pk] for row in rows if not row.is_left],
        left=[lines[row.pk] for row in rows if row.is_left],
    )
    return Tray("planning/_deferred.html", content)


def _line(row: KeyResult, page: TribePage) -> Line:
    return Line(
        key_result=row,
        code=code_of(row, getattr(row, "number", None)),
        span=promise_of(row, page.clock),
        url=reverse("key_result", args=[page.clock.org.slug, row.pk]),
        reason=getattr(row, "why", "") or "",
    )
