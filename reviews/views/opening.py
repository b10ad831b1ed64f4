"""Opening a review early, or setting the day on which it opens."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from okr.readings import Clock
from orgs.actions.audit import Actor
from orgs.actions.editing import EditConflict
from orgs.conflicts import seen_in
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from orgs.toasts import say_done
from reviews.access import ReviewRequest, slug_of, with_period
from reviews.actions.opening import open_review
from reviews.forms.opening import OpeningForm
from reviews.pages.words import day_of
from reviews.timing import opens_on
from reviews.views.review import show_review

CONFLICT, REFUSED = 409, 422


@require_POST
@with_period
def opening(request: ReviewRequest) -> HttpResponse:
    """`now` opens it today; else on the `day` of the form."""
    period, today = request.period, Clock.of(request.org).today
    require(request.membership, Permission.CLOSE_PERIOD, period)
    data = {"day": today.isoformat()} if "now" in request.POST else request.POST
    status = REFUSED
    form = OpeningForm(data, period=period)
    if form.is_valid():
        try:
            changed, change = open_review(
                period, form.cleaned_data["day"], by=Actor(request.membership), seen=seen_in(request.POST)
            )
        except EditConflict:
            day = {"day": day_of(opens_on(period))}
            form.add_error("day", _("Somebody has chosen %(day)s meanwhile. Save again to change it.") % day)
            status = CONFLICT
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            period.refresh_from_db(fields=["review_opens_on"])
            on = opens_on(period)
            said = _("The review is open") if on <= today else _("The review opens on %(day)s") % {"day": day_of(on)}
            say_done(request, said, change.id if changed else None)
            return redirect("review", request.org.slug, slug_of(period))
    return show_review(request, form=form, status=status)
