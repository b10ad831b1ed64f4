"""Telling people what concerns them: in the product's inbox, and by mail where they chose so."""

import re
from collections.abc import Iterable

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
    """In the recipient's language."""
    org, user = notice.recipient.org, notice.recipient.user
    words = {"actor": notice.actor.name if notice.actor else org.name, "about": notice.about}
    with translation.override(user.language or org.language):
        if notice.kind == Kind.MENTION:
            subject = _("%(actor)s mentioned you: %(about)s") % words
        else:
            subject = _("%(actor)s answered: %(about)s") % words
        context = {
            **words,
            "notice": notice,
            "org": org,
            "url": f"{settings.BASE_URL}/o/{org.slug}/{notice.path}",
        }
        text = render_to_string("orgs/email/notification.txt", context)
    outbox.post(user.email, notice.kind, notice.key, subject, text)
