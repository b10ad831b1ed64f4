"""An organization's logo and colour, for its members. Their addresses carry the revision, so browsers may keep them."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from orgs import colours
from orgs.http import OrgRequest

DAY = 86_400


@require_safe
@cache_control(private=True, max_age=30 * DAY)
def style_sheet(request: OrgRequest) -> HttpResponse:
    """The accent's tokens; empty without a colour of one's own."""
    text = colours.style_sheet(request.org.colour) if request.org.colour else ""
    return HttpResponse(text, content_type="text/css; charset=utf-8")


@require_safe
@cache_control(private=True, max_age=30 * DAY)
def logo(request: OrgRequest) -> FileResponse:
    name = request.org.logo.name
    if not name or not default_storage.exists(name):
        raise Http404
    return FileResponse(default_storage.open(name), content_type="image/png")
