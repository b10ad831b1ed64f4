"""The business rationale of a strategic key result: written by those who may, signed by the chief of staff."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from okr.actions.business_case import FIELDS, budget_left, consolidate_business_case, save_business_case
from okr.forms.business_case import BusinessCaseForm
from okr.models import KeyResult
from okr.pages.rationale import case_of, percent_text, signed_on
from okr.readings import Clock
from okr.views.key_result import show
from orgs.actions.audit import Actor
from orgs.actions.editing import EditConflict
from orgs.conflicts import conflict_of, decided, seen_in
from orgs.http import OrgRequest, way_back
from orgs.permissions import Permission, permission_required
from orgs.rules import RuleBroken
from orgs.toasts import say_done


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.EDIT_RATIONALE)
@never_cache
def business_case(request: OrgRequest, pk: int) -> HttpResponse:
    key_result = _strategic_key_result(pk)
    case, clock = case_of(key_result), Clock.of(request.org)
    form = BusinessCaseForm(
        request.POST if request.method == "POST" else None, initial={field: getattr(case, field) for field in FIELDS}
    )
    conflict = None
    page = reverse("key_result", args=[request.org.slug, pk])
    back = way_back(request.POST.get("next", "") or request.GET.get("next", ""))
    # What comes back refused keeps the revision that was read, so that sent again it still meets what others wrote.
    seen = seen_in(request.POST)
    revision = case.revision if seen is None else seen
    if request.method == "POST" and form.is_valid():
        try:
            changed, change = save_business_case(
                key_result,
                by=Actor(request.membership),
                seen=seen,
                **decided(request.POST, form.cleaned_data),
            )
        except EditConflict as clash:
            conflict = conflict_of(form, clash)
        except RuleBroken as broken:
            form.add_error(broken.field, broken.message)
            if broken.field is None:  # it tells what others did meanwhile: now that is read
                revision = case.revision
        else:
            say_done(request, _("Rationale saved"), change.id if changed else None)
            return redirect(f"{back}#kr-{pk}" if back else page)
    context = {
        "form": form,
        "key_result": key_result,
        "left": percent_text(budget_left(key_result)),
        "signed_on": signed_on(case, clock),
        "revision": revision,
        "back": back or page,
        "conflict": conflict,
    }
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "okr/business_case.html", context, status=status)


@require_POST
@permission_required(Permission.CONSOLIDATE)
def consolidate(request: OrgRequest, pk: int) -> HttpResponse:
    key_result = _strategic_key_result(pk)
    try:
        change = consolidate_business_case(key_result, by=Actor(request.membership), seen=seen_in(request.POST))
    except RuleBroken as broken:
        return show(request, pk, refusal=broken.message, status=422)
    say_done(request, _("Rationale signed off"), change.id)
    return redirect("key_result", request.org.slug, pk)


def _strategic_key_result(pk: int) -> KeyResult:
    rows = KeyResult.objects.live().select_related("objective__year", "business_case__consolidated_by__user")
    return get_object_or_404(rows, pk=pk, objective__level="strategic")
