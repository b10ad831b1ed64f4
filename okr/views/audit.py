"""Settings ▸ Audit."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from okr.pages.audit import Filters, audit_page, exported
from orgs.csv_file import csv_file
from orgs.http import OrgRequest
from orgs.permissions import Permission, permission_required


@require_safe
@permission_required(Permission.VIEW_AUDIT)
@never_cache
def audit(request: OrgRequest) -> HttpResponse:
    page = audit_page(request.membership, Filters.of(request.GET), before=request.GET.get("before", ""))
    return render(request, "okr/audit.html", {"page": page})


@require_safe
@permission_required(Permission.VIEW_AUDIT)
@never_cache
def export(request: OrgRequest) -> HttpResponse:
    """The same events for a spreadsheet."""
    name = f"audit-{request.org.slug}-{timezone.localdate().isoformat()}.csv"
    return csv_file(name, exported(request.membership, Filters.of(request.GET)))
