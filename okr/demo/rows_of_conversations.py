"""Conversations, with the notices and the audit trail that their actions write."""

import datetime as dt
import re
import uuid
from collections.abc import Sequence

from django.db.models import F

from okr import mentions
from okr.actions.comments import ANSWERED, MENTIONED
from okr.conversations import Thing, address_of, thing_of, title_of, topic_of
from okr.demo.shapes import ThreadSpec, Words
from okr.demo.state import Loading
from okr.models import Comment, Initiative, Mention
from orgs.actions.notifications import in_short
from orgs.models import AuditEvent, Membership, Notification, Organization

NEWS_FOR = dt.timedelta(days=2)  # what is older has been read
SETTLED_AFTER = dt.timedelta(minutes=15)
_KEY = re.compile(r"@\(([\w.]+)\)")


def write_conversations(loading: Loading, specs: Sequence[ThreadSpec]) -> None:
    told = sorted(specs, key=lambda spec: _at(loading, spec.said[0]))
    threads = loading.create(_comment(loading, spec, spec.said[0]) for spec in told)
    pairs = [
        (_at(loading, words), words, spec, thread)
        for spec, thread in zip(told, threads, strict=True)
        for words in spec.said[1:]
    ]
    pairs.sort(key=lambda pair: pair[0])
    answers = loading.create(_comment(loading, spec, words, thread) for _, words, spec, thread in pairs)
    loading.create(
        Mention(comment=row, membership_id=pk)
        for row in (*threads, *answers)
        for pk in dict.fromkeys(mentions.mentioned_in(row.text))
    )
    said = [*zip(threads, [spec.said[0] for spec in told], strict=True)]
    said += zip(answers, [words for _, words, _, _ in pairs], strict=True)
    for row, words in said:
        row.created_at = _at(loading, words)
    for spec, thread in zip(told, threads, strict=True):
        if spec.resolved_by:
            thread.resolved_at = min(_at(loading, spec.said[-1]) + SETTLED_AFTER, loading.now)
            thread.resolved_by = loading.member(spec.resolved_by)
    Comment.objects.bulk_update([*threads, *answers], ["created_at", "resolved_at", "resolved_by"])
    _audit(loading, threads, answers)
    _notices(loading, threads, answers)


def _at(loading: Loading, words: Words) -> dt.datetime:
    hour, minute = map(int, words.hour.split(":"))
    today = loading.now.astimezone(loading.org.zone).date()
    return loading.at(today - dt.timedelta(days=words.day), 60 * hour + minute)


def _comment(loading: Loading, spec: ThreadSpec, words: Words, thread: Comment | None = None) -> Comment:
    thing = _thing(loading, spec.about)
    return Comment(
        **{topic_of(thing).name: thing},
        thread=thread,
        author=loading.member(words.by),
        client_id=uuid.uuid4(),
        text=_KEY.sub(lambda key: f"@[{loading.member(key[1]).pk}]", words.text),
    )


def _thing(loading: Loading, about: str) -> Thing:
    if about in loading.key_results:
        return loading.key_results[about]
    if about.startswith("objective "):
        return loading.key_results[about.removeprefix("objective ")].objective
    found: Initiative = Initiative.objects.get(title=about, quarter=loading.periods["open"])
    return found


def _author(comment: Comment) -> Membership:
    assert comment.author is not None  # the content names one for each
    return comment.author


def _audit(loading: Loading, threads: Sequence[Comment], answers: Sequence[Comment]) -> None:
    acts = [(row.created_at, _author(row), "comment_added", row) for row in threads]
    acts += [(row.created_at, _author(row), "comment_answered", row) for row in answers]
    acts += [
        (row.resolved_at, row.resolved_by, "comment_resolved", row)
        for row in threads
        if row.resolved_at and row.resolved_by
    ]
    acts.sort(key=lambda act: act[0])
    events = []
    for at, actor, verb, row in acts:
        thing = thing_of(row)
        event = AuditEvent(
            actor=actor,
            actor_name=actor.name,
            verb=verb,
            object_type=str(thing._meta.model_name),
            object_id=thing.pk,
            object_label=str(thing)[:200],
            after={"comment": row.pk},
        )
        events.append((at, event))
    loading.create(event for _, event in events)
    for at, event in events:
        event.at = at
    AuditEvent.objects.bulk_update([event for _, event in events], ["at"])
    Organization.objects.filter(pk=loading.org.pk).update(version=F("version") + len(events))


def _notices(loading: Loading, threads: Sequence[Comment], answers: Sequence[Comment]) -> None:
    """Who was told, by the rule of okr.actions.comments; what is older than two days they have read."""
    people = {member.pk: member for member in loading.members.values()}
    names = {pk: member.name for pk, member in people.items()}
    spoke: dict[int, set[int]] = {row.pk: {_author(row).pk} for row in threads}
    notices = []
    for row in sorted((*threads, *answers), key=lambda row: row.created_at):
        mentioned = set(mentions.mentioned_in(row.text))
        before = spoke[row.thread_id] if row.thread_id else set()
        for pk in sorted((mentioned | before) - {_author(row).pk}):
            kind, key = (
                (Notification.Kind.MENTION, MENTIONED) if pk in mentioned else (Notification.Kind.REPLY, ANSWERED)
            )
            notice = Notification(
                recipient=people[pk],
                actor=row.author,
                kind=kind,
                about=title_of(thing_of(row)),
                excerpt=in_short(mentions.written(row.text, names)),
                path=address_of(row),
                key=f"{key}:{row.pk}",
                read_at=row.created_at + NEWS_FOR if row.created_at + NEWS_FOR < loading.now else None,
            )
            notices.append((row.created_at, notice))
        before.add(_author(row).pk)
    loading.create(notice for _, notice in notices)
    for at, notice in notices:
        notice.created_at = at
    Notification.objects.bulk_update([notice for _, notice in notices], ["created_at"])
