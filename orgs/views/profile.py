"""My profile: the same in every organization."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from orgs.actions.profile import PROFILE, change_profile
from orgs.forms.profile import ORGANIZATIONS, ProfileForm
from orgs.http import AccountRequest
from orgs.models import Theme
from orgs.preferences import theme_of
from orgs.rules import RuleBroken
from orgs.views.preferences import remember


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def profile(request: AccountRequest) -> HttpResponse:
    person = request.user
    if request.method == "POST":
        form = ProfileForm(request.POST)
        if form.is_valid():
            anew = set(form.chosen_anew())
            if not person.theme:
                anew.add("theme")  # the form showed this browser's
            try:
                person = change_profile(person, {name: form.cleaned_data[name] for name in anew})
            except RuleBroken as broken:
                form.add_error(broken.field, broken.message)
            else:
                return _saved(request, person.language, person.theme)
    else:
        initial = {name: getattr(person, name) for name in PROFILE}
        initial |= {name: initial[name] or ORGANIZATIONS for name in ("language", "time_zone")}
        form = ProfileForm(initial={**initial, "theme": theme_of(request) or Theme.SYSTEM})
    return render(request, "orgs/profile.html", {"form": form}, status=422 if form.errors else 200)


def _saved(request: AccountRequest, language: str, theme: str) -> HttpResponse:
    """This browser follows, also where nobody is signed in."""
    with translation.override(language or translation.get_language()):
        messages.success(request, _("Profile saved"))
    response = redirect("profile")
    remember(request, response, "theme", theme)
    if language:
        return remember(request, response, settings.LANGUAGE_COOKIE_NAME, language)
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    return response
