"""The organization's channel: what it is told, in which form, and how that gets there safely.

messages   what a channel is told, as Slack and Teams want it
guard      HTTPS to where a stranger's address leads, and never inside a network
way        how a row of the outbox becomes a message there
telling    `tell`, for whoever has something to say
"""

from orgs.channels.messages import Message
from orgs.channels.telling import KINDS, Topic, is_any_wanted, is_wanted, tell

__all__ = ["KINDS", "Message", "Topic", "is_any_wanted", "is_wanted", "tell"]
