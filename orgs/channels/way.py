"""How a row of the outbox becomes a message in the organization's channel, and what its answer means."""

import http.client
import json
from types import TracebackType

from orgs.channels import guard
from orgs.channels.messages import Message, payload
from orgs.models import Channel, OutboxMail
from orgs.outbox import Undelivered, key_of

Failure = OutboxMail.Failure


class ChannelWay:
    """A connection for each message: those of a batch go to different organizations' channels."""

    def __enter__(self) -> "ChannelWay":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pass

    def send(self, mail: OutboxMail) -> None:
        channel = Channel.across_orgs.filter(org_id=mail.org_id).one_or_none()
        if channel is None:
            raise Undelivered(Failure.UNSET, is_final=True)
        body = json.dumps(payload(Message.of(mail.text), channel.service)).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Polaris",
            "Idempotency-Key": key_of(mail),
        }
        try:
            answer = guard.post(channel.url, body, headers)
        except guard.Refused as refused:
            raise Undelivered(Failure.FORBIDDEN, is_final=True) from refused
        except http.client.HTTPException as error:
            raise Undelivered(Failure.ANSWER, type(error).__name__) from error
        _judge(answer, channel)


def _judge(answer: guard.Answer, channel: Channel) -> None:
    """Raise Undelivered unless the message was taken."""
    status = answer.status
    # Who answers may repeat what was asked for: the secret part of the address is told nobody.
    said = f"{status} {answer.text.replace(guard.target_of(channel.url).path, '…')}"
    if 200 <= status < 300:
        # A connector of Teams says 200, and in words what went wrong.
        if channel.service == Channel.Service.TEAMS_CONNECTOR and "error" in answer.text.lower():
            raise Undelivered(Failure.LATER, said)
        return
    if 300 <= status < 400:
        raise Undelivered(Failure.MOVED, str(status), is_final=True)
    if status in (401, 403, 404, 410):
        raise Undelivered(Failure.GONE, said, is_final=True)
    if status in (408, 425, 429):
        raise Undelivered(Failure.LATER, said)
    if 400 <= status < 500:
        raise Undelivered(Failure.CONTENT, said, is_final=True)
    raise Undelivered(Failure.ANSWER, said)
