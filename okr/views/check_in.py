"""Check-in: what is due from me, one key result after the other; and correcting my last one."""

import re
from collections.abc import Sequence
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from okr import numbers
from okr.actions.check_in import (
    check_correctable,
    check_running,
    correct_check_in,
    record_check_in,
    take_back_check_ins,
)
from okr.forms.check_in import CheckInForm, figure_field
from okr.language import language
from okr.models import CheckIn, KeyResult, Step
from okr.pages import check_in as pages
from okr.pages import check_in_round as rounds
from okr.pages.correction import correct_url, take_back_url
from okr.pages.figures import Figures
from okr.readings import Clock
from orgs.actions.audit import Actor
from orgs.http import OrgRequest, way_back
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from orgs.toasts import say_done

PK = re.compile(r"[0-9]{1,18}")
WITH_PERIOD = ("objective__year", "objective__quarter__year", "objective__tribe")


@require_safe
def check_in(request: OrgRequest) -> HttpResponse:
    """Straight to the first that is due; after the last, what was done; with nothing due, what I own."""
    clock = Clock.of(request.org)
    ended = "done" in request.GET
    round_ = _round(request, clock, None if ended else rounds.now())
    if round_.left and not ended:
        return redirect(round_.left[0].url)
    context = {"round": round_, "week": numbers.format_week(clock.today, language())}
    if round_.items:
        context["summary"] = rounds.summary_of(round_, request.membership, clock)
    else:
        context["owned"] = rounds.owned_by(request.membership, clock)
    return render(request, "okr/check_in.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def check_in_key_result(request: OrgRequest, pk: int) -> HttpResponse:
    clock = Clock.of(request.org)
    round_ = _round(request, clock)
    item = round_.item(pk)
    key_result = item.key_result if item else get_object_or_404(KeyResult.objects.select_related(*WITH_PERIOD), pk=pk)
    require(request.membership, Permission.CHECK_IN, key_result)
    if item is None:
        round_ = rounds.opened_early(round_, key_result, clock)
    steps = pages.steps_of(key_result)
    if request.method == "POST":
        return _record(request, clock, round_, key_result, steps)
    try:
        check_running(key_result)
    except RuleBroken as broken:
        return _refused(request, key_result, broken)
    typed = _typed(request, key_result)
    form = CheckInForm(key_result=key_result, steps=steps, value=typed)
    return _page(request, form, pages.key_result_page(key_result, clock, typed=typed), round_)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: OrgRequest, pk: int) -> HttpResponse:
    clock = Clock.of(request.org)
    of = [f"key_result__{name}" for name in WITH_PERIOD]
    made = get_object_or_404(CheckIn.objects.select_related(*of), pk=pk)
    require(request.membership, Permission.CORRECT_CHECK_IN, made)
    steps = pages.steps_of(made.key_result)
    if request.method == "POST":
        return _correct(request, clock, made, steps)
    try:
        check_correctable(made)
    except RuleBroken as broken:
        return _refused(request, made.key_result, broken)
    typed = _typed(request, made.key_result)
    form = CheckInForm(key_result=made.key_result, steps=steps, correcting=made, value=typed)
    return _page(request, form, pages.key_result_page(made.key_result, clock, typed=typed, correcting=made))


@require_POST
def take_back(request: OrgRequest, pk: int) -> HttpResponse:
    """Undo of the check-ins that the address names as `made`, of this key result and others; leads back to its `next`.

    Whoever presses twice, or in two windows, finds it done."""
    get_object_or_404(KeyResult, pk=pk)
    pks = {int(text) for text in request.GET.getlist("made")[: rounds.AT_MOST] if PK.fullmatch(text)}
    made = list(CheckIn.objects.filter(pk__in=pks).order_by("pk"))
    try:
        take_back_check_ins(made, by=Actor(request.membership))
    except RuleBroken as broken:
        messages.error(request, broken.message)
    else:
        text = ngettext("%(n)d check-in taken back", "%(n)d check-ins taken back", len(made)) % {"n": len(made)}
        messages.success(request, text if made else _("This was already taken back."))
    url = way_back(request.GET.get("next", "")) or reverse("check_in", args=[request.org.slug])
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)


def _record(
    request: OrgRequest, clock: Clock, round_: rounds.Round, key_result: KeyResult, steps: Sequence[Step]
) -> HttpResponse:
    unchanged = "unchanged" in request.POST
    form = CheckInForm(request.POST, key_result=key_result, steps=steps, unchanged=unchanged)
    if form.is_valid():
        try:
            made = record_check_in(key_result, by=Actor(request.membership), **form.cleaned_data)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            onward = round_.url_after(key_result.pk)
            say_recorded(request, clock, made, onward, already=made.is_repeat and form.differs_from(made))
            return redirect(onward)
    return _page(request, form, pages.key_result_page(key_result, clock), round_)


def _correct(request: OrgRequest, clock: Clock, made: CheckIn, steps: Sequence[Step]) -> HttpResponse:
    form = CheckInForm(request.POST, key_result=made.key_result, steps=steps, correcting=made)
    if form.is_valid():
        try:
            corrected = correct_check_in(made, by=Actor(request.membership), **form.cleaned_data)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            value = Figures.of(made.key_result, clock).value(corrected.value)
            messages.success(request, _("Check-in corrected: %(value)s") % {"value": value})
            return redirect(_after_correction(request, made.key_result))
    return _page(request, form, pages.key_result_page(made.key_result, clock, correcting=made))


def _round(request: OrgRequest, clock: Clock, otherwise: int | None = None) -> rounds.Round:
    return rounds.round_of(request.membership, clock, rounds.began(request.GET.get("since", "")) or otherwise)


def _after_correction(request: OrgRequest, key_result: KeyResult) -> str:
    """Where "Correct" was pressed, which the address carries as `next`; else the key result's page."""
    page = reverse("key_result", args=[request.org.slug, key_result.pk])
    return way_back(request.GET.get("next", "")) or page


def _typed(request: OrgRequest, key_result: KeyResult) -> Decimal | None:
    """The `value` of the address, for a look at what it would mean; None where it is no figure of this key result."""
    if key_result.direction == KeyResult.Direction.DONE:
        return None
    try:
        return figure_field(key_result).clean(request.GET.get("value", ""))
    except ValidationError:
        return None


def _page(request: OrgRequest, form: CheckInForm, page: pages.Page, round_: rounds.Round | None = None) -> HttpResponse:
    """The form, or for htmx only what the typed value would mean; without a round it corrects."""
    if request.htmx and request.method == "GET":
        return render(request, "okr/check_in_form.html#ci-now", {"page": page})
    pk = page.key_result.pk
    context = {
        "form": form,
        "page": page,
        "round": round_,
        "place": round_.place(pk) if round_ else None,
        "on_behalf": round_.on_behalf(pk) if round_ else "",
        "following": round_.after(pk) if round_ else None,
        "later_url": round_.url_after(pk) if round_ else _after_correction(request, page.key_result),
        "week": numbers.format_week(page.today, language()),
    }
    return render(request, "okr/check_in_form.html", context, status=422 if form.errors else 200)


def _refused(request: OrgRequest, key_result: KeyResult, broken: RuleBroken) -> HttpResponse:
    context = {"reason": broken.message, "key_result": key_result}
    return render(request, "okr/check_in_refused.html", context, status=422)


def say_recorded(request: OrgRequest, clock: Clock, made: CheckIn, onward: str, *, already: bool) -> None:
    """With the way to correct it, which leads back to `onward`: the page that says this."""
    words = {"value": Figures.of(made.key_result, clock).value(made.value)}
    if already:
        text = _("This form was already saved, as %(value)s: what you changed since is not.") % words
    else:
        text = _("Checked in: %(value)s") % words
    url = correct_url(made, request.org.slug, back_to=onward)
    link = format_html('{} <a href="{}">{}</a>', text, url, _("Correct"))
    if already:
        messages.warning(request, link)
    else:
        say_done(request, link, undo_at=take_back_url([made], request.org.slug, back_to=onward))
