"""Consolidation: the chief of staff completes what the CoDir retained, and signs it off."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from okr.actions.signing import sign_off, sign_off_all
from orgs.actions.audit import Actor
from orgs.http import OrgRequest
from orgs.permissions import Permission, permission_required
from orgs.rules import RuleBroken
from orgs.toasts import say_done
from workshops.models import Workshop, WorkshopKind
from workshops.pages.consolidation import Consolidation, read_of

REFUSED = 422


@require_safe
@permission_required(Permission.VIEW_RATIONALE)
@never_cache
def consolidation(request: OrgRequest, code: str) -> HttpResponse:
    return _page(request, _consolidated(request, code))


@require_POST
@permission_required(Permission.CONSOLIDATE)
def sign(request: OrgRequest, code: str, pk: int) -> HttpResponse:
    page = _consolidated(request, code)
    found = next((one.key_result for one in page.candidates if one.key_result.pk == pk), None)
    if found is None:
        raise Http404
    read = read_of(request.POST.get("read", ""))
    return _signed(
        request,
        page,
        lambda: sign_off(found, by=Actor(request.membership), read=read[1] if read and read[0] == pk else None),
        _("Signed off: %(title)s") % {"title": found.title},
    )


@require_POST
@permission_required(Permission.CONSOLIDATE)
def sign_all(request: OrgRequest, code: str) -> HttpResponse:
    """Those that the page offered, as they were read there."""
    page = _consolidated(request, code)
    rows = {one.key_result.pk: one.key_result for one in page.candidates}
    said = [read for text in request.POST.getlist("read") if (read := read_of(text)) is not None and read[0] in rows]
    chosen = [(rows[pk], read) for pk, read in dict(said).items()]
    words = ngettext("%(n)s key result signed off", "%(n)s key results signed off", len(chosen)) % {"n": len(chosen)}
    return _signed(request, page, lambda: sign_off_all(chosen, by=Actor(request.membership)), words)


def _consolidated(request: OrgRequest, code: str) -> Consolidation:
    found = get_object_or_404(Workshop.objects.with_place(), code=code, kind=WorkshopKind.CODIR_KEY_RESULTS)
    return Consolidation(request, found)


def _signed(request: OrgRequest, page: Consolidation, act: Callable[[], Any], words: str) -> HttpResponse:
    try:
        change = act()
    except RuleBroken as broken:
        return _page(request, _consolidated(request, page.workshop.code), status=REFUSED, refused=broken.message)
    say_done(request, words, change.id)
    return redirect(page.here)


def _page(request: OrgRequest, page: Consolidation, *, status: int = 200, refused: str = "") -> HttpResponse:
    context = {"page": page, "workshop": page.workshop, "refused": refused}
    return render(request, "workshops/consolidation.html", context, status=status)
