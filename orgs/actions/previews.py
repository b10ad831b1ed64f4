"""The kinds of message that orgs sends, and what each looks like: with made-up content, and links that lead nowhere."""

from functools import partial

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs import channels
from orgs.actions import invitations, notifications
from orgs.channels import Topic
from orgs.deliveries import PREVIEW, Message, register_kind
from orgs.models import Invitation, Membership, Notification, Role

Kind = Notification.Kind


def register_kinds() -> None:
    register_kind(PREVIEW, gettext_lazy("Preview"))
    register_kind(invitations.KIND, gettext_lazy("Invitation"), _invitation)
    for kind in notifications.MAILED:
        register_kind(kind, kind.label, partial(_notice, kind), chosen_on=lambda _slug: reverse("profile"))
    register_kind(channels.KINDS[Topic.MISSED], gettext_lazy("Missing check-ins, to the channel"))
    register_kind(channels.KINDS[Topic.DIGEST], gettext_lazy("Weekly digest, to the channel"))
    register_kind(channels.KINDS[Topic.TEST], gettext_lazy("Test message, to the channel"))


def _invitation(member: Membership) -> Message:
    now = timezone.now()
    invitation = Invitation(
        org=member.org,
        email=member.user.email,
        roles=[Role.MEMBER],
        language=member.user.language or member.org.language,
        invited_by=member,
        sent_at=now,
        expires_at=now + invitations.LIVES,
    )
    return invitations.mail_of(invitation, "preview")


def _notice(kind: Kind, member: Membership) -> Message:
    """As if they had told themselves."""
    about, excerpt = _("Orders ready in under two hours"), _("What do you need to get there?")
    notice = Notification(
        org=member.org, recipient=member, actor=member, kind=kind, about=about, excerpt=excerpt, path="inbox/"
    )
    *_address, subject, text = notifications.letter_of(notice)
    return Message(subject, text)
