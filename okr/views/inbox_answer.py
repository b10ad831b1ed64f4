"""Answering a conversation without leaving the inbox."""

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from okr.actions.comments import answer, comment_told_by
from okr.forms.comments import CommentForm
from okr.pages.comments import answer_box
from okr.views.comments import address_at, carry_out, comment_to
from orgs.actions.audit import Actor
from orgs.actions.notifications import mark_read
from orgs.http import OrgRequest
from orgs.models import Notification
from orgs.pages.notifications import notice_of, one_of
from orgs.permissions import Permission, permission_required


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.COMMENT)
@never_cache
def inbox_answer(request: OrgRequest, pk: int) -> HttpResponse:
    """The form below a notice (htmx), and what it sends; without JavaScript the conversation's own page has the form."""
    notice = get_object_or_404(Notification, pk=pk, recipient=request.membership)
    told = comment_told_by(notice.key)
    if told is None:
        raise Http404
    comment = comment_to(told, deleted=True)
    if not request.htmx and request.method != "POST":
        return redirect(address_at(request, comment))
    box = replace(
        answer_box(comment.thread_id or comment.pk, request.membership, key=f"answer-notice-{pk}"),
        url=reverse("inbox_answer", args=[request.org.slug, pk]),
        into=f"notice-{pk}",
    )
    if request.method != "POST":
        return render(request, "okr/_comment_form.html", {"box": box, "form": box.form, "opens": True})
    form = CommentForm(request.POST, key=box.form.key)
    made = carry_out(form, lambda said: answer(comment, by=Actor(request.membership), **said))
    if made is None:
        response = render(request, "okr/_comment_form.html", {"box": box, "form": form}, status=422)
        response["HX-Retarget"] = f"#{form.key}"
        return response
    mark_read(request.membership, pk=pk)
    if not request.htmx:
        return redirect(address_at(request, made))
    row = one_of(request.membership, pk)
    assert row is not None  # just found
    context = {"notice": notice_of(row), "answered": form.cleaned_data["text"], "may_answer": True}
    return render(request, "orgs/_notice_changed.html", context)
