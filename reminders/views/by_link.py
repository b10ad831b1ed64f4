"""Check-in from a mail, outside of any organization's pages: one's own form, and nothing else.

Opening it changes nothing, for programs open links too, ahead of people. Nobody is signed in by it.
"""

from typing import Any

from allauth.core.internal import ratelimit
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from okr.actions.check_in import record_check_in
from okr.forms.check_in import CheckInForm, figure_field
from okr.models import CheckIn, KeyResult
from okr.pages import check_in as pages
from okr.readings import Clock
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import AuditEvent
from orgs.rules import RuleBroken
from reminders import links
from reminders.links import Ended, Link
from reminders.pages.by_link import Asked, Line, asked_by

RATE = {"check_in_by_link": "600/m/ip"}  # a whole company may come through one address
HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


@csrf_exempt  # but see _answer
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check_in_by_link(request: Any, token: str) -> HttpResponse:
    if not ratelimit.consume(request, app="reminders", action="check_in_by_link", config=RATE, limit_get=True):
        return ratelimit.respond_429(request)
    # From a page that sends no referrer, browsers do not say the origin of a form either. Its token is still compared.
    if request.META.get("HTTP_ORIGIN", "null") == "null":
        request.META["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"
    answer: HttpResponse = _answer(request, token)
    for name, value in HEADERS.items():
        answer.headers[name] = value
    return answer


@csrf_protect
def _answer(request: Any, token: str) -> HttpResponse:
    link, ended = links.read(token)
    if link is None:
        return _ended(request, None, Ended.UNKNOWN, status=404)
    if request.method != "POST" and request.user.is_authenticated and request.user.pk == link.member.user_id:
        return redirect(link.page)
    org, person = link.member.org, link.member.user
    with (
        tenancy.tenant(org.pk),
        timezone.override(person.time_zone or org.zone),
        translation.override(person.language or org.language),
    ):
        answer = _ended(request, link, ended) if ended else _open(request, link, token)
        answer.headers["Content-Language"] = translation.get_language()
        return answer


def _open(request: Any, link: Link, token: str) -> HttpResponse:
    clock = Clock.of(link.member.org)
    asked = asked_by(link, token, clock)
    at = request.GET.get("at", "")
    line = asked.line(at) if at else (asked.due[0] if asked.due else None)
    if at and line is None and (link.key_result is None or at != str(link.key_result)):
        raise Http404
    if line is None:
        return _over(request, link, asked)
    if line.done:
        return _already(request, link, asked, line)
    key_result = line.key_result
    if request.method == "POST":
        return _record(request, link, token, asked, line, clock)
    typed = None
    if key_result.direction != KeyResult.Direction.DONE:
        try:
            typed = figure_field(key_result).clean(request.GET.get("value", ""))
        except ValidationError:
            typed = None
    page = pages.key_result_page(key_result, clock, typed=typed)
    if request.htmx:
        return render(request, "okr/check_in_form.html#ci-now", {"page": page})
    form = CheckInForm(key_result=key_result, steps=pages.steps_of(key_result), value=typed)
    return _form(request, link, asked, line, form, page)


def _record(request: Any, link: Link, token: str, asked: Asked, line: Line, clock: Clock) -> HttpResponse:
    key_result = line.key_result
    steps = pages.steps_of(key_result)
    form = CheckInForm(request.POST, key_result=key_result, steps=steps, unchanged="unchanged" in request.POST)
    if form.is_valid():
        try:
            record_check_in(key_result, by=Actor(link.member, AuditEvent.Via.LINK), **form.cleaned_data)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect("check_in_by_link", token)
    return _form(request, link, asked, line, form, pages.key_result_page(key_result, clock))


def _already(request: Any, link: Link, asked: Asked, line: Line) -> HttpResponse:
    """Sent twice: all is well. Somebody else was faster: what was typed here is not saved, and is said again."""
    sent = request.POST.get("client_id", "")
    if request.method != "POST" or _made_by(link, sent):
        return redirect("check_in_by_link", request.resolver_match.kwargs["token"])
    typed = [request.POST.get("value", ""), request.POST.get("comment", "")]
    return _page(request, link, "faster", status=409, asked=asked, line=line, typed=[text for text in typed if text])


def _made_by(link: Link, client_id: str) -> bool:
    try:
        return bool(CheckIn.objects.filter(client_id=client_id, author=link.member).exists())
    except ValidationError:
        return False


def _over(request: Any, link: Link, asked: Asked) -> HttpResponse:
    """Nothing of it is due any more: thanks to the person, or said why."""
    if asked.done and not asked.by_others:
        return _page(request, link, "thanks", asked=asked)
    if asked.done:
        return _page(request, link, "done", status=410, asked=asked, line=asked.done[0])
    if link.key_result is None:
        return _page(request, link, "nothing", status=410)
    row = KeyResult.objects.filter(pk=link.key_result).select_related("objective__year", "objective__quarter").first()
    if row is None or not row.takes_check_ins:
        return _page(request, link, "closed", status=410)
    return _page(request, link, "owner" if row.owner_id != link.member.pk else "nothing", status=410)


def _form(request: Any, link: Link, asked: Asked, line: Line, form: CheckInForm, page: pages.Page) -> HttpResponse:
    context = {"form": form, "page": page, "asked": asked, "line": line, "place": asked.place(line)}
    context |= {"following": asked.after(line), "preview_url": line.url}
    return _page(request, link, "form", status=422 if form.errors else 200, **context)


def _ended(request: Any, link: Link | None, why: Ended, *, status: int = 410) -> HttpResponse:
    return _page(request, link, why.value, status=status)


def _page(request: Any, link: Link | None, state: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """`state` names a part of the template."""
    context |= {"state": state, "sign_in_to": link.page if link else ""}
    if link is not None:
        context |= {"member": link.member, "org": link.member.org, "shell": {"content_lang": link.member.org.language}}
    return render(request, "reminders/check_in_by_link.html", context, status=status)
