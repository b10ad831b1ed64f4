"""Agenda templates: their list, and the form that makes or changes one."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orgs.actions.audit import Actor
from orgs.actions.editing import EditConflict
from orgs.conflicts import conflict_of, decided, seen_in
from orgs.http import OrgRequest
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from orgs.toasts import say_done
from workshops.actions import templates as actions
from workshops.models import WorkshopTemplate
from workshops.pages.plan_conflict import agenda_in_words
from workshops.pages.plans import may_plan
from workshops.pages.templates import KINDS, TemplatePage, list_page
from workshops.views.agenda_form import REFUSED, answered, sent


@require_safe
@never_cache
def workshop_templates(request: OrgRequest) -> HttpResponse:
    if not may_plan(request.membership):
        require(request.membership, Permission.LEAD_WORKSHOPS)
    return render(request, "workshops/templates.html", {"groups": list_page(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: OrgRequest, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    blank = WorkshopTemplate(kind=KINDS[kind])
    require(request.membership, Permission.LEAD_WORKSHOPS, blank)
    page = TemplatePage(request.org, blank, sent(request), request.GET.get("from", ""))
    if request.method == "POST" and not page.moves_rows and page.form.is_valid():
        try:
            template, change = actions.create_template(blank.kind, page.form.values(), by=Actor(request.membership))
        except RuleBroken as broken:
            page.form.refuse(broken)
        else:
            say_done(request, _("Template made: %(name)s") % {"name": template.name}, change.id)
            return redirect("workshop_templates", org=request.org.slug)
    return answered(request, "workshops/template_form.html", page, None, template=page.template)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: OrgRequest, pk: int) -> HttpResponse:
    template = get_object_or_404(WorkshopTemplate, pk=pk, archived_at=None)
    require(request.membership, Permission.LEAD_WORKSHOPS, template)
    page = TemplatePage(request.org, template, sent(request))
    conflict = None
    if request.method == "POST" and not page.moves_rows and page.form.is_valid():
        values = decided(request.POST, page.form.values())
        try:
            changed, change = actions.change_template(
                template, values, by=Actor(request.membership), seen=seen_in(request.POST)
            )
        except EditConflict as clash:
            conflict = conflict_of(page.form, clash, {"phases": agenda_in_words})
        except RuleBroken as broken:
            page.form.refuse(broken)
        else:
            if changed:
                say_done(request, _("Template saved"), change.id)
            return redirect("workshop_templates", org=request.org.slug)
    return answered(request, "workshops/template_form.html", page, conflict, template=page.template)


@require_POST
def archive(request: OrgRequest, pk: int) -> HttpResponse:
    template = get_object_or_404(WorkshopTemplate, pk=pk)
    change = actions.archive_template(template, by=Actor(request.membership))
    say_done(request, _("Archived: %(title)s") % {"title": template.name}, change.id)
    return redirect("workshop_templates", org=request.org.slug)


@require_POST
def restore(request: OrgRequest, pk: int) -> HttpResponse:
    template = get_object_or_404(WorkshopTemplate, pk=pk)
    try:
        change = actions.restore_template(template, by=Actor(request.membership))
    except RuleBroken as broken:
        context = {"groups": list_page(request), "refused": broken.message}
        return render(request, "workshops/templates.html", context, status=REFUSED)
    say_done(request, _("Restored: %(title)s") % {"title": template.name}, change.id)
    return redirect("workshop_templates", org=request.org.slug)
