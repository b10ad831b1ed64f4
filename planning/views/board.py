"""The meeting's board: one page for whoever watches, whose regions follow what is decided."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orgs.permissions import Permission, can
from planning.access import PlanningRequest, with_planning
from planning.actions.leading import leads, may_note
from planning.actions.session import AGENDA, AGREED, ALIKE, COVERAGE, DECK, STAGE, decides
from planning.models import Planning
from planning.pages.board import TRIBE, WALL, WAYS, Board
from planning.pages.regions import draw, drawn_groups


def way_of(request: HttpRequest) -> str:
    """How the person looks at the board, as the address says."""
    said = request.GET.get("by", TRIBE)
    return said if said in WAYS else TRIBE


@require_safe
@never_cache
@with_planning
def board(request: PlanningRequest) -> HttpResponse:
    """Before the meeting there is nothing to decide: its own page says what comes."""
    if request.planning.state == Planning.State.PREPARING:
        return redirect("planning", request.org.slug, request.planning.quarter.slug)
    return whole_board(request)


def whole_board(request: PlanningRequest, *, status: int = 200, **says: Any) -> HttpResponse:
    """`says`: what _says.html shows of a command that was refused."""
    planning, member = request.planning, request.membership
    shown, way = Board(planning, request.org), way_of(request)
    context = {
        "board": shown,
        "planning": planning,
        "way": way,
        "ways": {**WAYS, TRIBE: _("By %(tribe)s") % {"tribe": request.org.tribe_label}},
        "regions": {region: draw(region, shown, way) for region in (DECK, AGENDA, AGREED, COVERAGE, ALIKE)},
        "groups": drawn_groups(shown, way),
        "decides": planning.is_open and decides(planning, member),
        "leads": leads(planning, member),
        "closes": can(member, Permission.LEAD_PLANNING),
        "has_vote": can(member, Permission.VOTE_IN_PLANNING, planning),
        "may_note": may_note(planning, member),
        "now": round(timezone.now().timestamp() * 1000),
        "act": uuid.uuid4(),
        **says,
    }
    return render(request, "planning/board.html", context, status=status)


@require_safe
@never_cache
@with_planning
def wall(request: PlanningRequest) -> HttpResponse:
    """The presenting tribe, full screen."""
    shown = Board(request.planning, request.org)
    context = {
        "board": shown,
        "planning": request.planning,
        "region": draw(STAGE, shown, WALL),
        "now": round(timezone.now().timestamp() * 1000),
    }
    return render(request, "planning/wall.html", context)
