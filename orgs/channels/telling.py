"""Telling the organization's channel: written to the outbox, once for its topic and period."""

from enum import StrEnum

from orgs import outbox
from orgs.channels.messages import Message
from orgs.models import Channel, OutboxMail

RECIPIENT = "channel"  # in the outbox; the address is looked up as a message leaves


class Topic(StrEnum):
    """What administrators choose from; the value names the column of Channel that says whether it is wanted."""

    MISSED = "sends_missed"
    DIGEST = "sends_digest"
    TEST = "test"


KINDS = {Topic.MISSED: "channel_missed", Topic.DIGEST: "channel_digest", Topic.TEST: "channel_test"}  # in the outbox


def is_wanted(topic: Topic) -> bool:
    """Whether the current organization has a channel that is to be told this."""
    channel = Channel.objects.one_or_none()
    return bool(channel is not None and getattr(channel, topic))


def is_any_wanted() -> bool:
    """Whether the current organization has a channel that is to be told anything by itself."""
    channel = Channel.objects.one_or_none()
    return channel is not None and (channel.sends_missed or channel.sends_digest)


def tell(topic: Topic, period: str, message: Message) -> bool:
    """Tell the current organization's channel, where there is one that wants this; whether it does. Call it in the
    transaction that causes it. The same topic and period is told once. Say nothing that not every member may read."""
    if not is_wanted(topic):
        return False
    write(topic, period, message)
    return True


def write(topic: Topic, period: str, message: Message, *, at_once: bool = True) -> None:
    outbox.post(
        RECIPIENT,
        KINDS[topic],
        period,
        message.title,
        message.as_text(),
        channel=OutboxMail.Channel.WEBHOOK,
        at_once=at_once,
    )
