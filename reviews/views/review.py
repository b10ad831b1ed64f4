"""The reviews of all periods, of one, and of one tribe or the strategy in it."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from okr.models import Quarter, Year
from okr.readings import Clock
from orgs.conflicts import Conflict
from orgs.http import OrgRequest
from orgs.models import Tribe
from reviews.access import ReviewRequest, with_period
from reviews.forms.opening import OpeningForm
from reviews.forms.verdict import VerdictForm
from reviews.pages.meetings import reads_meetings
from reviews.pages.review import review_page
from reviews.pages.reviews import reviews_page
from reviews.pages.sheet import Sheet, SheetLine, sheet_of


@require_safe
@never_cache
def reviews(request: OrgRequest) -> HttpResponse:
    context = {"page": reviews_page(Clock.of(request.org)), "meetings": reads_meetings(request.membership)}
    return render(request, "reviews/reviews.html", context)


@require_safe
@never_cache
@with_period
def review(request: ReviewRequest) -> HttpResponse:
    return show_review(request)


@require_safe
@never_cache
@with_period
def tribe(request: ReviewRequest, code: str) -> HttpResponse:
    if not isinstance(request.period, Quarter):
        raise Http404
    found = get_object_or_404(Tribe.objects.select_related("lead__user"), code=code.upper())
    return show_sheet(request, request.period, found, opened=_number(request.GET.get("open", "")))


@require_safe
@never_cache
@with_period
def strategy(request: ReviewRequest) -> HttpResponse:
    if not isinstance(request.period, Year):
        raise Http404
    return show_sheet(request, request.period, None, opened=_number(request.GET.get("open", "")))


def show_review(request: ReviewRequest, *, form: OpeningForm | None = None, status: int = 200) -> HttpResponse:
    """The whole page, perhaps with the form of its opening as it was sent and refused."""
    page = review_page(request.period, request.membership, Clock.of(request.org))
    form = form or OpeningForm(period=request.period)
    return render(request, "reviews/review.html", {"page": page, "form": form}, status=status)


def show_sheet(
    request: OrgRequest,
    period: Year | Quarter,
    of: Tribe | None,
    *,
    opened: int | None = None,
    form: VerdictForm | None = None,
    conflict: Conflict | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """The whole page, with one key result's form open, perhaps as it was sent and refused."""
    page = sheet_of(period, of, request.membership, Clock.of(request.org))
    line = _opened(page, opened)
    if line is not None and form is None:
        form = VerdictForm(line=line.line)
    context = {
        "page": page,
        "tribe": of,
        "opened": line.line.key_result.pk if line else None,
        "form": form if line else None,
        "conflict": conflict,
        "refusal": refusal,
        "revision": request.POST.get("revision") or (line.revision if line else 1),
    }
    return render(request, "reviews/sheet.html", context, status=status)


def _opened(page: Sheet, opened: int | None) -> SheetLine | None:
    if not (page.is_on and page.may_review):
        return None
    lines = [line for goal in page.goals for line in goal.lines]
    return next((line for line in lines if line.line.key_result.pk == opened), None)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
