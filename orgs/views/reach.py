"""How I am reached: what is sent to me, and a pause."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from orgs.actions import reach as actions
from orgs.actions.audit import Actor
from orgs.forms.reach import PauseForm, PreferencesForm
from orgs.http import OrgRequest
from orgs.moments import day
from orgs.pages.reach import reach_page
from orgs.reaching import gets_digest, is_seated, today_of
from orgs.rules import RuleBroken


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reach(request: OrgRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form)
    values = {name: form.cleaned_data[name] for name in form.chosen_anew()}
    actions.change_preferences(values, by=Actor(request.membership))
    messages.success(request, _("Saved"))
    return redirect("reach", org=request.org.slug)


@require_POST
def pause(request: OrgRequest) -> HttpResponse:
    form = PauseForm(request.POST)
    today = today_of(request.org)
    if form.is_valid():
        try:
            member = actions.pause(form.last_day(today), by=Actor(request.membership))
        except RuleBroken as broken:
            form.add_error(broken.field, broken.message)
        else:
            assert member.paused_until is not None
            messages.success(request, _("Paused until %(day)s") % {"day": day(member.paused_until, today)})
            return redirect("reach", org=request.org.slug)
    return _page(request, pause_form=form)


@require_POST
def resume(request: OrgRequest) -> HttpResponse:
    actions.resume(by=Actor(request.membership))
    messages.success(request, _("The pause is over"))
    return redirect("reach", org=request.org.slug)


def _page(request: OrgRequest, *, form: PreferencesForm | None = None, pause_form: PauseForm | None = None) -> Any:
    member = request.membership
    initial = {name: getattr(member, name) for name in actions.PREFERENCES}
    initial["weekly_digest"] = gets_digest(member, is_seated=is_seated(member))
    context = {
        "form": form or PreferencesForm(initial=initial),
        "pause_form": pause_form or PauseForm(),
        "page": reach_page(member),
    }
    wrong = (form and form.errors) or (pause_form and pause_form.errors)
    return render(request, "orgs/reach.html", context, status=422 if wrong else 200)
