"""Conversations about an objective, a key result or an initiative.

Each form posts to an address of its own and answers with the conversation it changed (htmx), or leads back to the page
of the conversations.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from okr.actions import comments as actions
from okr.conversations import LIVE, TOPICS, Thing, thing_of, topic_of_comment
from okr.forms.comments import CommentForm
from okr.models import Comment
from okr.pages import comments as pages
from okr.pages.people_to_mention import people_to_mention
from okr.readings import Clock
from orgs.actions.audit import Actor
from orgs.http import OrgRequest
from orgs.permissions import Permission, permission_required, require
from orgs.rules import RuleBroken
from orgs.toasts import say_done


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def comments(request: OrgRequest, pk: int, topic: str) -> HttpResponse:
    """All conversations: a page of their own, and the part of the thing's page that htmx loads."""
    thing = get_object_or_404(TOPICS[topic].live, pk=pk)
    if request.method != "POST":
        return _discussion(request, thing)
    require(request.membership, Permission.COMMENT)
    box = pages.new_box(thing, request.membership)
    form = CommentForm(request.POST, key=box.form.key)
    made = carry_out(form, lambda said: actions.start_thread(thing, by=Actor(request.membership), **said))
    if made is None:
        return _refused(request, thing, replace(box, form=form))
    if not request.htmx:
        return redirect(address_at(request, made))
    context = {"box": box, "talk": pages.talk_of(made, request.membership)}
    return render(request, "okr/_comments_started.html", context)


@require_POST
def answer(request: OrgRequest, pk: int) -> HttpResponse:
    require(request.membership, Permission.COMMENT)
    thread = comment_to(pk, deleted=True)
    box = pages.answer_box(thread.thread_id or thread.pk, request.membership)
    form = CommentForm(request.POST, key=box.form.key)
    made = carry_out(form, lambda said: actions.answer(thread, by=Actor(request.membership), **said))
    return _done(request, made) if made else _refused(request, thing_of(thread), replace(box, form=form), thread)


@require_POST
def edit(request: OrgRequest, pk: int) -> HttpResponse:
    require(request.membership, Permission.COMMENT)
    comment = comment_to(pk)
    box = pages.edit_box(comment, request.membership)
    form = CommentForm(request.POST, key=box.form.key, seen=actions.version_of(comment))
    made = carry_out(form, lambda said: actions.edit(comment, by=Actor(request.membership), **said))
    return _done(request, made) if made else _refused(request, thing_of(comment), replace(box, form=form), comment)


@require_POST
def delete(request: OrgRequest, pk: int) -> HttpResponse:
    comment = comment_to(pk, deleted=True)
    try:
        actions.delete(comment, by=Actor(request.membership))
    except RuleBroken:  # in another window
        return _done(request, comment)
    undo = reverse("comment_restore", args=[request.org.slug, pk])
    say_done(request, _("Comment deleted"), undo_at=undo)
    return _done(request, comment)


@require_POST
def restore(request: OrgRequest, pk: int) -> HttpResponse:
    """Undo of a deletion, from its toast: the conversation may be gone from the page, so all of them come again."""
    comment = actions.restore(comment_to(pk, deleted=True), by=Actor(request.membership))
    say_done(request, _("Undone"))
    if not request.htmx:
        return redirect(address_at(request, comment))
    response = _discussion(request, thing_of(comment), part=True)
    response["HX-Retarget"], response["HX-Reswap"] = "#discussion", "outerHTML"
    return response


@require_POST
def resolve(request: OrgRequest, pk: int, resolved: bool) -> HttpResponse:
    thread = comment_to(pk, deleted=True)
    return _done(request, actions.resolve(thread, by=Actor(request.membership), resolved=resolved))


@require_safe
@permission_required(Permission.COMMENT)
@never_cache
def people(request: OrgRequest) -> HttpResponse:
    """The names that a beginning (`q`) may mean, as options of the list below the comment; `about` and `pk` say what is
    discussed ("key_result", or "comment" for what that one is about), whose people come first."""
    thing = _discussed(request.GET.get("about", ""), request.GET.get("pk", ""))
    found = people_to_mention(request.GET.get("q", ""), request.membership, thing)
    return render(request, "okr/_people_to_mention.html", {"people": found})


# ── For this and for the inbox ───────────────────────────────────────────────────────────────


def _discussed(about: str, pk: str) -> Thing | None:
    """None where nothing live is named."""
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    if about in TOPICS:
        return TOPICS[about].live.filter(pk=pk).first()
    comment = _with_things().filter(pk=pk).first() if about == "comment" else None
    return thing_of(comment) if comment else None


def _with_things() -> QuerySet[Comment]:
    related = [f"{topic.name}__{name}" for topic in TOPICS.values() for name in topic.related]
    return Comment.objects.filter(LIVE).select_related(*related)


def comment_to(pk: int, *, deleted: bool = False) -> Comment:
    """The comment with the thing it is about, which must be live; Http404."""
    rows = _with_things()
    return get_object_or_404(rows if deleted else rows.filter(deleted_at=None), pk=pk)


def carry_out(form: CommentForm, action: Callable[[dict[str, Any]], Comment]) -> Comment | None:
    """What the action made of a form's text; None where it was refused, and the form says why."""
    if not form.is_valid():
        return None
    said = form.cleaned_data | {"chosen": form.cleaned_data["mentioned"]}
    del said["mentioned"]
    try:
        return action(said)
    except RuleBroken as broken:
        form.refuse(broken)
        return None


def address_at(request: OrgRequest, comment: Comment) -> str:
    """The comment on the page of the conversations, which has every form without JavaScript too."""
    topic = topic_of_comment(comment)
    url = reverse(f"{topic.name}_comments", args=[request.org.slug, getattr(comment, f"{topic.name}_id")])
    return f"{url}?comment={comment.pk}#comment-{comment.pk}"


# ── Underneath ───────────────────────────────────────────────────────────────


def _done(request: OrgRequest, comment: Comment) -> HttpResponse:
    if not request.htmx:
        return redirect(address_at(request, comment))
    context = {"talk": pages.talk_of(comment, request.membership), "fresh": comment.pk}
    return render(request, "okr/_comments_changed.html", context)


def _refused(request: OrgRequest, thing: Thing, box: pages.Box, comment: Comment | None = None) -> HttpResponse:
    if not request.htmx:
        return _discussion(request, thing, form=box.form, comment=comment)
    response = render(request, "okr/_comment_form.html", {"box": box, "form": box.form}, status=422)
    response["HX-Retarget"], response["HX-Reswap"] = f"#{box.form.key}", "outerHTML"
    return response


def _discussion(
    request: OrgRequest,
    thing: Thing,
    *,
    form: CommentForm | None = None,
    comment: Comment | None = None,
    part: bool = False,
) -> HttpResponse:
    asked = request.GET
    discussion = pages.discussion_of(
        thing,
        request.membership,
        page=asked.get("page", "1"),
        comment=str(comment.pk) if comment else asked.get("comment", ""),
        thread=asked.get("thread", ""),
        show=asked.get("show", ""),
        form=form,
    )
    context: dict[str, Any] = {"discussion": discussion, "form": form}
    if part or (request.htmx and request.htmx.target == "discussion"):
        return render(request, "okr/_comments_again.html" if part else "okr/_comments.html", context)
    context["place"] = pages.whereabouts_of(thing, Clock.of(request.org))
    return render(request, "okr/comments.html", context, status=422 if form else 200)
