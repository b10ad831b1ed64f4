from django.http import HttpRequest, HttpResponse
from django.urls import path

from config import urls
from config.urls import handler400, handler403, handler404, handler500  # noqa: F401


def floor(request: HttpRequest) -> HttpResponse:
    """What every page costs before it does anything: sessions, person, organization, language."""
    return HttpResponse()


urlpatterns = [path("o/<slug:org>/floor/", floor), *urls.urlpatterns]
