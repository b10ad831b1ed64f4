"""The minutes of a closed workshop: page, PDF, spreadsheet, and sending them to who took part."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from okr import numbers
from okr.language import language
from orgs.actions.audit import Actor
from orgs.http import OrgRequest
from orgs.permissions import Permission, can
from orgs.rules import RuleBroken
from orgs.toasts import say_done
from workshops.actions import sending
from workshops.documents import minutes_pdf, minutes_xlsx
from workshops.documents.sheets import XLSX
from workshops.models import Workshop
from workshops.pages.minutes import Minutes
from workshops.views.reading import of_closed_workshop

REFUSED = 422


@of_closed_workshop
def minutes(request: Any, minutes: Minutes) -> HttpResponse:
    return _page(request, minutes)


@of_closed_workshop
def pdf(request: Any, minutes: Minutes) -> HttpResponse:
    return _file(minutes_pdf.render(minutes), "application/pdf", minutes, "pdf")


@of_closed_workshop
def xlsx(request: Any, minutes: Minutes) -> HttpResponse:
    return _file(minutes_xlsx.render(minutes), XLSX, minutes, "xlsx")


@require_POST
def send(request: OrgRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Workshop.objects.with_place(), code=code)
    try:
        number = sending.send_minutes(found, by=Actor(request.membership))
    except RuleBroken as broken:
        if found.state != Workshop.State.CLOSED:
            return redirect("workshop", org=request.org.slug, code=code)
        return _page(request, Minutes(found, request.org), status=REFUSED, refused=broken.message)
    words = {"n": number}
    say_done(request, ngettext("Minutes sent to %(n)s person", "Minutes sent to %(n)s people", number) % words)
    return redirect("workshop_minutes", org=request.org.slug, code=code)


def _page(request: Any, minutes: Minutes, *, status: int = 200, **says: Any) -> HttpResponse:
    member = request.membership
    context = {
        "minutes": minutes,
        "workshop": minutes.workshop,
        "org": request.org,
        "may_send": member is not None and can(member, Permission.LEAD_WORKSHOPS, minutes.workshop),
        "sent": sending.sent(minutes.workshop),
        "sent_on": _day(minutes.workshop.minutes_sent_at),
        **says,
    }
    return render(request, "workshops/minutes.html", context, status=status)


def _day(at: dt.datetime | None) -> str:
    return numbers.format_date(timezone.localtime(at).date(), language(), "short") if at else ""


def _file(content: bytes, kind: str, minutes: Minutes, suffix: str) -> HttpResponse:
    name = slugify(" ".join([pgettext("of a workshop", "Minutes"), minutes.title]))[:80]
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}.{suffix}"'}
    )
