"""Settings ▸ Audit."""

import csv
import io

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from okr.pages.audit import Filters, audit_page, exported
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
    """The same events for a spreadsheet; the mark at the beginning tells it that this is UTF-8."""
    text = io.StringIO("\ufeff")
    text.seek(0, io.SEEK_END)
    csv.writer(text).writerows(exported(request.membership, Filters.of(request.GET)))
    name = f"audit-{request.org.slug}-{timezone.localdate().isoformat()}.csv"
    return HttpResponse(
        text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
