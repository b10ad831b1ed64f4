"""Theme and language: kept in this browser, and with the person who is signed in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from orgs.http import way_back
from orgs.models import Theme

YEAR = 60 * 60 * 24 * 365


def _back(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(way_back(request.POST.get("next", "")) or reverse("start"))


def remember(request: HttpRequest, response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    theme = request.POST.get("theme", "")
    if theme not in Theme.values:
        return HttpResponseBadRequest()
    response = HttpResponse(status=204) if request.headers.get("X-Requested-With") else _back(request)
    if request.user.is_authenticated and request.user.theme != theme:
        request.user.theme = theme
        request.user.save(update_fields=["theme"])
    return remember(request, response, "theme", theme)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    if request.user.is_authenticated and request.user.language != language:
        request.user.language = language
        request.user.save(update_fields=["language"])
    return remember(request, _back(request), settings.LANGUAGE_COOKIE_NAME, language)
