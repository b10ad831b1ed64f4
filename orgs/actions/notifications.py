"""Telling people what concerns them: in the product's inbox, and by mail where they chose so."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orgs import outbox
from orgs.models import Membership, Notification

Kind = Notification.Kind
_GAP = re.compile(r"[ \t\r\n]+")  # no-break spaces are meant
# The person's choice, by what they are told; what is not here is never mailed.
MAILED = {
    Kind.MENTION: "mail_mentions",
    Kind.REPLY: "mail_replies",
    **dict.fromkeys(Notification.NEWS, "mail_news"),
}


@transaction.atomic
def notify(
    recipient: Membership, kind: str, actor: Membership | None, about: str, excerpt: str, path: str, key: str
) -> Notification | None:
    """Tell somebody once: `key` names what happened. `path` is below /o/<slug>/. Call it in the action's transaction.

    Nobody is told what they did themselves, and whoever has left is told nothing: then, and where they know it already,
    the answer is None. `recipient` and `actor` need `user` loaded.
    """
    if recipient == actor or recipient.ended_at is not None or not recipient.user.is_active:
        return None
    notice, is_new = Notification.objects.get_or_create(
        recipient=recipient,
        key=key,
        defaults={
            "actor": actor,
            "kind": kind,
            "about": in_short(about),
            "excerpt": in_short(excerpt),
            "path": path,
        },
    )
    if not is_new:
        return None
    notice.recipient, notice.actor = recipient, actor
    if getattr(recipient.user, MAILED.get(Kind(kind), ""), False):
        _mail(notice)
    return notice


@dataclass(frozen=True, slots=True)
class News:
    """The same, told to many, each in their language: lazy texts are worked out in it. `recipients` are memberships (ids)."""

    recipients: Collection[int]
    kind: str
    actor: Membership | None
    about: str
    excerpt: str
    path: str
    key: str
    replaces: bool = False  # what is unread of this kind and path: the newest says it all


@transaction.atomic
def notify_all(news: Sequence[News]) -> None:
    """As `notify`, for as many as hear of it: each piece costs the same whatever their number, and so do all mails."""
    everybody = {pk for one in news for pk in one.recipients}
    people = {
        row.pk: row
        for row in Membership.objects.active().filter(pk__in=everybody).select_related("user", "org").order_by("pk")
    }
    fresh: list[Notification] = []
    for one in news:
        actor = one.actor.pk if one.actor else None
        recipients = [people[pk] for pk in sorted(one.recipients) if pk in people and pk != actor]
        told = Notification.objects.filter(key=one.key, recipient__in=recipients)
        known = set(told.values_list("recipient_id", flat=True))
        if one.replaces:
            Notification.objects.unread().filter(kind=one.kind, path=one.path, recipient__in=recipients).exclude(
                key=one.key
            ).delete()
        said: dict[str, tuple[str, str]] = {}  # once a language
        rows = []
        for person in recipients:
            if person.pk not in known:
                language = person.user.language or person.org.language
                if language not in said:
                    with translation.override(language):
                        said[language] = in_short(str(one.about)), in_short(str(one.excerpt))
                about, excerpt = said[language]
                rows.append(
                    Notification(
                        recipient=person,
                        actor=one.actor,
                        kind=one.kind,
                        about=about,
                        excerpt=excerpt,
                        path=one.path,
                        key=one.key,
                    )
                )
        Notification.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
        fresh += rows
    letters = [letter_of(row) for row in fresh if getattr(row.recipient.user, MAILED.get(Kind(row.kind), ""), False)]
    if letters:
        outbox.post_many([outbox.Mail(*letter) for letter in letters])


@transaction.atomic
def take_back(keys: Iterable[str]) -> None:
    """What was told no longer holds: it leaves every inbox, and the mails that have not left yet stay."""
    told = Notification.objects.filter(key__in=list(keys)).select_related("recipient__user")
    for notice in told:
        outbox.withdraw(notice.recipient.user.email, notice.kind, notice.key)
    told.delete()


def mark_read(member: Membership, *, pk: int | None = None, below: str = "") -> int:
    """Mark the member's notices as read: one, those that lead to a path `below`, or all. Answers how many were unread."""
    unread = Notification.objects.unread().filter(recipient=member)
    if pk is not None:
        unread = unread.filter(pk=pk)
    if below:
        unread = unread.filter(path__startswith=below)
    changed: int = unread.update(read_at=timezone.now())
    member.unread = Notification.objects.unread().filter(recipient=member).count()
    return changed


def in_short(text: str) -> str:
    """One line that fits the column."""
    most = int(Notification._meta.get_field("excerpt").max_length or 0)
    line = _GAP.sub(" ", text).strip()
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _mail(notice: Notification) -> None:
    outbox.post(*letter_of(notice))


def letter_of(notice: Notification) -> tuple[str, str, str, str, str]:
    """As outbox.post takes it, in the recipient's language. Needs `recipient` with its user, and `actor`."""
    org, user = notice.recipient.org, notice.recipient.user
    words = {"actor": notice.actor.name if notice.actor else org.name, "about": notice.about}
    with translation.override(user.language or org.language):
        subject = {
            Kind.MENTION: _("%(actor)s mentioned you: %(about)s"),
            Kind.REPLY: _("%(actor)s answered: %(about)s"),
            Kind.CHECKED_IN: _("%(actor)s checked in: %(about)s"),
            Kind.COMMENTED: _("%(actor)s commented: %(about)s"),
            Kind.CHANGED: _("%(actor)s changed: %(about)s"),
            Kind.STARTED: _("%(actor)s published: %(about)s"),
            Kind.SCORED: _("%(actor)s scored: %(about)s"),
        }[Kind(notice.kind)] % words
        context = {
            **words,
            "notice": notice,
            "org": org,
            "subject": subject,
            "is_news": notice.kind in Notification.NEWS,
            "url": f"{settings.BASE_URL}/o/{org.slug}/{notice.path}",
        }
        text = render_to_string("orgs/email/notification.txt", context)
    return user.email, notice.kind, notice.key, subject, text
