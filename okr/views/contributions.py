"""Choosing which strategic key results a tribe's objective means to move."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from okr.actions.objectives import change_objective
from okr.actions.period_rules import check_writable
from okr.forms.contributions import ContributionsForm
from okr.models import Contribution
from okr.pages.picker import groups_of
from okr.readings import Clock
from okr.views.writing import in_place, objective_to_write, page_of, refused, written
from orgs.actions.audit import Actor
from orgs.actions.editing import EditConflict
from orgs.conflicts import seen_in
from orgs.http import OrgRequest
from orgs.rules import RuleBroken

CONFLICT, REFUSED = 409, 422


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def contributions(request: OrgRequest, pk: int) -> HttpResponse:
    objective = objective_to_write(request, pk)
    if objective.is_strategic:
        raise Http404
    try:
        check_writable(objective.span)
    except RuleBroken as broken:
        return refused(request, objective, broken)
    clock = Clock.of(request.org)
    stored = {row.key_result_id: row.reason for row in Contribution.objects.filter(objective=objective)}
    groups = groups_of(objective, clock, stored)
    context: dict[str, Any] = {"revision": objective.revision}
    status = 200
    if request.method == "POST":
        offered = {choice.row.key_result.pk for group in groups for choice in group.choices}
        kept = [{"key_result": of, "reason": reason} for of, reason in stored.items() if of not in offered]
        form = ContributionsForm(request.POST, offered=offered, kept=kept)
        status = REFUSED
        seen = seen_in(request.POST)
        if seen is not None:  # refused and sent again, it still meets what others wrote meanwhile
            context["revision"] = seen
        if form.is_valid():
            try:
                _changed, change = change_objective(
                    objective,
                    {"contributions": form.values()},
                    by=Actor(request.membership),
                    seen=seen,
                )
            except EditConflict as conflict:
                # Somebody else chose meanwhile: what is stored now is named, and saving again replaces it knowingly.
                form.add_error(None, conflict.message)
                context |= {
                    "revision": conflict.thing.revision,
                    "theirs": [c for g in groups for c in g.choices if c.chosen],
                }
                status = CONFLICT
            except RuleBroken as broken:
                form.add_error(None, broken.message)
            else:
                said = "" if in_place(request) else _("Saved what it moves")
                return written(request, objective, said=said, change=change.id, anchor=f"goal-{pk}", rows=[0])
        groups = groups_of(objective, clock, form.chosen)
        context["form"] = form
    context |= {
        "groups": groups,
        "objective": objective,
        "action": reverse("objective_contributions", args=[request.org.slug, pk]),
        "back": page_of(request, objective),
        "here": objective.whereabouts,
    }
    template = "okr/_contributions_picker.html" if in_place(request) else "okr/contributions_form.html"
    answer = render(request, template, context, status=status)
    answer["X-Dialog"] = "1"
    return answer
