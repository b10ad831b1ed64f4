"""Following things: the toggle on their pages, and what I follow."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from okr.actions.following import set_following
from okr.following import Followed, loaded_why, topic_of
from okr.models import KeyResult, Objective
from okr.pages.following import following_page, toggle_of
from okr.readings import Clock
from orgs.caching import kept_while_unchanged
from orgs.http import OrgRequest, way_back
from orgs.models import Tribe
from orgs.toasts import say_done

TOGGLE = "follow"  # its id in a page


@require_safe
@kept_while_unchanged
def following(request: OrgRequest) -> HttpResponse:
    page = following_page(request.membership, Clock.of(request.org), request.GET.get("page"))
    return render(request, "okr/following.html", {"page": page})


@require_POST
def tribe(request: OrgRequest, code: str, hears: bool) -> HttpResponse:
    return _set(request, get_object_or_404(Tribe, code=code.upper(), archived_at=None), hears)


@require_POST
def objective(request: OrgRequest, pk: int, hears: bool) -> HttpResponse:
    return _set(request, get_object_or_404(Objective.objects.live().select_related("tribe"), pk=pk), hears)


@require_POST
def key_result(request: OrgRequest, pk: int, hears: bool) -> HttpResponse:
    return _set(request, get_object_or_404(KeyResult.objects.live().select_related("objective__tribe"), pk=pk), hears)


def _set(request: OrgRequest, thing: Followed, hears: bool) -> HttpResponse:
    """On the thing's page (htmx) the toggle comes anew; from a list, or a toast's Undo, the page refreshes itself."""
    key = thing.code if isinstance(thing, Tribe) else thing.pk
    if set_following(thing, hears, by=request.membership):
        back = reverse(f"{topic_of(thing)}_{'unfollow' if hears else 'follow'}", args=[request.org.slug, key])
        name = thing.name if isinstance(thing, Tribe) else f"{thing.code} {thing.title}"
        said = _("You follow %(name)s") if hears else _("You hear nothing of %(name)s any more")
        say_done(request, said % {"name": name}, undo_at=back)
    if not request.htmx:
        here = reverse(topic_of(thing), args=[request.org.slug, key])
        return redirect(way_back(request.POST.get("next", "")) or here)
    if request.htmx.target == TOGGLE:
        toggle = toggle_of(thing, loaded_why(thing, request.membership), request.org)
        return render(request, "okr/_follow_changed.html", {"toggle": toggle})
    answer = render(request, "_toasts_oob.html")
    answer["HX-Reswap"] = "none"
    answer["HX-Trigger"] = "polaris:changed"
    return answer
