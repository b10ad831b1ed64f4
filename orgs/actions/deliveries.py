"""What an administrator does about a mail or message that has not arrived."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs import outbox
from orgs.actions.audit import Actor, hold_organization, record
from orgs.models import OutboxMail
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken


@transaction.atomic
def retry(pk: int, *, by: Actor) -> OutboxMail:
    """Have a row of the outbox tried again now, whether it waits for its next try or was given up.

    It is sent under the same Message-ID or key, and has all its tries again. Raises OutboxMail.DoesNotExist for what is
    not the organization's, RuleBroken for what has left, is being sent, or is no longer kept.
    """
    require(by.membership, Permission.MANAGE_SETTINGS)
    hold_organization()
    mail: OutboxMail = OutboxMail.objects.select_for_update(of=("self",)).get(pk=pk)
    now = timezone.now()
    if mail.sent_at is not None:
        raise RuleBroken(_("It has been sent already."))
    if mail.leased_until is not None and mail.leased_until > now:
        raise RuleBroken(_("It is being sent right now."))
    if mail.is_emptied:
        raise RuleBroken(_("Its text is no longer kept: it was given up more than a week ago."))
    mail.due_at, mail.given_up_at, mail.attempts = now, None, 0
    mail.save(update_fields=["due_at", "given_up_at", "attempts"])
    record(by, "delivery_retried", mail, after={"recipient": mail.recipient, "kind": mail.kind})
    transaction.on_commit(lambda: outbox.send_in_background.delay(mail.pk), robust=True)
    return mail
