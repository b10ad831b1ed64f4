"""Read model of the conversations about one thing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum, Window, prefetch_related_objects
from django.db.models.functions import Coalesce, RowNumber
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from okr import mentions
from okr.actions.comments import version_of
from okr.conversations import Thing, Topic, topic_of, topic_of_comment
from okr.forms.comments import CommentForm
from okr.models import Comment, Initiative, Mention, Objective
from okr.pages.definition import place_of
from okr.readings import Clock
from orgs.models import Membership, Notification
from orgs.moments import moment
from orgs.permissions import Permission, can

THREADS = 20  # a page
RESOLVED = 10  # folded below the open ones
ANSWERS = 50  # the latest of each conversation…
MOST_ANSWERS = 500  # …and of one that is asked for


@dataclass(frozen=True, slots=True)
class Box:
    """A form, where it is sent, and the id of what the answer replaces."""

    form: CommentForm
    url: str
    into: str
    label: str
    about: str  # what is discussed, as the list of names to mention asks for it: "about=comment&pk=12"
    rewords: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One comment."""

    pk: int
    author: Membership | None
    at: str  # ISO 8601
    when: str
    text: SafeString
    is_deleted: bool
    is_edited: bool
    box: Box | None  # for whoever wrote it


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation."""

    pk: int
    first: Said
    answers: list[Said]
    earlier: int  # answers that are not shown
    url: str  # of this conversation with all its answers
    resolved: str  # "Resolved by Alice Owner, 18 May", "" while it is open
    box: Box | None


@dataclass(frozen=True, slots=True)
class Discussion:
    topic: Topic
    thing: Thing
    url: str  # of the conversations alone
    talks: list[Talk]  # oldest first
    resolved: list[Talk]  # the latest
    resolved_total: int
    total: int  # comments
    page: Page
    more: str  # of the addresses of other pages: "&show=resolved"
    alone: bool  # one conversation was asked for
    box: Box | None
    news_of: str  # the path that notices in the reader's inbox lead to, "" where none waits


def discussion_of(
    thing: Thing,
    member: Membership,
    *,
    page: str | int = 1,
    comment: str = "",
    thread: str = "",
    show: str = "",
    form: CommentForm | None = None,
) -> Discussion:
    """Open conversations, the latest page first; `show="resolved"` those that are settled. `comment` (an id) asks for
    the page that it stands on, `thread` for one conversation with all its answers. What names nothing is ignored. `form`
    is one that was refused."""
    topic = topic_of(thing)
    about = Comment.objects.filter(**{topic.name: thing})
    threads = _readable(about)
    wanted = _wanted(about, comment or thread)
    may_comment = can(member, Permission.COMMENT)
    counts = threads.aggregate(
        open=Count("pk", filter=Q(resolved_at=None)),
        resolved=Count("pk", filter=Q(resolved_at__isnull=False)),
        first=Count("pk", filter=Q(deleted_at=None)),
        answers=Coalesce(Sum("answered"), 0),
    )
    over = threads.filter(resolved_at__isnull=False).order_by("-pk")
    settled = show == "resolved" or (wanted is not None and _is_beyond(over, wanted))
    if thread and wanted is not None:
        listed, number = threads.filter(pk=wanted.pk), 1
    else:
        listed = threads.filter(resolved_at__isnull=not settled)
        number = counts["resolved" if settled else "open"]
    paginator = Paginator(listed.order_by("-pk"), THREADS)
    paginator.count = number
    is_listed = wanted is not None and settled == (wanted.resolved_at is not None) and not thread
    shown = paginator.get_page(_page_of(listed, wanted) if wanted is not None and is_listed else page)
    folded = counts["resolved"] and not settled and not thread
    below = [] if not folded else list(over[:RESOLVED])
    talks = _talks([*reversed(shown.object_list), *below], member, wanted, form)
    return Discussion(
        topic=topic,
        thing=thing,
        url=reverse(f"{topic.name}_comments", args=[member.org.slug, thing.pk]),
        talks=talks[: len(shown.object_list)],
        resolved=talks[len(shown.object_list) :],
        resolved_total=counts["resolved"],
        total=counts["first"] + counts["answers"],
        page=shown,
        more="&show=resolved" if settled else "",
        alone=bool(thread) and wanted is not None,
        box=_sent_or(new_box(thing, member), form) if may_comment else None,
        news_of=_news_of(topic.path(thing.pk), member) if member.unread else "",
    )


NEW = "new-comment"


def new_box(thing: Thing, member: Membership) -> Box:
    url = reverse(f"{topic_of(thing).name}_comments", args=[member.org.slug, thing.pk])
    return Box(CommentForm(key=NEW), url, NEW, _("Publish"), f"about={topic_of(thing).name}&pk={thing.pk}")


def answer_box(thread: int, member: Membership, key: str = "") -> Box:
    url = reverse("comment_answer", args=[member.org.slug, thread])
    return Box(
        CommentForm(key=key or f"answer-{thread}"), url, f"talk-{thread}", _("Answer"), f"about=comment&pk={thread}"
    )


def edit_box(comment: Comment, member: Membership) -> Box:
    """Needs `mentioned` with their people."""
    names = {row.membership_id: row.membership.name for row in comment.mentioned.all()}
    form = CommentForm(
        key=f"edit-{comment.pk}",
        text=mentions.written(comment.text, names),
        seen=version_of(comment),
        chosen=" ".join(map(str, mentions.mentioned_in(comment.text))),
    )
    url = reverse("comment_edit", args=[member.org.slug, comment.pk])
    about = f"about=comment&pk={comment.pk}"
    return Box(form, url, f"talk-{comment.thread_id or comment.pk}", _("Save"), about, rewords=True)


def talk_of(thread: Comment, member: Membership) -> Talk | None:
    """One conversation as it is now; None where nothing of it is left to read."""
    found = _readable(Comment.objects.filter(pk=thread.thread_id or thread.pk))
    talks = _talks(list(found), member)
    return talks[0] if talks else None


# ── Underneath ───────────────────────────────────────────────────────────────


def _readable(about: QuerySet) -> QuerySet:
    """Conversations of which something is left, with `answered`: how many answers."""
    return (
        about.filter(thread=None)
        .annotate(answered=Count("answers", filter=Q(answers__deleted_at=None)))
        .filter(Q(deleted_at=None) | Q(answered__gt=0))
        .select_related("author__user", "resolved_by__user")
    )


def _wanted(about: QuerySet, pk: str) -> Comment | None:
    """The first comment of the conversation that a comment of the address belongs to."""
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    found = about.filter(pk=pk).select_related("thread").first()
    return (found.thread or found) if found else None


def _is_beyond(over: QuerySet, wanted: Comment) -> bool:
    """Whether it is settled, and so long ago that the fold below the open ones does not show it."""
    return wanted.resolved_at is not None and over.filter(pk__gt=wanted.pk).count() >= RESOLVED


def _page_of(listed: QuerySet, wanted: Comment) -> int:
    return listed.filter(pk__gt=wanted.pk).count() // THREADS + 1


def _news_of(path: str, member: Membership) -> str:
    unread = Notification.objects.unread()
    return path if unread.filter(recipient=member, path__startswith=path).exists() else ""


def _talks(
    threads: list[Comment], member: Membership, wanted: Comment | None = None, sent: CommentForm | None = None
) -> list[Talk]:
    answers: dict[int, list[Comment]] = {row.pk: [] for row in threads}
    answered = list(_answers(threads, wanted))
    for row in answered:
        answers[row.thread_id].append(row)
    names = Prefetch("mentioned", queryset=Mention.objects.select_related("membership__user"))
    prefetch_related_objects([*threads, *answered], names)
    may_comment = can(member, Permission.COMMENT)
    return [
        Talk(
            pk=first.pk,
            first=_said(first, member, may_comment, sent),
            answers=[_said(row, member, may_comment, sent) for row in answers[first.pk]],
            earlier=getattr(first, "answered", 0) - len(answers[first.pk]),
            url=_url_of(first, member),
            resolved=_resolved(first),
            box=_sent_or(answer_box(first.pk, member), sent) if may_comment else None,
        )
        for first in threads
    ]


def _answers(threads: Iterable[Comment], wanted: Comment | None) -> QuerySet:
    rows = Comment.objects.filter(thread__in=[row.pk for row in threads], deleted_at=None)
    place = Window(RowNumber(), partition_by=F("thread"), order_by=F("pk").desc())
    shown = Q(place__lte=ANSWERS)
    if wanted is not None:
        shown |= Q(thread=wanted.pk, place__lte=MOST_ANSWERS)
    return rows.select_related("author__user").annotate(place=place).filter(shown).order_by("pk")


def _said(comment: Comment, member: Membership, may_comment: bool, sent: CommentForm | None) -> Said:
    people = {row.membership_id: row.membership.name for row in comment.mentioned.all()}
    is_deleted = comment.deleted_at is not None
    mine = may_comment and comment.author_id == member.pk and not is_deleted
    return Said(
        pk=comment.pk,
        author=comment.author,
        at=comment.created_at.isoformat(timespec="minutes"),
        when=moment(comment.created_at),
        text=SafeString("") if is_deleted else mentions.as_html(comment.text, people, member.pk),
        is_deleted=is_deleted,
        is_edited=comment.edited_at is not None,
        box=_sent_or(edit_box(comment, member), sent) if mine else None,
    )


def _sent_or(box: Box, sent: CommentForm | None) -> Box:
    """With the form as it was sent, where it is this one that was refused."""
    return replace(box, form=sent) if sent is not None and sent.key == box.form.key else box


def _url_of(thread: Comment, member: Membership) -> str:
    topic = topic_of_comment(thread)
    url = reverse(f"{topic.name}_comments", args=[member.org.slug, getattr(thread, f"{topic.name}_id")])
    return f"{url}?thread={thread.pk}"


def _resolved(thread: Comment) -> str:
    if thread.resolved_at is None:
        return ""
    when = moment(thread.resolved_at)
    if thread.resolved_by is None:
        return _("Resolved, %(when)s") % {"when": when}
    return _("Resolved by %(name)s, %(when)s") % {"name": thread.resolved_by.name, "when": when}


# ── The page of the conversations alone ──────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Whereabouts:
    title: str
    url: str  # of the thing
    back: str  # "Back to the objective"
    code: str
    crumbs: list[tuple[str, str]]  # (text, address), the thing itself last
    here: str  # in the rail


def whereabouts_of(thing: Thing, clock: Clock) -> Whereabouts:
    slug = clock.org.slug
    url = reverse(topic_of(thing).name, args=[slug, thing.pk])
    if isinstance(thing, Initiative):
        tribe_url = reverse("tribe_quarter", args=[slug, thing.tribe.code, thing.quarter.slug])
        crumbs = [
            (clock.org.tribe_label_plural, reverse("tribes", args=[slug])),
            (thing.tribe.name, f"{tribe_url}?view=initiatives"),
            (_("Initiative"), url),
        ]
        return Whereabouts(thing.title, url, _("Back to the initiative"), "", crumbs, thing.tribe.code)
    objective = thing if isinstance(thing, Objective) else thing.objective
    name = _("Objective %(code)s") % {"code": thing.code} if isinstance(thing, Objective) else thing.code
    back = _("Back to the objective") if isinstance(thing, Objective) else _("Back to the key result")
    crumbs = [*place_of(objective, clock).crumbs, (name, url)]
    return Whereabouts(thing.title, url, back, thing.code, crumbs, objective.whereabouts)
