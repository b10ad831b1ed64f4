"""What a planning decided, to take along: a spreadsheet, a PDF, and the funnel as a page, a PDF and a picture for slides."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from planning.access import PlanningRequest, with_planning
from planning.documents import decisions_pdf, decisions_xlsx, funnel_picture
from planning.documents.reading import LEFT, Reading
from planning.models import Planning
from planning.rulings import outcome_in_words
from workshops.documents.sheets import XLSX


def once_it_met(view: Callable[[PlanningRequest, Reading], HttpResponse]) -> Callable[..., HttpResponse]:
    """Before the meeting nothing is decided: the planning's own page says what comes."""

    @require_safe
    @never_cache
    @with_planning
    @wraps(view)
    def shown(request: PlanningRequest) -> HttpResponse:
        if request.planning.state == Planning.State.PREPARING:
            return redirect("planning", org=request.org.slug, quarter=request.planning.quarter.slug)
        return view(request, Reading(request.planning, request.org))

    return shown


@once_it_met
def xlsx(request: PlanningRequest, reading: Reading) -> HttpResponse:
    return _file(reading, decisions_xlsx.render(reading), XLSX, _("decisions"), "xlsx")


@once_it_met
def pdf(request: PlanningRequest, reading: Reading) -> HttpResponse:
    return _file(reading, decisions_pdf.render(reading), "application/pdf", _("decisions"), "pdf")


@once_it_met
def funnel(request: PlanningRequest, reading: Reading) -> HttpResponse:
    counts = reading.standing.counts
    presented = max(reading.standing.presented, 1)
    context = {
        "planning": request.planning,
        "reading": reading,
        "drawing": funnel_picture.svg(reading),
        # For a narrow screen: key, label, how many, and its share of what was presented (0 to 100).
        "steps": [
            (key, label, number, round(100 * number / presented))
            for key, label, number in reading.funnel
            if key != "published" or reading.is_published
        ],
        "headline": funnel_picture.headline(reading),
        "bare": funnel_picture.bare(reading),
        "left": [(one, outcome_in_words(one), counts[one], reading.because(one)) for one in LEFT if counts.get(one)],
        "key": [(one, outcome_in_words(one)) for one in ("keep", *LEFT, "open") if counts.get(one)],
    }
    return render(request, "planning/funnel.html", context)


@once_it_met
def funnel_pdf(request: PlanningRequest, reading: Reading) -> HttpResponse:
    return _file(reading, funnel_picture.render(reading), "application/pdf", _("funnel"), "pdf")


@once_it_met
def funnel_png(request: PlanningRequest, reading: Reading) -> HttpResponse:
    return _file(reading, funnel_picture.render(reading, funnel_picture.PNG), "image/png", _("funnel"), "png")


def _file(reading: Reading, content: bytes, kind: str, what: str, suffix: str) -> HttpResponse:
    name = slugify(f"{reading.title} {what}")[:80]
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}.{suffix}"'}
    )
