"""Judging one key result, and correcting that after the close."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from okr.models import KeyResult, PeriodState
from okr.readings import Clock
from orgs.actions.audit import Actor
from orgs.actions.editing import EditConflict
from orgs.conflicts import conflict_of, decided, seen_in
from orgs.http import OrgRequest
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from orgs.toasts import say_done
from reviews.access import reviewers_of, slug_of
from reviews.actions.verdicts import correct_verdict, give_verdict
from reviews.forms.verdict import CorrectionForm, VerdictForm
from reviews.pages.sheet import sheet_of
from reviews.results import Line, results_of
from reviews.views.review import show_sheet

CONFLICT, REFUSED = 409, 422


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def verdict(request: OrgRequest, pk: int) -> HttpResponse:
    """Saved row by row: the next one without verdict opens then."""
    row = _found(pk)
    objective = row.objective
    require(request.membership, Permission.REVIEW, reviewers_of(objective))
    here = sheet_address(request, row)
    if request.method != "POST":
        return show_sheet(request, objective.span, objective.tribe, opened=pk)
    form = VerdictForm(request.POST, line=_line_of(row))
    conflict = None
    if form.is_valid():
        try:
            changed, change = give_verdict(
                row, decided(request.POST, form.values()), by=Actor(request.membership), seen=seen_in(request.POST)
            )
        except EditConflict as clash:
            conflict = conflict_of(form, clash, {"kept": lambda value: _("Kept") if value else _("Not kept")})
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            said = _("%(code)s is judged") % {"code": row.code}
            say_done(request, said, change.id if changed else None)
            page = sheet_of(objective.span, objective.tribe, request.membership, Clock.of(request.org))
            following = page.next_open
            return redirect(following.open_url if following else f"{here}#kr-{pk}")
    status = CONFLICT if conflict else REFUSED
    refusal = " ".join(map(str, form.non_field_errors()))
    return show_sheet(
        request,
        objective.span,
        objective.tribe,
        opened=pk,
        form=form,
        conflict=conflict,
        refusal=refusal,
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def correct(request: OrgRequest, pk: int) -> HttpResponse:
    row = _found(pk)
    require(request.membership, Permission.CORRECT_CLOSED, row.objective)
    if row.objective.span.state != PeriodState.CLOSED:
        said = _("%(period)s is not closed: its review takes this.") % {"period": row.objective.span}
        return show_sheet(request, row.objective.span, row.objective.tribe, refusal=said, status=REFUSED)
    line = _line_of(row)
    form = CorrectionForm(request.POST if request.method == "POST" else None, line=line)
    conflict = None
    results = reverse("review_results", args=[request.org.slug, slug_of(row.objective.span)])
    if request.method == "POST" and form.is_valid():
        try:
            correct_verdict(
                row,
                decided(request.POST, form.values()),
                reason=form.cleaned_data["reason"],
                by=Actor(request.membership),
                seen=seen_in(request.POST),
            )
        except EditConflict as clash:
            conflict = conflict_of(form, clash, {"kept": lambda value: _("Kept") if value else _("Not kept")})
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            say_done(request, _("%(code)s is corrected") % {"code": row.code})
            return redirect(f"{results}#kr-{pk}")
    revision = request.POST.get("revision") or (line.verdict.revision if line.verdict else 1)
    context = {"form": form, "line": line, "conflict": conflict, "revision": revision, "back": f"{results}#kr-{pk}"}
    status = CONFLICT if conflict else REFUSED if form.errors else 200
    return render(request, "reviews/correct.html", context, status=status)


def sheet_address(request: OrgRequest, row: KeyResult) -> str:
    objective, slug = row.objective, request.org.slug
    if objective.tribe is None:
        return reverse("review_strategy", args=[slug, slug_of(objective.span)])
    return reverse("review_tribe", args=[slug, slug_of(objective.span), objective.tribe.code])


def _found(pk: int) -> KeyResult:
    found: KeyResult = get_object_or_404(KeyResult.objects.running().with_span(), pk=pk)
    return found


def _line_of(row: KeyResult) -> Line:
    results = results_of(row.objective.span, tribe=row.objective.tribe, notes=False)
    return next(line for line in results.lines if line.key_result.pk == row.pk)
