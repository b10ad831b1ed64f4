"""What an administrator does about a mail or message that has not arrived."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orgs import outbox
from orgs.actions.audit import Actor, event_of, hold_organization, record, record_all
from orgs.deliveries import PREVIEW, kind_named
from orgs.models import OutboxMail
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken

AT_ONCE = 500
PREVIEWS_A_DAY = 100  # of an organization


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


@transaction.atomic
def retry_failed(*, by: Actor) -> int:
    """Have everything tried again in the next minute that failed and is still kept, at most AT_ONCE; how many that is."""
    require(by.membership, Permission.MANAGE_SETTINGS)
    hold_organization()
    now = timezone.now()
    mails = list(
        OutboxMail.objects.select_for_update(of=("self",))
        .filter(Q(leased_until=None) | Q(leased_until__lte=now), sent_at=None)
        .exclude(failure="")
        .exclude(text="")
        .order_by("pk")[:AT_ONCE]
    )
    pks = [mail.pk for mail in mails]
    OutboxMail.objects.filter(pk__in=pks).update(due_at=now, given_up_at=None, attempts=0)
    record_all(
        by,
        [
            event_of(by, "delivery_retried", mail, after={"recipient": mail.recipient, "kind": mail.kind})
            for mail in mails
        ],
    )
    return len(mails)


@transaction.atomic
def send_preview(name: str, *, by: Actor) -> str:
    """Send whoever asks a message of this kind; their address. Raises RuleBroken for a kind that has no preview.

    `by.membership` needs `user` and `org` loaded.
    """
    require(by.membership, Permission.MANAGE_SETTINGS)
    kind = kind_named(name)
    if kind is None or kind.preview is None:
        raise RuleBroken(_("Choose what you would like to see."), field="kind")
    now = timezone.now()
    if OutboxMail.objects.filter(kind=PREVIEW, created_at__gte=now - timedelta(days=1)).count() >= PREVIEWS_A_DAY:
        raise RuleBroken(_("%(most)s previews a day are the limit.") % {"most": PREVIEWS_A_DAY}, field="kind")
    user = by.membership.user
    with translation.override(user.language or by.membership.org.language):
        message = kind.preview(by.membership)
        subject = _("Preview: %(subject)s") % {"subject": message.subject}
    outbox.post(user.email, PREVIEW, f"{name}:{now.isoformat()}", subject, message.text, message.html)
    return str(user.email)
