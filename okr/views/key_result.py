"""One key result, and the files of evidence."""

from pathlib import PurePath

from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from okr.models import Evidence
from okr.pages.history import page_asked
from okr.pages.initiatives import every_asked
from okr.pages.key_result import key_result_page
from okr.readings import Clock
from orgs.caching import kept_while_unchanged
from orgs.http import OrgRequest


@require_safe
@kept_while_unchanged
def key_result(request: OrgRequest, pk: int) -> HttpResponse:
    return show(request, pk)


def show(request: OrgRequest, pk: int, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """The page; also what an action on it that was refused answers, with the reason on top."""
    page = key_result_page(
        pk,
        request.membership,
        Clock.of(request.org),
        page_asked(request.GET),
        every_initiative=every_asked(request.GET),
    )
    context = {
        "page": page,
        "key_result": page.key_result,
        "refusal": refusal,
        "here": page.key_result.objective.whereabouts,
    }
    return render(request, "okr/key_result.html", context, status=status)


@require_safe
def evidence_file(request: OrgRequest, pk: int) -> FileResponse:
    """The file, to keep and never to show: nothing that somebody uploaded may run as a page of ours."""
    live = Q(key_result__archived_at=None, key_result__objective__archived_at=None, objective=None)
    evidence = get_object_or_404(Evidence.objects.filter(live | Q(objective__archived_at=None, key_result=None)), pk=pk)
    if not evidence.file:
        raise Http404
    try:
        content = evidence.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        content,
        as_attachment=True,
        filename=PurePath(evidence.file.name).name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
