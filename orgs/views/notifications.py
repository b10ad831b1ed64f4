"""The inbox: what people were told. Reading marks nothing by itself; buttons do, and the page a notice leads to."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from orgs.actions.notifications import mark_read
from orgs.http import OrgRequest
from orgs.models import Notification
from orgs.pages.notifications import inbox_of, notice_of, one_of
from orgs.permissions import Permission, can

LONGEST_PATH = 200


@require_safe
@never_cache
def inbox(request: OrgRequest) -> HttpResponse:
    found = inbox_of(request.membership, page=request.GET.get("page", "1"), show=request.GET.get("show", ""))
    return render(request, "orgs/inbox.html", {"inbox": found, "may_answer": _may_answer(request)})


@require_POST
def open_notice(request: OrgRequest, pk: int) -> HttpResponse:
    """Read, and on to what it is about."""
    notice = get_object_or_404(Notification, pk=pk, recipient=request.membership)
    mark_read(request.membership, pk=pk)
    return redirect(f"/o/{request.org.slug}/{notice.path}")


@require_POST
def read(request: OrgRequest, pk: int) -> HttpResponse:
    get_object_or_404(Notification, pk=pk, recipient=request.membership)
    mark_read(request.membership, pk=pk)
    if not request.htmx:
        return redirect("inbox", org=request.org.slug)
    row = one_of(request.membership, pk)
    assert row is not None  # just found
    return render(request, "orgs/_notice_changed.html", {"notice": notice_of(row), "may_answer": _may_answer(request)})


@require_POST
def read_all(request: OrgRequest) -> HttpResponse:
    mark_read(request.membership)
    return redirect("inbox", org=request.org.slug)


@require_POST
def seen(request: OrgRequest) -> HttpResponse:
    """A page says that it showed what notices lead to: those `below` its path are read."""
    below = request.POST.get("below", "")
    if below and "\x00" not in below and len(below) <= LONGEST_PATH:
        mark_read(request.membership, below=below)
    return render(request, "_bell.html", {"oob": True})


def _may_answer(request: OrgRequest) -> bool:
    return can(request.membership, Permission.COMMENT)
