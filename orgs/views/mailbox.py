"""The mailbox of an instance without a mail server: what would have left, for whoever tries Polaris out.

Its mails hold links that let people in: it is there only where MAILBOX says so, which production refuses.
"""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from orgs import mailbox as store
from orgs.moments import moment
from orgs.pages.mailbox import mailbox_of

# A mail brings its looks along and nothing else; what it links to opens in the page around it.
SANDBOX = "allow-top-navigation-by-user-activation"
MAIL_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:", SELF],
    "form-action": [NONE],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": [SANDBOX],
}
OPEN_ABOVE = '<base target="_top">'


def _where_shown(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.MAILBOX:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@never_cache
@_where_shown
def mailbox(request: HttpRequest) -> HttpResponse:
    found = mailbox_of(to=request.GET.get("to", ""), page=request.GET.get("page", "1"))
    return render(request, "orgs/mailbox.html", {"mailbox": found})


@require_safe
@never_cache
@csp_update({"frame-src": [SELF]})
@_where_shown
def mail(request: HttpRequest, key: str) -> HttpResponse:
    found = _found(key)
    as_text = not found.html or request.GET.get("as") == "text"
    context = {"mail": found, "as_text": as_text, "when": moment(found.head.at), "sandbox": SANDBOX}
    return render(request, "orgs/mailbox_mail.html", context)


@require_safe
@never_cache
@xframe_options_sameorigin
@csp(MAIL_POLICY)
@_where_shown
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    found = _found(key)
    if not found.html:
        raise Http404
    head, tag, body = found.html.partition("<head>")
    return HttpResponse(f"{head}{tag}{OPEN_ABOVE}{body}" if tag else f"{OPEN_ABOVE}{head}")


@require_safe
@never_cache
@_where_shown
def mail_file(request: HttpRequest, key: str, number: int) -> FileResponse:
    files = _found(key).files
    if not 1 <= number <= len(files):
        raise Http404
    file = files[number - 1]
    return FileResponse(
        BytesIO(file.content), as_attachment=True, filename=file.name or "mail", content_type="application/octet-stream"
    )


def _found(key: str) -> store.Mail:
    found = store.mail(key)
    if found is None:
        raise Http404
    return found
