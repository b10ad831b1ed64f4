"""What both the minutes and the replay begin with: a workshop that is over, and somebody who may read it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workshops.access import admits_guests, workshop_at
from workshops.models import Workshop
from workshops.pages.minutes import Minutes

NOT_YET = 404


def of_closed_workshop(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a view of `(request, minutes)`: for every member of the organization, as the plan is, and for guests who were let
    in, as long as their token lives. Before the end it says that there is nothing yet."""

    @require_safe
    @never_cache
    @admits_guests
    @wraps(view)
    def opened(request: Any, code: str, **kwargs: Any) -> HttpResponse:
        workshop = workshop_at(code)
        if request.membership is None and request.guest.admitted_at is None:
            raise Http404
        if workshop.state != Workshop.State.CLOSED:
            return render(request, "workshops/not_yet.html", {"workshop": workshop, "org": request.org}, status=NOT_YET)
        return view(request, Minutes(workshop, request.org), **kwargs)

    return opened
