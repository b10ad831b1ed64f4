"""Setting, testing and removing the organization's channel. The trail and the logs know its address shortened."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orgs import outbox
from orgs.actions.audit import Actor, hold_organization, record
from orgs.channels import Message, Topic, guard
from orgs.channels.messages import service_of
from orgs.channels.telling import RECIPIENT, write
from orgs.models import AuditEvent, Channel, OutboxMail
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken

TESTS_AN_HOUR = 20  # of an organization: whatever address is typed, it is no tool to knock at doors with
CHOSEN = ("sends_missed", "sends_digest")


@transaction.atomic
def set_channel(values: Mapping[str, Any], *, by: Actor) -> bool:
    """Set the address (`url`, empty to leave it as it is) and what is sent there (CHOSEN); whether anything changed."""
    require(by.membership, Permission.MANAGE_SETTINGS)
    hold_organization()
    channel = Channel.objects.one_or_none()
    before = _told(channel) if channel is not None else {}
    url = values.get("url", "")
    if channel is None:
        if not url:
            raise RuleBroken(_("Paste the address of the channel."), field="url")
        channel = Channel()
    is_new = bool(url) and url != channel.url
    if is_new:
        _check(url)
        channel.url, channel.service = url, service_of(url)
        channel.tested_at, channel.test_failure, channel.test_answer = None, "", ""
    for name in CHOSEN:
        setattr(channel, name, values[name])
    if not is_new and _told(channel) == before:
        return False
    channel.save()
    record(by, "channel_set", channel, before=before, after=_told(channel))
    return True


@transaction.atomic
def remove_channel(*, by: Actor) -> None:
    """Forget the channel, and what waits for it. Removing it twice changes nothing."""
    require(by.membership, Permission.MANAGE_SETTINGS)
    hold_organization()
    channel = Channel.objects.one_or_none()
    if channel is None:
        return
    record(by, "channel_removed", channel, before=_told(channel))
    channel.delete()
    OutboxMail.objects.filter(recipient=RECIPIENT, sent_at=None, leased_until=None).delete()


def try_channel(*, by: Actor) -> Channel:
    """Send a message there now, through the outbox, and keep how that ended on the channel. What fails is not tried again.

    Raises RuleBroken where there is no channel, or after TESTS_AN_HOUR."""
    now = timezone.now()
    period = now.isoformat()
    with transaction.atomic():
        require(by.membership, Permission.MANAGE_SETTINGS)
        hold_organization()
        if (channel := Channel.objects.one_or_none()) is None:
            raise RuleBroken(_("Save the address of the channel first."))
        tests = AuditEvent.objects.filter(verb="channel_tested", at__gte=now - timedelta(hours=1))
        if tests.count() >= TESTS_AN_HOUR:
            raise RuleBroken(_("%(most)s tests an hour are the limit.") % {"most": TESTS_AN_HOUR})
        write(Topic.TEST, period, _hello(by), at_once=False)
        mail = OutboxMail.objects.filter(recipient=RECIPIENT, period=period).latest("pk")
        record(by, "channel_tested", channel)
    outbox.send(mail.pk)
    with transaction.atomic():
        hold_organization()
        mail.refresh_from_db()
        if mail.sent_at is None:
            outbox.withdraw(RECIPIENT, mail.kind, period)
        Channel.objects.filter(pk=channel.pk).update(
            tested_at=timezone.now(), test_failure=mail.failure, test_answer=mail.answer
        )
    channel.refresh_from_db()
    return channel


def _hello(by: Actor) -> Message:
    org = by.membership.org
    with translation.override(org.language):
        words = {"org": org.name, "who": by.membership.name}
        return Message(
            _("Polaris can write here"),
            (_("%(who)s has set up this channel for %(org)s.") % words,),
            f"{settings.BASE_URL}/o/{org.slug}/",
            _("Open %(org)s") % words,
        )


def _check(url: str) -> None:
    try:
        guard.target_of(url)
    except guard.Refused as refused:
        raise RuleBroken(refusal(refused.why), field="url") from refused


def refusal(why: guard.Why) -> str:
    """Why an address is refused, for whoever typed it."""
    if why == guard.Why.SCHEME:
        return _("The address begins with https://.")
    if why == guard.Why.CREDENTIALS:
        return _("An address without a user name or password in it.")
    if why == guard.Why.FORBIDDEN:
        return _("This address leads inside a network: nothing is sent there.")
    return _("Paste the whole address, such as https://hooks.slack.com/services/…")


def _told(channel: Channel) -> dict[str, Any]:
    """What the trail may say of it."""
    return {"url": channel.shortened, "service": channel.service, **{name: getattr(channel, name) for name in CHOSEN}}
