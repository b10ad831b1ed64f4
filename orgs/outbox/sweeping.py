"""Every minute: send what waits, fairly over organizations, forget the texts of what was given up long ago, and delete what
has left very long ago."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from orgs import tenancy
from orgs.models import OutboxMail
from orgs.outbox import claiming
from orgs.outbox.sending import send_batch

BATCH = 50  # claimed together, sent over one connection, in memory together
LOOKED_AHEAD = 40 * BATCH  # how many of those that are due are put in turn at once
KEPT = timedelta(days=7)  # the text of what was given up, so that it can be tried again
FORGOTTEN_AT_ONCE = 500


def sweep(until: datetime) -> int:
    """Send what is due, of all organizations, until the time is up; answers how many left.

    Each organization has its turn before any has a second one: who writes ten thousand mails holds nobody up for long.
    Several sweeps at once share the work.
    """
    sent = 0
    while timezone.now() < until:
        with tenancy.all_tenants():
            due = claiming.in_turn(LOOKED_AHEAD)
            doubtful = claiming.left_in_the_middle(due)
        for batch in _batches(due, doubtful):
            if timezone.now() >= until:
                break
            sent += send_batch(batch, until)
        if len(due) < LOOKED_AHEAD:  # the rest fell due meanwhile, or is another sweep's: its turn comes in a minute
            break
    _forget()
    _delete_old()
    return sent


def _batches(due: Sequence[int], doubtful: Collection[int]) -> Iterator[Sequence[int]]:
    """What a sender has died over comes last, and by itself: should it be to blame, it takes nothing else along."""
    sound = [pk for pk in due if pk not in doubtful]
    for start in range(0, len(sound), BATCH):
        yield sound[start : start + BATCH]
    yield from ([pk] for pk in due if pk in doubtful)


def _forget() -> None:
    """What was given up KEPT ago is no longer tried by anybody: its text goes, as that of what has left."""
    with tenancy.all_tenants():
        old = OutboxMail.across_orgs.filter(given_up_at__lt=timezone.now() - KEPT).exclude(text="")
        pks = list(old.order_by("pk").values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
        if pks:
            OutboxMail.across_orgs.filter(pk__in=pks).update(**claiming.EMPTY)


def _delete_old() -> None:
    """What left so long ago is asked for by nobody: nothing of its period would be sent twice. What waits, or was given up, is
    never deleted."""
    with tenancy.all_tenants():
        old = OutboxMail.across_orgs.filter(sent_at__lt=timezone.now() - timedelta(days=settings.SENT_KEPT_DAYS))
        pks = list(old.order_by("sent_at").values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
        if pks:
            OutboxMail.across_orgs.filter(pk__in=pks, sent_at__isnull=False).delete()
