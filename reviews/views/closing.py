"""Closing a quarter or a year."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from okr.readings import Clock
from orgs.actions.audit import Actor
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from orgs.toasts import say_done
from reviews.access import ReviewRequest, slug_of, with_period
from reviews.actions.closing import close_period
from reviews.forms.verdict import CloseForm
from reviews.pages.review import review_page

REFUSED = 422


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@with_period
def close(request: ReviewRequest) -> HttpResponse:
    """What is missing, and the close, for which that is insisted on with a reason."""
    require(request.membership, Permission.CLOSE_PERIOD, request.period)
    page = review_page(request.period, request.membership, Clock.of(request.org))
    form = CloseForm(request.POST if request.method == "POST" else None, missing=page.results.missing)
    if request.method == "POST" and form.is_valid():
        try:
            done = close_period(
                request.period, by=Actor(request.membership), reason=form.cleaned_data.get("reason", "")
            )
        except RuleBroken as broken:
            form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        else:
            say_done(request, _("%(period)s is closed.") % {"period": request.period})
            if done.made:
                more = ngettext(
                    "%(n)s key result stands in the next draft.",
                    "%(n)s key results stand in the next draft.",
                    len(done.made),
                )
                say_done(request, more % {"n": len(done.made)}, done.change.id)
            return redirect("review_results", request.org.slug, slug_of(request.period))
    return render(request, "reviews/close.html", {"page": page, "form": form}, status=REFUSED if form.errors else 200)
