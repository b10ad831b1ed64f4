"""All check-ins that are due from me on one page: saved one by one, or together."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from okr import numbers
from okr.actions.check_in import record_check_in
from okr.forms.check_in_all import LineForm
from okr.language import language
from okr.models import CheckIn
from okr.pages import check_in_all as pages
from okr.pages import check_in_round as rounds
from okr.pages.correction import take_back_url
from okr.pages.figures import Figures
from okr.readings import Clock
from okr.views.check_in import say_recorded
from orgs.actions.audit import Actor
from orgs.http import OrgRequest
from orgs.rules import RuleBroken
from orgs.toasts import say_done


@require_http_methods(["GET", "HEAD", "POST"])
def check_in_all(request: OrgRequest) -> HttpResponse:
    clock = Clock.of(request.org)
    since = rounds.began(request.GET.get("since", "")) or rounds.now()
    round_ = rounds.round_of(request.membership, clock, since)
    if request.method == "POST":
        return _sent(request, clock, round_)
    return _page(request, clock, round_, _fresh(round_))


def _fresh(round_: rounds.Round, besides: Sequence[int] = ()) -> list[LineForm]:
    rows = [item.key_result for item in round_.left if item.key_result.pk not in besides]
    steps = pages.steps_of_all(rows)
    return [LineForm(key_result=row, steps=steps.get(row.pk, ())) for row in rows]


def _sent(request: OrgRequest, clock: Clock, round_: rounds.Round) -> HttpResponse:
    """Save what the pressed button asks for; what was typed elsewhere on the page stays there as it is."""
    forms = _forms(request.POST, round_)
    wanted = [form for form in forms if _is_wanted(form, request.POST)]
    others = [form for form in forms if form not in wanted]
    for form in others:
        form.leave_unjudged()
    if not wanted:
        can_keep = any(form.has_last and not form.is_typed for form in forms)
        asks = request.POST.get("nothing_moved") == "ask" and can_keep
        refusal = "" if asks or "back" in request.POST else _("Nothing was typed yet: there is nothing to save.")
        return _page(request, clock, round_, forms, asks=asks, refusal=refusal)
    made = {form: _record(request, form) for form in wanted}
    saved = {form: check_in for form, check_in in made.items() if check_in is not None}
    wrong = [form for form, check_in in made.items() if check_in is None]
    round_ = rounds.round_of(request.membership, clock, round_.since)
    if wrong or any(form.is_typed for form in others):
        left = [form for form in forms if form not in saved]
        return _page(request, clock, round_, left, saved=saved)
    onward = round_.all_url if round_.left else round_.summary_url
    _say(request, clock, saved, onward)
    return redirect(onward)


def _forms(sent: QueryDict, round_: rounds.Round) -> list[LineForm]:
    rows = pages.rows_sent(sent.getlist("row"), round_)
    steps = pages.steps_of_all(rows)
    keeps = sent.get("nothing_moved") == "yes"
    forms = []
    for row in rows:
        form = LineForm(sent, key_result=row, steps=steps.get(row.pk, ()))
        if sent.get("same") == str(row.pk) or (keeps and form.has_last and not form.is_typed):
            form = LineForm(sent, key_result=row, steps=steps.get(row.pk, ()), unchanged=True)
        forms.append(form)
    return forms


def _is_wanted(form: LineForm, sent: QueryDict) -> bool:
    pk = str(form.key_result.pk)
    if "same" in sent:
        return sent["same"] == pk and form.has_last
    if "nothing_moved" in sent:
        return form.is_unchanged
    if "back" in sent:
        return False
    return sent["save"] == pk if sent.get("save", "all") != "all" else form.is_typed


def _record(request: OrgRequest, form: LineForm) -> CheckIn | None:
    """None where it was refused; the form says why."""
    if not form.is_valid():
        return None
    try:
        return record_check_in(form.key_result, by=Actor(request.membership), **form.cleaned_data)
    except RuleBroken as broken:
        form.refuse(broken)
    except PermissionDenied as denied:
        form.add_error(None, str(denied))
    return None


def _say(request: OrgRequest, clock: Clock, saved: dict[LineForm, CheckIn], onward: str) -> None:
    for form, made in saved.items():
        already = made.is_repeat and form.differs_from(made)
        if already or len(saved) == 1:
            say_recorded(request, clock, made, onward, already=already)
    if len(saved) > 1:
        text = ngettext("%(n)d check-in saved", "%(n)d check-ins saved", len(saved)) % {"n": len(saved)}
        fresh = [made for made in saved.values() if not made.is_repeat]
        say_done(request, text, undo_at=take_back_url(fresh, request.org.slug, back_to=onward) if fresh else "")


def _page(
    request: OrgRequest,
    clock: Clock,
    round_: rounds.Round,
    forms: Sequence[LineForm],
    *,
    asks: bool = False,
    refusal: str = "",
    saved: dict[LineForm, CheckIn] | None = None,
) -> HttpResponse:
    shown = [form.key_result.pk for form in forms]
    forms = [*forms, *(_fresh(round_, shown) if request.method == "POST" else ())]
    page = pages.AllPage(
        lines=pages.lines_of(forms, round_.items, clock),
        summary=rounds.summary_of(round_, request.membership, clock) if round_.done_count else None,
        saved=[
            f"{form.key_result.code} {Figures.of(form.key_result, clock).value(made.value)}"
            for form, made in (saved or {}).items()
        ],
        refusal=refusal,
        asks=asks,
    )
    context = {"page": page, "week": numbers.format_week(clock.today, language())}
    return render(request, "okr/check_in_all.html", context, status=422 if page.wrong or refusal else 200)
