"""What a quarter or a year came to."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from okr.readings import Clock
from reviews.access import ReviewRequest, with_period
from reviews.pages.results import results_page


@require_safe
@never_cache
@with_period
def results(request: ReviewRequest) -> HttpResponse:
    page = results_page(request.period, request.membership, Clock.of(request.org))
    return render(request, "reviews/results.html", {"page": page})
