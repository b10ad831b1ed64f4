"""The probe's doors, beside all others."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config import urls
from config.urls import handler400, handler403, handler404, handler500  # noqa: F401
from orgs.models import Tribe
from tests.probe import kind
from workshops.live.announcing import announce, nudge, review
from workshops.live.presence import present, present_everywhere
from workshops.live.registry import Parts


@csrf_exempt
def probe(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: a page that follows it. POST: change the mission; `quiet` loses the message that tells of it."""
    tribe = get_object_or_404(Tribe, pk=pk)
    if request.method == "POST":
        return JsonResponse({"seq": change(tribe, request.POST)})
    plain = {name: draw for name, draw in kind.PROBE.regions.items() if not isinstance(draw, Parts)}
    regions = {name: draw(tribe, "room") for name, draw in plain.items()}
    return render(request, "probe.html", {"tribe": tribe, "regions": regions})


def change(tribe: Tribe, fields: Any) -> int:
    key = str(tribe.pk)
    with transaction.atomic():
        Tribe.objects.filter(pk=tribe.pk).update(mission=fields.get("mission", ""), revision=F("revision") + 1)
        tribe.refresh_from_db()
        if "quiet" not in fields:
            announce("probe", key, tribe.revision, fields.getlist("region") or ["board"])
    return tribe.revision


@csrf_exempt
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: something private waits for somebody, or their rights have changed."""
    {"nudge": nudge, "review": review}[request.POST["what"]]("probe", str(pk), request.POST.getlist("person"))
    return HttpResponse(status=204)


def who(request: HttpRequest, pk: int) -> HttpResponse:
    everywhere = present_everywhere("probe", str(pk))
    known = None if everywhere is None else sorted(everywhere)
    return JsonResponse({"present": sorted(present("probe", str(pk))), "everywhere": known})


def own(request: HttpRequest, pk: int) -> HttpResponse:
    """What only the person sees; how often it was fetched is in the session."""
    request.session["fetched"] = request.session.get("fetched", 0) + 1
    return HttpResponse(f"fetched {request.session['fetched']}", headers={"Cache-Control": "private, no-store"})


urlpatterns = [
    path("o/<slug:org>/probe/<int:pk>/", probe, name="probe"),
    path("o/<slug:org>/probe/<int:pk>/tell/", tell),
    path("o/<slug:org>/probe/<int:pk>/who/", who),
    path("o/<slug:org>/probe/<int:pk>/own/", own),
    *urls.urlpatterns,
]
