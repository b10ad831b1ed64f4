"""What the views that write initiatives share: which one is written, its form, and what they answer with.

The timeline (static/js/timeline.js) is answered with the line that changed, whatever came of it: as it is now stored, so
that a refused change is taken back where it was drawn. Everything works with plain forms as well.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from okr.actions.period_rules import check_writable
from okr.forms.initiative import InitiativeForm
from okr.models import Initiative
from okr.pages.tribe_initiatives import Board, answer_choices
from okr.readings import Clock
from orgs.actions.editing import Change
from orgs.conflicts import Conflict, Describe
from orgs.http import OrgRequest, way_back
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from orgs.toasts import say_done

PAGE, ANSWER, LANE = "okr/initiative_form.html", "okr/_initiative_answer.html", "okr/_initiative_lane.html"


def initiative_to_write(request: OrgRequest, pk: int) -> tuple[Initiative, Board]:
    """Raises 404, and PermissionDenied unless the person may write it."""
    rows = Initiative.objects.live().select_related("tribe", "quarter__year", "owner__user")
    initiative = get_object_or_404(rows, pk=pk)
    require(request.membership, Permission.EDIT_INITIATIVES, initiative)
    return initiative, Board(initiative.tribe, initiative.quarter, Clock.of(request.org), request.membership)


def form_of(board: Board, initiative: Initiative, data: QueryDict | None) -> InitiativeForm:
    return InitiativeForm(
        data, tribe=board.tribe, quarter=board.quarter, today=board.clock.today, initiative=initiative
    )


def open_form(request: OrgRequest, board: Board, form: InitiativeForm) -> HttpResponse:
    """The form to write in; where nothing can be written, back with the reason."""
    try:
        check_writable(board.quarter)
    except RuleBroken as broken:
        messages.error(request, broken.message)
        return redirect(_home(request, board, form.initiative))
    return form_page(request, board, form, status=200)


def form_page(
    request: OrgRequest, board: Board, form: InitiativeForm, conflict: Conflict | None = None, status: int = 422
) -> HttpResponse:
    """The page of the form, or for the timeline the form alone."""
    initiative = form.initiative
    inline = initiative is not None and bool(request.htmx)
    context = {
        "board": board,
        "form": form,
        "initiative": initiative,
        "conflict": conflict,
        "revision": request.POST.get("revision") or (str(initiative.revision) if initiative else ""),
        "whole": not inline,
        "here": board.tribe.code,
        "next": way_back(request.POST.get("next", "") or request.GET.get("next", "")),
        "answers": answer_choices(form.key_results, list(map(str, form["answers"].value() or [])), board.clock),
        "tribes": [(str(pk), name) for pk, name in form.tribes.items()],
    }
    answer = render(request, f"{PAGE}#form" if inline else PAGE, context, status=409 if conflict else status)
    if initiative is not None and inline and request.method == "POST":
        answer["HX-Retarget"], answer["HX-Reswap"] = f"#edit-{initiative.pk}", "outerHTML"
    return answer


def describe(form: InitiativeForm) -> Describe:
    """How lists read in a conflict."""
    codes = {row.pk: f"{row.code} {row.title}" for row in form.key_results}
    return {
        "answers": lambda pks: "\n".join(codes.get(pk, "?") for pk in pks),
        "dependencies": lambda rows: "\n".join(
            ": ".join(filter(None, (form.tribes.get(row["tribe"], "?"), row["what"]))) for row in rows
        ),
    }


def done(
    request: OrgRequest, board: Board, initiative: Initiative, change: Change, said: str | Callable[[Initiative], str]
) -> HttpResponse:
    """Says what changed, if anything did. After a drag the focus stays where it is; a form that closes leaves it here."""
    now = Initiative.objects.get(pk=initiative.pk)
    if now.revision != initiative.revision:
        say_done(request, said if isinstance(said, str) else said(now), change.id)
    return answer_with(request, board, initiative, focus="start_week" not in request.POST or "title" in request.POST)


def answer_with(
    request: OrgRequest,
    board: Board,
    initiative: Initiative | None,
    *,
    focus: bool = True,
    counted: bool = False,
    whole: bool = False,
) -> HttpResponse:
    """In place: its line, or the `whole` timeline where others moved too; else back to the page one came from."""
    if not request.htmx:
        return redirect(_home(request, board, initiative))
    context: dict[str, Any] = {"board": board, "whole": whole}
    if initiative is not None:
        context["focus"] = initiative.pk if focus else None
        context["bar"] = None if whole else board.row(initiative.pk)
    if counted:
        context["count"] = str(Initiative.objects.of_tribe(board.tribe.pk, board.quarter.pk).count())
    answer = render(request, ANSWER, context)
    if whole:
        answer["HX-Retarget"], answer["HX-Reswap"] = "#timeline", "outerHTML"
    return answer


def taken_back(request: OrgRequest, board: Board, initiative: Initiative, form: forms.Form) -> HttpResponse:
    """What was drawn goes back to what is stored, and why is said."""
    for errors in form.errors.values():
        messages.error(request, " ".join(map(str, errors)))
    context = {"board": board, "bar": board.row(initiative.pk), "form": form}
    return render(request, ANSWER, context, status=422)


def refused(request: OrgRequest, board: Board, initiative: Initiative, message: str) -> HttpResponse:
    """What has no form to show the refusal in."""
    messages.error(request, message)
    if request.htmx:
        return render(request, ANSWER, {"board": board, "bar": board.row(initiative.pk)}, status=422)
    form = form_of(board, initiative, None)
    return form_page(request, board, form)


def only_toasts(request: OrgRequest) -> HttpResponse:
    """For what was created from elsewhere on a page: only what is to say; the page fetches itself again."""
    answer = render(request, "_toasts_oob.html")
    answer["HX-Reswap"], answer["HX-Trigger"] = "none", "polaris:changed"
    return answer


def _home(request: OrgRequest, board: Board, initiative: Initiative | None) -> str:
    """Where the form was opened from; else the initiative, or the timeline that it left."""
    back = way_back(request.POST.get("next", "") or request.GET.get("next", ""))
    if back or initiative is None:
        return back or board.url
    return reverse("initiative", args=[request.org.slug, initiative.pk])
