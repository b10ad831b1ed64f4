"""The facts behind objectives and key results: added, changed, ordered, archived; and their files handed out."""

from pathlib import PurePath

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from okr.actions.evidence import (
    OF_FILE,
    Backed,
    add_evidence,
    archive_evidence,
    change_evidence,
    move_evidence,
)
from okr.actions.rules import require_edit
from okr.files import IMAGES, extension_of
from okr.forms.evidence import EvidenceForm
from okr.models import Evidence, KeyResult, Objective
from okr.pages.evidence import preview
from orgs.actions.audit import Actor
from orgs.actions.editing import Change, EditConflict
from orgs.conflicts import Conflict, conflict_of, decided, seen_in
from orgs.http import OrgRequest
from orgs.rules import RuleBroken
from orgs.toasts import say_done


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_of_objective(request: OrgRequest, pk: int) -> HttpResponse:
    return _new(request, get_object_or_404(Objective.objects.live().with_span(), pk=pk))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_of_key_result(request: OrgRequest, pk: int) -> HttpResponse:
    return _new(request, get_object_or_404(KeyResult.objects.live().with_span(), pk=pk))


def _new(request: OrgRequest, backed: Backed) -> HttpResponse:
    require_edit(request.membership, backed)
    if request.method != "POST":
        return _page(request, backed, EvidenceForm())
    form = EvidenceForm(request.POST, request.FILES)
    valid = form.is_valid()
    if "preview" in request.POST:
        return _preview(request, form)
    if valid:
        try:
            _made, change = add_evidence(backed, by=Actor(request.membership), upload=form.upload, **form.values())
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            say_done(request, _("Evidence added"), change.id)
            return redirect(_page_of(request, backed))
    return _page(request, backed, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: OrgRequest, pk: int) -> HttpResponse:
    evidence, backed = _writable(request, pk)
    if request.method != "POST":
        return _page(request, backed, EvidenceForm(evidence=evidence))
    form = EvidenceForm(request.POST, request.FILES, evidence=evidence)
    valid = form.is_valid()
    if "preview" in request.POST:
        return _preview(request, form)
    conflict = None
    if valid:
        try:
            _changed, change = change_evidence(
                evidence,
                decided(request.POST, form.values()),
                by=Actor(request.membership),
                upload=form.upload,
                without_file=form.drops_file,
                seen=seen_in(request.POST),
            )
        except EditConflict as clash:
            conflict = _conflict(form, clash)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            say_done(request, _("Evidence saved"), change.id)
            return redirect(_page_of(request, backed))
    return _page(request, backed, form, conflict, status=409 if conflict else 422)


@require_POST
def move(request: OrgRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    evidence, backed = _writable(request, pk)
    step = -1 if request.POST.get("to") == "up" else 1
    try:
        move_evidence(evidence, by=Actor(request.membership), position=evidence.position + step)
    except RuleBroken as broken:
        return _refused(request, backed, broken)
    return _done(request, backed)


@require_POST
def archive(request: OrgRequest, pk: int) -> HttpResponse:
    evidence, backed = _writable(request, pk, archived=True)
    if evidence.archived_at is not None:
        return _done(request, backed)
    try:
        change = archive_evidence(evidence, by=Actor(request.membership))
    except RuleBroken as broken:
        return _refused(request, backed, broken)
    return _done(request, backed, _("Evidence archived"), change)


@require_safe
def evidence_file(request: OrgRequest, pk: int) -> FileResponse:
    """The file, to keep and never to show: nothing that somebody uploaded may run as a page of ours. A picture may be
    shown inside a page of ours (`?show`): its content has been checked, and nothing in it may run either."""
    live = Q(key_result__archived_at=None, key_result__objective__archived_at=None, objective=None)
    rows = Evidence.objects.filter(live | Q(objective__archived_at=None, key_result=None), archived_at=None)
    evidence = get_object_or_404(rows, pk=pk)
    if not evidence.file:
        raise Http404
    try:
        content = evidence.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    name = evidence.file_name or PurePath(evidence.file.name).name
    shown = IMAGES.get(extension_of(evidence.file_name)) if "show" in request.GET else None
    response = FileResponse(
        content, as_attachment=shown is None, filename=name, content_type=shown or "application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


# ── Underneath ───────────────────────────────────────────────────────────────


def _writable(request: OrgRequest, pk: int, *, archived: bool = False) -> tuple[Evidence, Backed]:
    """The fact (perhaps one that is archived) and what it stands behind: 404 where there is none, 403 for who may not
    write it."""
    evidence = get_object_or_404(
        Evidence.objects.all() if archived else Evidence.objects.filter(archived_at=None), pk=pk
    )
    if evidence.objective_id is not None:
        backed: Backed = get_object_or_404(Objective.objects.live().with_span(), pk=evidence.objective_id)
    else:
        backed = get_object_or_404(KeyResult.objects.live().with_span(), pk=evidence.key_result_id)
    require_edit(request.membership, backed)
    return evidence, backed


def _page_of(request: OrgRequest, backed: Backed) -> str:
    name = "objective" if isinstance(backed, Objective) else "key_result"
    return f"{reverse(name, args=[request.org.slug, backed.pk])}#evidence"


def _page(
    request: OrgRequest, backed: Backed, form: EvidenceForm, conflict: Conflict | None = None, status: int = 200
) -> HttpResponse:
    objective = backed if isinstance(backed, Objective) else backed.objective
    context = {
        "form": form,
        "evidence": form.evidence,
        "conflict": conflict,
        "backed": backed,
        "objective": objective,
        "is_objective": isinstance(backed, Objective),
        "back": _page_of(request, backed),
        "preview": preview(form.table, request.org) if form.table and not form.errors else None,
        "here": objective.whereabouts,
    }
    return render(request, "okr/evidence_form.html", context, status=status)


def _preview(request: OrgRequest, form: EvidenceForm) -> HttpResponse:
    """What a CSV would look like, or what is wrong with it; nothing is saved."""
    trouble = form.errors.get("file")
    context = {
        "trouble": trouble[0] if trouble else "",
        "preview": preview(form.table, request.org) if form.table and not trouble else None,
    }
    return render(request, "okr/_evidence_preview.html", context)


def _conflict(form: EvidenceForm, clash: EditConflict) -> Conflict:
    """The file's columns stand for one thing, which no text can show: it is chosen again, or theirs stays."""
    of_file = [one for one in clash.clashes if one.name in OF_FILE]
    if of_file:
        words = {"name": of_file[0].by}
        form.add_error(
            "file", _("%(name)s changed the file meanwhile: it is the one above. Save again to replace it.") % words
        )
    return conflict_of(form, clash, unshown=OF_FILE if of_file else ())


def _done(request: OrgRequest, backed: Backed, text: str = "", change: Change | None = None) -> HttpResponse:
    """In place (htmx): the page is asked to show itself anew. Without JavaScript: back to it."""
    if text:
        say_done(request, text, change.id if change else None)
    if not request.htmx:
        return redirect(_page_of(request, backed))
    answer = render(request, "_toasts_oob.html")
    answer["HX-Reswap"] = "none"
    answer["HX-Trigger"] = "polaris:changed"
    return answer


def _refused(request: OrgRequest, backed: Backed, broken: RuleBroken) -> HttpResponse:
    messages.error(request, broken.message)
    return _done(request, backed)
