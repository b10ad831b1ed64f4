"""Whose turn it is, the lease of who sends it, and how a try ended. Called with all tenants open."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from orgs.models import OutboxMail
from orgs.outbox.failures import Failed

LEASE = timedelta(minutes=5)  # longer than a server may take over one mail (EMAIL_TIMEOUT, for each of its answers)
RENEWED = timedelta(minutes=3)  # a batch takes long: with less left, the lease is renewed before the next is sent
BACK_OFF = timedelta(minutes=1)  # after the first failure; doubled after each
LONGEST_WAIT = timedelta(hours=4)
ATTEMPTS = 15  # a bit more than a day
EMPTY: dict[str, Any] = {"text": "", "html": "", "files": []}
log = structlog.get_logger(__name__)


def waiting(now: datetime) -> Any:
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return OutboxMail.across_orgs.filter(free, sent_at=None, given_up_at=None, due_at__lte=now)


def in_turn(most: int) -> list[int]:
    """What is due, at most so many: the first of each organization, then the second of each…"""
    turn = Window(RowNumber(), partition_by=F("org_id"), order_by=[F("due_at"), F("pk")])
    due = waiting(timezone.now()).order_by().annotate(turn=turn)
    return list(due.order_by("turn", "due_at", "pk").values_list("pk", flat=True)[:most])


def left_in_the_middle(pks: Sequence[int]) -> set[int]:
    """Those of them whose lease has run out: whoever sent them died before it wrote down how that ended."""
    return set(OutboxMail.across_orgs.filter(pk__in=pks, leased_until__isnull=False).values_list("pk", flat=True))


def claim(pks: Sequence[int]) -> dict[int, datetime]:
    """Those of them that are due and nobody else's, each with the end of the lease that names this sender.

    Several senders that ask for the same at once do not wait for each other.
    """
    now = timezone.now()
    lease = now + LEASE
    with transaction.atomic():
        free = waiting(now).filter(pk__in=pks).order_by("pk")
        if connection.features.has_select_for_update_skip_locked:
            free = free.select_for_update(skip_locked=True, of=("self",))
        mine = list(free.values_list("pk", flat=True))
        if mine:
            waiting(now).filter(pk__in=mine).update(leased_until=lease, attempts=F("attempts") + 1)
    return dict.fromkeys(mine, lease)


def renewed(leases: dict[int, datetime]) -> dict[int, datetime]:
    """The leases of a batch that is under way, renewed where they have become short; without those that are lost."""
    now = timezone.now()
    short = {pk: lease for pk, lease in leases.items() if lease - now <= RENEWED}
    if not short:
        return leases
    lease = now + LEASE
    for old in set(short.values()):
        OutboxMail.across_orgs.filter(pk__in=list(short), leased_until=old, sent_at=None).update(leased_until=lease)
    held = OutboxMail.across_orgs.filter(pk__in=list(short), leased_until=lease).order_by()
    kept = set(held.values_list("pk", flat=True))
    return {pk: lease if pk in kept else old for pk, old in leases.items() if pk in kept or pk not in short}


def let_go(leases: dict[int, datetime]) -> None:
    """What was claimed and not tried: it stays due, and that was no try."""
    for pk, lease in leases.items():
        held = OutboxMail.across_orgs.filter(pk=pk, leased_until=lease, sent_at=None)
        held.update(leased_until=None, attempts=F("attempts") - 1)


def left(mail: OutboxMail, lease: datetime) -> bool:
    """Write down that it was sent. What has left is not kept: it may hold a link that lets somebody in."""
    return _finish(mail, lease, sent_at=timezone.now(), failure="", answer="", **EMPTY)


def put_off(mail: OutboxMail, lease: datetime, failed: Failed) -> None:
    """Write down why the try failed, and when the next one is; or that there is none.

    What was given up keeps its text for a while (orgs.outbox.sweeping), so that an administrator can have it tried again.
    """
    why: dict[str, Any] = {"failure": failed.reason.value, "answer": failed.answer}
    about = {"mail": mail.pk, "kind": mail.kind, "org": mail.org_id, "attempts": mail.attempts, **why}
    if mail.attempts >= ATTEMPTS or failed.is_final:
        if _finish(mail, lease, given_up_at=timezone.now(), **why):
            log.error("outbox_mail_given_up", **about)
        return
    wait = min(BACK_OFF * 2 ** (mail.attempts - 1), LONGEST_WAIT)
    _finish(mail, lease, due_at=timezone.now() + wait, **why)
    log.warning("outbox_mail_put_off", seconds=wait.total_seconds(), **about)


def _finish(mail: OutboxMail, lease: datetime, **values: Any) -> bool:
    """Write the outcome down and give the lease back, unless it has run out and is somebody else's now."""
    held = OutboxMail.across_orgs.filter(pk=mail.pk, leased_until=lease)
    return bool(held.update(leased_until=None, **values))
