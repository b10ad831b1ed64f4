"""Sending what was claimed: each row by the way of its channel, one way (and connection) for a whole batch."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from typing import Any, Protocol

from celery import shared_task
from django.utils import timezone

from orgs import tenancy
from orgs.models import OutboxMail
from orgs.outbox import claiming
from orgs.outbox.failures import Failed, understood
from orgs.outbox.mail import MailWay, NoServer


class Way(Protocol):
    """A kind of sending. `send` raises where the row did not leave; whatever it raises puts the row off."""

    def send(self, mail: OutboxMail) -> None: ...


_ways: dict[str, Callable[[], AbstractContextManager[Any]]] = {OutboxMail.Channel.MAIL: MailWay}


def register_way(channel: str, way: Callable[[], AbstractContextManager[Any]]) -> None:
    """How rows of this `channel` leave; `way()` is entered once for a batch, and gives a Way."""
    _ways[channel] = way


def send(pk: int) -> bool:
    """Send this row if it is due and nobody else is at it; True if it left now. Never raises for the row's sake."""
    return send_batch([pk]) == 1


@shared_task(name="orgs.outbox.send_in_background")
def send_in_background(pk: int) -> None:
    send(pk)


def send_batch(pks: Sequence[int], until: datetime | None = None) -> int:
    """Send those of these rows that are due and nobody else's, until the time is up; answers how many left."""
    with tenancy.all_tenants():
        leases = claiming.claim(pks)
        rows = {mail.pk: mail for mail in OutboxMail.across_orgs.filter(pk__in=list(leases)).select_related("org")}
        sent = 0
        with _Ways() as ways:
            for mail in (rows[pk] for pk in pks if pk in rows):
                if until is not None and timezone.now() >= until:
                    break
                leases = claiming.renewed(leases)
                if mail.pk in leases:
                    sent += _try(mail, leases.pop(mail.pk), ways)
            claiming.let_go(leases)
        return sent


def _try(mail: OutboxMail, lease: datetime, ways: "_Ways") -> bool:
    if mail.attempts > claiming.ATTEMPTS:  # whoever tried it died over it
        claiming.put_off(mail, lease, Failed(OutboxMail.Failure.UNMADE))
        return False
    if (closed := ways.closed.get(mail.channel)) is not None:
        claiming.put_off(mail, lease, closed)
        return False
    try:
        ways.of(mail.channel).send(mail)
    except NoServer as nowhere:
        ways.closed[mail.channel] = nowhere.failed
        claiming.put_off(mail, lease, nowhere.failed)
        return False
    except Exception as error:  # a mail that cannot be built, or whatever a server's answer raises
        claiming.put_off(mail, lease, understood(error))
        return False
    return claiming.left(mail, lease)


class _Ways(ExitStack):
    """The ways that a batch needs, each entered once; `closed`: those whose server lets nobody in now, and why."""

    def __init__(self) -> None:
        super().__init__()
        self.closed: dict[str, Failed] = {}
        self._entered: dict[str, Way] = {}

    def of(self, channel: str) -> Way:
        if channel not in self._entered:
            self._entered[channel] = self.enter_context(_ways[channel]())
        return self._entered[channel]
