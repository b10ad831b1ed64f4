"""Settings ▸ Organization: its words, place, thresholds and rhythm; its logo and colour."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from orgs import colours, logos
from orgs.actions.audit import Actor
from orgs.actions.editing import EditConflict
from orgs.actions.settings import change_settings, set_logo
from orgs.conflicts import Conflict, conflict_of, decided, seen_in
from orgs.forms.settings import ColourForm, LogoForm, SettingsForm
from orgs.http import OrgRequest
from orgs.permissions import Permission, permission_required
from orgs.rules import RuleBroken
from orgs.toasts import say_done


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.MANAGE_SETTINGS)
@never_cache
def organization(request: OrgRequest) -> HttpResponse:
    org, conflict = request.org, None
    form = SettingsForm.of(org, country=request.GET.get("holiday_country"))
    if request.method == "POST":
        form = SettingsForm(request.POST)
        if form.is_valid():
            seen = seen_in(request.POST)
            values = decided(request.POST, form.cleaned_data)
            try:
                changed, change = change_settings(org, values, by=Actor(request.membership), seen=seen)
            except EditConflict as clash:
                conflict = conflict_of(form, clash)
            except RuleBroken as broken:
                form.add_error(broken.field, broken.message)
            else:
                if changed:
                    say_done(request, _("Settings saved"), change.id)
                else:
                    messages.info(request, _("Nothing to save: all is as it was."))
                return redirect("settings_organization", org=org.slug)
    return _page(request, form=form, conflict=conflict)


def _page(
    request: OrgRequest,
    *,
    form: SettingsForm | None = None,
    logo_form: LogoForm | None = None,
    colour_form: ColourForm | None = None,
    conflict: Conflict | None = None,
) -> HttpResponse:
    org = request.org
    forms = [form or SettingsForm.of(org), logo_form or LogoForm()]
    forms.append(colour_form or ColourForm(initial={"colour": org.colour or "#1a4fd6"}))
    errors = next((one for one in forms if one.errors), forms[0])
    context = {
        "form": errors,
        "settings_form": forms[0],
        "logo_form": forms[1],
        "colour_form": forms[2],
        "conflict": conflict,
        "adjusted": bool(org.colour) and colours.is_adjusted(org.colour),
    }
    status = 409 if conflict else 422 if errors.errors else 200
    return render(request, "orgs/settings.html", context, status=status)


@require_POST
@permission_required(Permission.MANAGE_SETTINGS)
@never_cache
def logo(request: OrgRequest) -> HttpResponse:
    """Store another one; with `remove` show none."""
    by = Actor(request.membership)
    if "remove" in request.POST:
        try:
            if request.org.logo:
                say_done(request, _("Logo removed"), set_logo(request.org, "", by=by).id)
        except RuleBroken as broken:
            messages.error(request, broken.message)
        return redirect("settings_organization", org=request.org.slug)
    form = LogoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            with logos.kept(form.cleaned_data["logo"]) as name:
                change = set_logo(request.org, name, by=by)
        except RuleBroken as broken:
            form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        else:
            say_done(request, _("Logo saved"), change.id)
    return _page(request, logo_form=form) if form.errors else redirect("settings_organization", org=request.org.slug)


@require_POST
@permission_required(Permission.MANAGE_SETTINGS)
@never_cache
def colour(request: OrgRequest) -> HttpResponse:
    """Choose one; with `remove` go back to Polaris's own."""
    chosen = ""
    if "remove" not in request.POST:
        form = ColourForm(request.POST)
        if not form.is_valid():
            return _page(request, colour_form=form)
        chosen = form.cleaned_data["colour"].lower()
    try:
        changed, change = change_settings(request.org, {"colour": chosen}, by=Actor(request.membership))
    except RuleBroken as broken:
        messages.error(request, broken.message)
    else:
        if changed:
            say_done(request, _("Colour saved") if chosen else _("Colour removed"), change.id)
    return redirect("settings_organization", org=request.org.slug)
