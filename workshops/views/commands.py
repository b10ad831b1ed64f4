"""What all commands of a room have in common: a POST of whoever is in it, refused in words, and answered with nothing.

What a command changed reaches everybody by the stream, whoever sent it too. Where a plain form was sent, the answer is
the whole page.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from orgs.rules import RuleBroken
from workshops.access import RoomRequest, in_room
from workshops.actions.running import NotReady
from workshops.views.page import whole_page

WAITING, REFUSED = 409, 422


class Invalid(Exception):
    """A form of the room that does not hold: its first error is said."""

    def __init__(self, form: Form) -> None:
        super().__init__(form.errors)
        self.form = form


def command(act: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """`act(request, …)` does the work; it raises RuleBroken or Invalid to refuse."""

    @require_POST
    @in_room
    @wraps(act)
    def answered(request: RoomRequest, **kwargs: Any) -> HttpResponse:
        try:
            act(request, **kwargs)
        except NotReady as waiting:
            return said(request, WAITING, waiting=waiting, action=request.path)
        except RuleBroken as broken:
            return said(request, REFUSED, message=broken.message, typed=request.POST.get("text", ""))
        except Invalid as invalid:
            message = next(iter(invalid.form.errors.values()))[0]
            return said(request, REFUSED, message=message, typed=request.POST.get("text", ""), form=invalid.form)
        if request.htmx:
            return render(request, "workshops/room/_says.html")
        return redirect("workshop_room", request.org.slug, request.workshop.code)

    return answered


def said(request: RoomRequest, status: int, **says: Any) -> HttpResponse:
    """Why not, in the place of the page that says such things."""
    if request.htmx:
        return render(request, "workshops/room/_says.html", says, status=status)
    return whole_page(request, status=status, **says)


def cleaned(form: Form) -> dict[str, Any]:
    """The form's values; raises Invalid where it does not hold."""
    if not form.is_valid():
        raise Invalid(form)
    return form.cleaned_data
