"""Several key results at once, pasted from a spreadsheet. Nothing is created before its preview."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from okr.actions.key_results import create_key_results
from okr.actions.period_rules import check_writable
from okr.forms.inputs import with_seats_in
from okr.forms.paste import PasteForm, Preview, preview_of
from okr.models import Objective
from okr.pages.coach_hints import hints_of
from okr.readings import Clock
from okr.views.writing import in_place, objective_to_write, page_of, refused, written
from orgs.actions.audit import Actor
from orgs.http import OrgRequest, client_id_of
from orgs.models import Membership
from orgs.rules import RuleBroken

REFUSED = 422


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def paste(request: OrgRequest, pk: int) -> HttpResponse:
    """A text (`text`) gives its preview; a preview sent (`rows` and each row's fields) creates its rows."""
    objective = objective_to_write(request, pk)
    try:
        check_writable(objective.span)
    except RuleBroken as broken:
        return refused(request, objective, broken)
    if request.method != "POST":
        return _page(request, objective, {"form": PasteForm()})
    people = list(with_seats_in(Membership.objects.active().with_people().order_by("pk"), objective.tribe))
    makes: dict[str, Any] = {"objective": objective, "today": Clock.of(request.org).today, "people": people}
    if "rows" in request.POST:
        count = request.POST["rows"]
        preview = Preview(request.POST, int(count) if count.isdecimal() and len(count) < 4 else 0, **makes)
        return _create(request, objective, preview)
    form = PasteForm(request.POST)
    if not form.is_valid():
        return _page(request, objective, {"form": form}, REFUSED)
    preview = preview_of(form.cleaned_data["text"], **makes)
    if not preview.rows:
        form.add_error("text", _("No row was found in this."))
        return _page(request, objective, {"form": form}, REFUSED)
    return _page(request, objective, {"preview": preview})


def _create(request: OrgRequest, objective: Objective, preview: Preview) -> HttpResponse:
    if not preview.kept:
        preview.trouble = _("Every row is left out: there is nothing to create.")
    elif preview.is_valid():
        try:
            made, change = create_key_results(
                objective, preview.values(), by=Actor(request.membership), client_id=client_id_of(request)
            )
        except RuleBroken as broken:
            preview.refuse(broken)
        else:
            said = ngettext("%(number)d key result created", "%(number)d key results created", len(made))
            said %= {"number": len(made)}
            return written(request, objective, said=said, change=change.id, anchor=f"kr-{made[0].pk}")
    return _page(request, objective, {"preview": preview}, REFUSED)


def _page(request: OrgRequest, objective: Objective, context: dict[str, Any], status: int = 200) -> HttpResponse:
    if "preview" in context:
        hints = hints_of([str(row["title"].value() or "") for row in context["preview"].rows])
        for row, hint in zip(context["preview"].rows, hints, strict=True):
            row.hint = hint
    context |= {
        "objective": objective,
        "action": reverse("key_result_paste", args=[request.org.slug, objective.pk]),
        "back": page_of(request, objective),
        "here": objective.whereabouts,
    }
    template = "okr/_paste_form.html" if in_place(request) else "okr/paste_form.html"
    answer = render(request, template, context, status=status)
    answer["X-Dialog"] = "wide"
    return answer
