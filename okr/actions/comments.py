"""Conversations: starting and answering them, one's own words, what is settled.

The audit trail says that somebody commented, never what: whoever deletes their words must be able to rely on it.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from okr import mentions
from okr.conversations import Thing, address_of, thing_of, title_of, topic_of
from okr.models import Comment, Mention
from orgs.actions.audit import Actor, record
from orgs.actions.notifications import Kind, notify, take_back
from orgs.models import Membership
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken

LONGEST = 4000  # characters, as they are typed
MOST_MENTIONS = 20
MENTIONED, ANSWERED = "mention", "comment"  # how the keys of notifications begin


@transaction.atomic
def start_thread(
    thing: Thing, text: str, *, by: Actor, client_id: uuid.UUID | None = None, chosen: Sequence[int] = ()
) -> Comment:
    """The first comment of a conversation. `text` is plain, with "@Full Name" for whom it mentions; of namesakes those
    `chosen` (ids) are meant. A second call with the same `client_id` and text changes nothing and answers the first
    comment. Raises PermissionDenied or RuleBroken.
    """
    require(by.membership, Permission.COMMENT)
    comment = Comment(**{topic_of(thing).name: thing})
    return _say(comment, thing, text, by, client_id, chosen)


@transaction.atomic
def answer(
    thread: Comment, text: str, *, by: Actor, client_id: uuid.UUID | None = None, chosen: Sequence[int] = ()
) -> Comment:
    """Below the first comment of a conversation; as `start_thread`. A settled one is open again: it is not settled."""
    require(by.membership, Permission.COMMENT)
    thread = _locked(thread.thread_id or thread.pk)
    thing = thing_of(thread)
    comment = Comment(thread=thread, **{topic_of(thing).name: thing})
    made = _say(comment, thing, text, by, client_id, chosen)
    if thread.resolved_at is not None:
        _set_resolved(thread, None)
    return made


@transaction.atomic
def edit(comment: Comment, text: str, *, by: Actor, seen: dt.datetime | None, chosen: Sequence[int] = ()) -> Comment:
    """One's own words. `seen` is when the version that the writer started from was written (`version_of`)."""
    comment = _own(comment, by)
    before = set(comment.mentioned.values_list("membership_id", flat=True))
    now, mentioned = _stored(text, chosen, known=before)
    if now == comment.text:  # sent twice
        return comment
    if seen != version_of(comment):
        raise RuleBroken(_("You changed this comment in another window meanwhile. Reload the page to see it."))
    comment.text = now
    comment.edited_at = timezone.now()
    comment.save(update_fields=["text", "edited_at"])
    _mention(comment, mentioned, before=before)
    thing = thing_of(comment)
    record(by, "comment_edited", thing, after={"comment": comment.pk})
    _tell(comment, thing, by, [pk for pk in mentioned if pk not in before], participants=())
    return comment


@transaction.atomic
def delete(comment: Comment, *, by: Actor) -> Comment:
    """One's own words: nobody reads them any more, what others answered stays. `restore` brings them back."""
    comment = _own(comment, by)
    comment.deleted_at = timezone.now()
    comment.save(update_fields=["deleted_at"])
    take_back([_mention_key(comment), _answer_key(comment), news_key(comment)])
    record(by, "comment_deleted", thing_of(comment), after={"comment": comment.pk})
    return comment


@transaction.atomic
def restore(comment: Comment, *, by: Actor) -> Comment:
    """Take one's own deletion back."""
    comment = _own(comment, by, deleted=True)
    if comment.deleted_at is not None:
        comment.deleted_at = None
        comment.save(update_fields=["deleted_at"])
        thing = thing_of(comment)
        record(by, "comment_restored", thing, after={"comment": comment.pk})
        mentioned = list(comment.mentioned.values_list("membership_id", flat=True))
        _tell(comment, thing, by, mentioned, _participants(comment))
    return comment


@transaction.atomic
def resolve(thread: Comment, *, by: Actor, resolved: bool = True) -> Comment:
    """Say that a conversation is settled, or that it is not after all. Everybody who may comment may."""
    require(by.membership, Permission.COMMENT)
    thread = _locked(thread.thread_id or thread.pk)
    if (thread.resolved_at is not None) != resolved:
        _set_resolved(thread, by.membership if resolved else None)
        record(
            by, "comment_resolved" if resolved else "comment_reopened", thing_of(thread), after={"comment": thread.pk}
        )
    return thread


def version_of(comment: Comment) -> dt.datetime:
    return comment.edited_at or comment.created_at


def news_key(comment: Comment) -> str:
    """Of the notification to those who follow what it is about."""
    return f"news:said:{comment.pk}"


def comment_told_by(key: str) -> int | None:
    """The comment that a notification of this key tells of; None where it tells of something else."""
    name, _colon, pk = key.partition(":")
    return int(pk) if name in (MENTIONED, ANSWERED) and pk.isdigit() else None


# ── Underneath ───────────────────────────────────────────────────────────────


def _locked(pk: int) -> Comment:
    found: Comment = Comment.objects.select_for_update(of=("self",)).select_related("author__user").get(pk=pk)
    return found


def _own(comment: Comment, by: Actor, *, deleted: bool = False) -> Comment:
    require(by.membership, Permission.COMMENT)
    comment = _locked(comment.pk)
    if comment.author_id != by.membership.pk:
        raise PermissionDenied(_("Only who wrote a comment changes it."))
    if comment.deleted_at is not None and not deleted:
        raise RuleBroken(_("This comment was deleted."))
    return comment


def _set_resolved(thread: Comment, by: Membership | None) -> None:
    thread.resolved_at, thread.resolved_by = (timezone.now(), by) if by else (None, None)
    thread.save(update_fields=["resolved_at", "resolved_by"])


def _say(
    comment: Comment, thing: Thing, text: str, by: Actor, client_id: uuid.UUID | None, chosen: Sequence[int]
) -> Comment:
    comment.author, comment.client_id = by.membership, client_id or uuid.uuid4()
    comment.text, mentioned = _stored(text, chosen)
    try:
        with transaction.atomic():
            comment.save()
    except IntegrityError:
        return _sent_before(comment)
    _mention(comment, mentioned, before=set())
    verb = "comment_added" if comment.thread_id is None else "comment_answered"
    record(by, verb, thing, after={"comment": comment.pk})
    _tell(comment, thing, by, mentioned, _participants(comment))
    return comment


def _sent_before(comment: Comment) -> Comment:
    """The comment that the same form made, if this is the same text sent twice."""
    same = Comment.objects.filter(client_id=comment.client_id, author=comment.author).first()
    if same is None:
        raise RuleBroken(_("The form was incomplete. Reload the page."), field="client_id")
    if same.text != comment.text or same.thread_id != comment.thread_id:
        raise RuleBroken(
            _("This was sent already, before you changed it. Send it again to add what it says now."), field="client_id"
        )
    return same


def _stored(text: str, chosen: Sequence[int], known: Iterable[int] = ()) -> tuple[str, list[int]]:
    """The text to keep, and who is mentioned: active members, and those `known` from before."""
    if not text.strip():
        raise RuleBroken(_("Write something first."), field="text")
    if len(text) > LONGEST:
        raise RuleBroken(_("At most %(most)s characters.") % {"most": LONGEST}, field="text")
    if "@" not in text:
        return text, []
    people = Membership.objects.active() | Membership.objects.filter(pk__in=known)
    kept, mentioned = mentions.stored(text, people.distinct().values_list("pk", "user__name"), chosen)
    if len(mentioned) > MOST_MENTIONS:
        raise RuleBroken(_("At most %(most)s people are mentioned at once.") % {"most": MOST_MENTIONS}, field="text")
    return kept, mentioned


def _mention(comment: Comment, mentioned: Sequence[int], *, before: set[int]) -> None:
    Mention.objects.filter(comment=comment).exclude(membership_id__in=mentioned).delete()
    Mention.objects.bulk_create(Mention(comment=comment, membership_id=pk) for pk in mentioned if pk not in before)


def _participants(comment: Comment) -> set[int]:
    """Whoever wrote in the conversation so far."""
    if comment.thread_id is None:
        return set()
    said = Comment.objects.filter(thread_id=comment.thread_id) | Comment.objects.filter(pk=comment.thread_id)
    authors = said.filter(deleted_at=None).exclude(pk=comment.pk).values_list("author_id", flat=True)
    return {pk for pk in authors if pk is not None}


def _tell(comment: Comment, thing: Thing, by: Actor, mentioned: Sequence[int], participants: Iterable[int]) -> None:
    """One notice each: whoever is mentioned is not told of the answer as well."""
    ids = {*mentioned, *participants} - {by.membership.pk}
    if not ids:
        return
    people = {row.pk: row for row in Membership.objects.with_people().select_related("org").filter(pk__in=ids)}
    names = dict(comment.mentioned.values_list("membership_id", "membership__user__name"))
    about, excerpt = title_of(thing), mentions.written(comment.text, names)
    for pk, person in people.items():
        kind, key = (Kind.MENTION, _mention_key(comment)) if pk in mentioned else (Kind.REPLY, _answer_key(comment))
        notify(person, kind, by.membership, about, excerpt, address_of(comment), key)


def _mention_key(comment: Comment) -> str:
    return f"{MENTIONED}:{comment.pk}"


def _answer_key(comment: Comment) -> str:
    return f"{ANSWERED}:{comment.pk}"
