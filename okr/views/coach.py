"""The wording coach beside a field, asked while one types (static/js/coach.js)."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from okr.actions.coach import keep_wording
from okr.coach import Level, language_to_judge_in
from okr.coach_words import words_of_organization
from okr.forms.coach import CoachForm, KeepWordingForm
from okr.forms.sentence import figures_of
from okr.models import KeyResult, Objective
from okr.pages import coach as pages
from orgs.actions.audit import Actor
from orgs.http import OrgRequest
from orgs.permissions import Permission, can
from orgs.rules import RuleBroken

REFUSED = 422


@require_POST
@never_cache
def coach(request: OrgRequest) -> HttpResponse:
    """The findings on what is typed; nothing where there are none, or where nobody can make sense of the request."""
    form = CoachForm(request.POST)
    if not form.is_valid():
        return HttpResponse()
    return _fragment(request, form)


@require_POST
@never_cache
def coach_dismiss(request: OrgRequest) -> HttpResponse:
    """Keep the wording: the findings that are left. 422 with the message where the reason is missing."""
    form = KeepWordingForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=REFUSED)
    thing = form.thing
    if thing is None:
        raise Http404
    said = form.cleaned_data
    try:
        keep_wording(thing, said["rule"], said["text"], said["reason"], by=Actor(request.membership))
    except RuleBroken as broken:
        return _fragment(request, form, refused=said["rule"], message=broken.message)
    return _fragment(request, form)


def _fragment(request: OrgRequest, form: CoachForm, *, refused: str = "", message: str = "") -> HttpResponse:
    thing = form.thing
    may_write = thing is not None and pages.may_write(request.membership, thing)
    is_key_result = form.statement.level is Level.KEY_RESULT
    context = {
        "advice": pages.advice_on(form.statement, thing),
        "may_keep": may_write,
        "to_initiative": _to_initiative(request, thing) if is_key_result else "",
        "lang": language_to_judge_in(form.statement),
        "reads": figures_of(form.statement, words_of_organization())
        if isinstance(thing, Objective) and thing.pk is not None and is_key_result
        else {},
        "refused": refused,
        "message": message,
    }
    return render(request, "okr/_coach.html", context, status=REFUSED if refused else 200)


def _to_initiative(request: OrgRequest, thing: pages.Thing | None) -> str:
    """Where the sentence is posted to become an initiative; "" for whom, and where, it cannot."""
    if thing is None or thing.pk is None or thing.is_strategic:
        return ""
    slug, member = request.org.slug, request.membership
    if isinstance(thing, KeyResult):
        may = pages.may_write(member, thing)
        return reverse("key_result_to_initiative", args=[slug, thing.pk]) if may else ""
    may = can(member, Permission.EDIT_INITIATIVES, thing.tribe)
    return reverse("objective_to_initiative", args=[slug, thing.pk]) if may else ""
