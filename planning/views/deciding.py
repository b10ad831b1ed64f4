"""The commands of the meeting. What they change reaches everybody by the stream, whoever sent them too; a plain form is
answered with the whole page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from okr.models import KeyResult
from orgs.actions.audit import Actor
from orgs.rules import RuleBroken
from planning.access import PlanningRequest, with_planning
from planning.actions import deciding, leading
from planning.actions.leading import Undecided
from planning.actions.taking import strategic_names
from planning.actions.wishes import NeedsSure, Outrun, Wish
from planning.forms.board import (
    ActForm,
    ClockForm,
    CloseForm,
    NoteForm,
    PairForm,
    PresentForm,
    ReopenForm,
    TurnForm,
    WishForm,
)
from planning.models import Outcome
from planning.pages.board import Board
from planning.views.board import whole_board

CONFLICT, REFUSED = 409, 422


class Invalid(Exception):
    """A form of the board that does not hold."""

    def __init__(self, form: Form) -> None:
        super().__init__(form.errors)
        self.form = form


def cleaned(form: Form) -> dict[str, Any]:
    if not form.is_valid():
        raise Invalid(form)
    return form.cleaned_data


def command(act: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """`act(request, …)` does the work; it raises RuleBroken or Invalid to refuse, or answers itself."""

    @require_POST
    @with_planning
    @wraps(act)
    def answered(request: PlanningRequest, **kwargs: Any) -> HttpResponse:
        try:
            answer = act(request, **kwargs)
        except NeedsSure as asks:
            return _said(request, CONFLICT, asks=asks, sure=_sure(request))
        except Outrun as outrun:
            return _said(request, CONFLICT, outrun=outrun)
        except Undecided as undecided:
            return _said(request, CONFLICT, undecided=undecided)
        except RuleBroken as broken:
            return _said(request, REFUSED, message=broken.message, field=broken.field)
        except Invalid as invalid:
            field, messages = next(iter(invalid.form.errors.items()))
            return _said(request, REFUSED, message=messages[0], field=field)
        if answer is not None:
            return answer
        if request.htmx:
            return render(request, "planning/board/_says.html")
        return redirect("planning_board", request.org.slug, request.planning.quarter.slug)

    return answered


def _said(request: PlanningRequest, status: int, **says: Any) -> HttpResponse:
    lines = Board(request.planning, request.org).lines if "undecided" in says or not request.htmx else {}
    says |= {"sent": request.POST, "sent_to": request.path}
    if undecided := says.get("undecided"):
        says["left"] = [lines[pk] for pk in undecided.ids if pk in lines]
    if request.htmx:
        return render(request, "planning/board/_says.html", {"planning": request.planning, **says}, status=status)
    outcome, *ids = request.POST.get("decide", "").split(" ")
    named = {word.partition(":")[0] for word in ids}
    says |= {
        "sent_outcome": outcome,
        "sent_label": dict(Outcome.choices).get(outcome, ""),
        "sent_lines": [line for pk, line in lines.items() if str(pk) in named],
    }
    return whole_board(request, status=status, **says)


def _sure(request: PlanningRequest) -> dict[str, str]:
    """What somebody says who does, or leaves, what would leave a strategic key result without any."""
    match request.resolver_match.url_name if request.resolver_match else "":
        case "planning_undo":
            return {"do": _("Undo all the same"), "leave": _("Leave it so")}
        case "planning_redo":
            return {"do": _("Redo all the same"), "leave": _("Leave it so")}
        case "planning_present":
            return {"do": _("Has left all the same"), "leave": _("Leave it so")}
    return {"do": _("Decide all the same"), "leave": _("Do not decide so")}


def _actor(request: PlanningRequest) -> Actor:
    return Actor(request.membership)


def _wish(said: dict[str, Any]) -> Wish:
    return Wish(list(said["ids"]), said["outcome"], said["reason"], said["into"])


@command
def decide(request: PlanningRequest) -> None:
    said = cleaned(WishForm(request.POST))
    deciding.decide(
        request.planning, _wish(said), by=_actor(request), act=said["act"], seen=said["ids"], sure=said["sure"]
    )


@command
def preview(request: PlanningRequest) -> HttpResponse:
    """What deciding so would change, before anybody does."""
    said = cleaned(WishForm(request.POST))
    rows, effect = deciding.preview(request.planning, _wish(said))
    tribes = {
        row.objective.tribe_id: row.objective.tribe.name for row in rows.key_results.values() if row.objective.tribe
    }
    context = {
        "planning": request.planning,
        "effect": effect,
        "over_cap": [tribes[pk] for pk in effect.over_cap if pk in tribes],
        "orphans": strategic_names(effect.orphans),
        "bare": [name.split()[0] for name in strategic_names(effect.bare)],
    }
    return render(request, "planning/board/_preview.html", context)


@command
def undo(request: PlanningRequest) -> None:
    said = cleaned(ActForm(request.POST))
    deciding.undo(request.planning, said["act"], by=_actor(request), sure=said["sure"])


@command
def redo(request: PlanningRequest) -> None:
    said = cleaned(ActForm(request.POST))
    deciding.redo(request.planning, said["act"], by=_actor(request), sure=said["sure"])


@command
def keep_apart(request: PlanningRequest) -> None:
    first, second = cleaned(PairForm(request.POST))["pair"]
    deciding.keep_apart(request.planning, first, second, by=_actor(request))


@command
def note(request: PlanningRequest, pk: int) -> None:
    get_object_or_404(KeyResult.objects.filter(objective__quarter=request.planning.quarter_id).only("pk"), pk=pk)
    said = cleaned(NoteForm(request.POST))
    leading.note(request.planning, pk, said["text"], by=_actor(request), seen=said["seen"] or 0)


@command
def come(request: PlanningRequest) -> None:
    leading.come(request.planning, by=_actor(request))


@command
def present(request: PlanningRequest) -> None:
    """Somebody with a vote is here, or has left."""
    said = cleaned(PresentForm(request.POST))
    voter, here = said["present"]
    leading.say_present(request.planning, voter, here, by=_actor(request), sure=said["sure"])


@command
def turn(request: PlanningRequest) -> None:
    leading.turn_to(request.planning, cleaned(TurnForm(request.POST))["slot"], by=_actor(request))


@command
def clock(request: PlanningRequest) -> None:
    do = cleaned(ClockForm(request.POST))["do"]
    if do == ClockForm.MORE:
        leading.extend(request.planning, by=_actor(request))
    else:
        leading.pause(request.planning, do == ClockForm.PAUSE, by=_actor(request))


@command
def open_meeting(request: PlanningRequest) -> HttpResponse:
    leading.open_meeting(request.planning, by=_actor(request))
    return redirect("planning_board", request.org.slug, request.planning.quarter.slug)


@command
def close(request: PlanningRequest) -> HttpResponse | None:
    said = cleaned(CloseForm(request.POST))
    leading.close_meeting(request.planning, by=_actor(request), defer=said["defer"])
    return _go_to(request, "planning")


@command
def reopen(request: PlanningRequest) -> HttpResponse | None:
    leading.reopen(request.planning, cleaned(ReopenForm(request.POST))["reason"], by=_actor(request))
    return _go_to(request, "planning_board")


def _go_to(request: PlanningRequest, name: str) -> HttpResponse:
    """Another page, whether a plain form asks or htmx."""
    there = redirect(name, request.org.slug, request.planning.quarter.slug)
    if not request.htmx:
        return there
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = there.url
    return answer
