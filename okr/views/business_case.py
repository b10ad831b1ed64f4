"""The business rationale of a strategic key result: written by those who may, signed by the chief of staff."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from okr.actions.business_case import FIELDS, budget_left, consolidate_business_case, fingerprint, save_business_case
from okr.forms.business_case import BusinessCaseForm
from okr.models import KeyResult
from okr.pages.rationale import amounts, case_of, percent_text, signed_on
from okr.readings import Clock
from okr.views.key_result import show
from orgs.actions.audit import Actor
from orgs.http import OrgRequest
from orgs.permissions import Permission, permission_required
from orgs.rules import RuleBroken


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.EDIT_RATIONALE)
@never_cache
def business_case(request: OrgRequest, pk: int) -> HttpResponse:
    key_result = _strategic_key_result(pk)
    case, clock = case_of(key_result), Clock.of(request.org)
    form = BusinessCaseForm(
        request.POST if request.method == "POST" else None, initial={field: getattr(case, field) for field in FIELDS}
    )
    sent, seen = request.POST.get("seen"), fingerprint(case)
    if request.method == "POST" and form.is_valid():
        try:
            save_business_case(key_result, by=Actor(request.membership), seen=sent, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(broken.field, broken.message)
        else:
            messages.success(request, _("Rationale saved"))
            return redirect("key_result", request.org.slug, pk)
    context = {
        "form": form,
        "key_result": key_result,
        "left": percent_text(budget_left(key_result)),
        "signed_on": signed_on(case, clock),
        "seen": seen,
        # Somebody else wrote meanwhile: what is stored now is shown, and saving again overwrites it knowingly.
        "stored": amounts(case, clock, key_result.objective.span.number) if sent not in (None, seen) else (),
    }
    return render(request, "okr/business_case.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required(Permission.CONSOLIDATE)
def consolidate(request: OrgRequest, pk: int) -> HttpResponse:
    key_result = _strategic_key_result(pk)
    try:
        consolidate_business_case(key_result, by=Actor(request.membership), seen=request.POST.get("seen"))
    except RuleBroken as broken:
        return show(request, pk, refusal=broken.message, status=422)
    messages.success(request, _("Rationale signed off"))
    return redirect("key_result", request.org.slug, pk)


def _strategic_key_result(pk: int) -> KeyResult:
    rows = KeyResult.objects.live().select_related("objective__year", "business_case__consolidated_by__user")
    return get_object_or_404(rows, pk=pk, objective__level="strategic")
