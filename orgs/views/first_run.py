"""Creating an organization of one's own. The path that follows is okr.views.first_run."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from orgs.access import memberships_of
from orgs.actions.organizations import found_organization
from orgs.forms.first_run import OrganizationForm, proposed_slug
from orgs.http import AccountRequest
from orgs.rules import RuleBroken


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def organization_new(request: AccountRequest) -> HttpResponse:
    """The form; for htmx its address, proposed from the name until the person writes another one."""
    if settings.SIGN_UP != "open":
        raise Http404
    if request.htmx:
        return _address(request)
    form = OrganizationForm(request.POST or None, initial={"language": get_language()})
    if request.method == "POST":
        form = OrganizationForm(request.POST)
        if form.is_valid():
            try:
                organization = found_organization(request.user, **form.cleaned_data)
            except RuleBroken as broken:
                form.add_error(broken.field, broken.message)
            else:
                messages.success(request, _("%(name)s is created") % {"name": organization.name})
                return redirect("first_run_departments", org=organization.slug)
    context = {"form": form, "memberships": memberships_of(request.user), "steps": _steps()}
    return render(request, "orgs/organization_new.html", context, status=422 if form.errors else 200)


def _address(request: AccountRequest) -> HttpResponse:
    name, slug, proposed = (request.GET.get(key, "").strip() for key in ("name", "slug", "proposed"))
    own = slug not in ("", proposed)
    if not own:
        slug = proposed = proposed_slug(name)
    form = OrganizationForm({"slug": slug} if own else None, initial={"slug": slug})
    free = not form["slug"].errors if own else bool(slug)
    context = {"form": form, "proposed": proposed, "free": slug if free else ""}
    return render(request, "orgs/organization_new.html#address", context)


def _steps() -> list[dict[str, object]]:
    """The path as it will be; okr.pages.first_run says it of an organization that exists."""
    labels = (
        _("The organization"),
        _("Departments"),
        _("Tribes"),
        _("The year and its quarter"),
        _("The first objective"),
    )
    return [{"label": label, "current": number == 0} for number, label in enumerate(labels)]
