"""A closed workshop, phase by phase."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from workshops.pages.minutes import Minutes
from workshops.pages.replay import Replay, Retold
from workshops.views.reading import of_closed_workshop


@of_closed_workshop
def replay(request: Any, minutes: Minutes, number: int = 1) -> HttpResponse:
    shown = Replay(Retold(minutes.workshop, minutes.org), number)
    if not shown.exists and (number > 1 or shown.last):
        raise Http404
    context = {"replay": shown, "minutes": shown.minutes, "workshop": minutes.workshop, "org": request.org}
    return render(request, "workshops/replay.html", context)
