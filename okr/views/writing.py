"""What the views that write objectives and key results share: what they act on, and where they lead afterwards."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from okr.actions.rules import require_edit
from okr.models import KeyResult, Objective
from okr.views.parts import parts_of
from orgs.http import OrgRequest, way_back
from orgs.models import AuditEvent
from orgs.rules import RuleBroken
from orgs.toasts import say_done

IN_PLACE = "in-place"  # sent by static/js/grid.js, which is answered with the parts of the page that changed


def in_place(request: OrgRequest) -> bool:
    return IN_PLACE in (request.POST if request.method == "POST" else request.GET)


def objective_to_write(request: OrgRequest, pk: int) -> Objective:
    """404 where there is none, 403 for who may not write it."""
    objective: Objective = get_object_or_404(Objective.objects.live().with_span(), pk=pk)
    require_edit(request.membership, objective)
    return objective


def key_result_to_write(request: OrgRequest, pk: int, client_id: uuid.UUID | None = None) -> KeyResult:
    """404 where there is none, 403 for who may not write it. One that the act of `client_id` archived is still there for it,
    if it comes again."""
    rows = KeyResult.objects.with_span()
    if not (client_id and AuditEvent.objects.filter(change=client_id, object_type="keyresult", object_id=pk).exists()):
        rows = rows.live()
    key_result: KeyResult = get_object_or_404(rows, pk=pk)
    require_edit(request.membership, key_result)
    return key_result


def page_of(request: OrgRequest, objective: Objective) -> str:
    """The page on which the objective is written: its tribe's quarter, or its year's strategy."""
    if objective.is_strategic:
        assert objective.year is not None
        return reverse("strategy_write", args=[request.org.slug, objective.year.number])
    assert objective.tribe is not None
    assert objective.quarter is not None
    return reverse("tribe_quarter", args=[request.org.slug, objective.tribe.code, objective.quarter.slug])


def written(
    request: OrgRequest,
    objective: Objective,
    *,
    said: str = "",
    change: uuid.UUID | None = None,
    anchor: str = "",
    rows: Iterable[int] = (),
    also: Iterable[int] = (),
    whole: bool = False,
) -> HttpResponse:
    """After a change: the page that shows it, or for a request made in place the parts of it that changed.

    `said` is a toast, with Undo where `change` is given. `rows` are key results of which only their row has to be shown
    anew (beside the head of their objective); else the objective with all its rows, and those in `also`; with `whole`
    everything. `anchor` is what to look at.
    """
    if said:
        say_done(request, said, change)
    if not in_place(request):
        target = way_back(request.POST.get("next", "")) or page_of(request, objective)
        return redirect(f"{target}#{anchor}" if anchor else target)
    answer = parts_of(request, objective, rows=list(rows), also=list(also), whole=whole)
    if change is not None:
        answer["X-Change"] = str(change)
    if anchor:
        answer["X-Focus"] = anchor
    return answer


def move_page(request: OrgRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    """The form that asks where a thing should stand: a page, or in place a dialog."""
    answer = render(request, "okr/_move_form.html" if in_place(request) else "okr/move.html", context, status=status)
    answer["X-Dialog"] = "1"
    return answer


def refused(request: OrgRequest, objective: Objective, broken: RuleBroken) -> HttpResponse:
    """Where there is no form to say it in."""
    messages.error(request, broken.message)
    if in_place(request):
        return render(request, "_toasts_oob.html", status=422)
    return redirect(way_back(request.POST.get("next", "")) or page_of(request, objective))
