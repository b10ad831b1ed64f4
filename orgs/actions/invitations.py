"""Inviting people by e-mail. How they join: orgs.actions.joining."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection, Sequence

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Lower
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orgs import outbox
from orgs.actions.administering import administer
from orgs.actions.audit import Actor, record, snapshot
from orgs.actions.kinds import check_delegate
from orgs.deliveries import Message
from orgs.models import Function, Invitation, Membership, OutboxMail, Tribe, User
from orgs.rules import RuleBroken

LIVES = dt.timedelta(days=14)
AT_ONCE = 50  # addresses
MAILS_A_DAY = 500  # of an organization: who signs up must not be able to flood others
NOT_TWICE_WITHIN = dt.timedelta(minutes=1)
KIND = "invitation"  # in the outbox
AUDITED = ("email", "roles", "tribe_id", "function", "is_delegate", "language")


def digest(token: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(
    emails: Sequence[str],
    *,
    by: Actor,
    roles: list[str],
    language: str,
    tribe: Tribe | None = None,
    function: str = "",
    is_delegate: bool = False,
) -> list[Invitation]:
    """Invite everybody or, where an address or the seat is refused, nobody: RuleBroken with the field says why.

    Whoever was a member may be invited: accepting brings the membership back.
    """
    administer(by)
    emails = list(dict.fromkeys(email.lower() for email in emails))
    _check_seat(emails, tribe, function, is_delegate)
    _check_addresses(emails)
    now = timezone.now()
    made = []
    for email in emails:
        token = secrets.token_urlsafe(32)
        invitation = Invitation.objects.create(
            org=by.membership.org,
            email=email,
            roles=roles,
            tribe=tribe,
            function=function,
            is_delegate=is_delegate,
            language=language,
            digest=digest(token),
            invited_by=by.membership,
            sent_at=now,
            expires_at=now + LIVES,
        )
        record(by, "invited", invitation, after=snapshot(invitation, AUDITED))
        _send(invitation, token)
        made.append(invitation)
    return made


@transaction.atomic
def resend(invitation: Invitation, *, by: Actor) -> Invitation:
    """Again, with a new link that lives as long; the earlier one is dead. Raises RuleBroken."""
    administer(by)
    invitation = _pending(invitation.pk)
    now = timezone.now()
    if now - invitation.sent_at < NOT_TWICE_WITHIN:
        raise RuleBroken(_("It was sent less than a minute ago. Try again in a moment."))
    _check_mails_of_today(1)
    outbox.withdraw(invitation.email, KIND, _period(invitation))
    token = secrets.token_urlsafe(32)
    invitation.digest, invitation.sent_at, invitation.expires_at = digest(token), now, now + LIVES
    invitation.invited_by = by.membership
    invitation.save(update_fields=["digest", "sent_at", "expires_at", "invited_by"])
    record(by, "invitation_resent", invitation, after={"expires_at": invitation.expires_at})
    _send(invitation, token)
    return invitation


@transaction.atomic
def revoke(invitation: Invitation, *, by: Actor) -> Invitation:
    """Its link is dead at once. Raises RuleBroken where it was accepted meanwhile."""
    administer(by)
    invitation = _pending(invitation.pk)
    outbox.withdraw(invitation.email, KIND, _period(invitation))
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    record(by, "invitation_revoked", invitation, after={"revoked_at": invitation.revoked_at})
    return invitation


def members_with(emails: Collection[str]) -> dict[str, Membership]:
    """By address, as given in lower case: whose account it belongs to, also as a further confirmed address."""
    owners = dict(User.objects.annotate(low=Lower("email")).filter(low__in=emails).values_list("low", "pk"))
    further = EmailAddress.objects.annotate(low=Lower("email")).filter(low__in=emails, verified=True)
    owners = dict(further.values_list("low", "user")) | owners
    members = {m.user_id: m for m in Membership.objects.with_people().filter(user__in=owners.values())}
    return {email: members[user] for email, user in owners.items() if user in members}


def invited_among(emails: Collection[str]) -> set[str]:
    pending = Invitation.objects.pending().annotate(low=Lower("email")).filter(low__in=emails)
    return set(pending.values_list("low", flat=True))


def _check_addresses(emails: list[str]) -> None:
    if not emails:
        raise RuleBroken(_("Enter at least one e-mail address."), field="emails")
    if len(emails) > AT_ONCE:
        raise RuleBroken(_("At most %(most)s at once.") % {"most": AT_ONCE}, field="emails")
    members, invited = members_with(emails), invited_among(emails)
    refusals = []
    for email in emails:
        member = members.get(email)
        if member is not None and member.ended_at is None:
            refusals.append(_("%(email)s is a member already: %(name)s.") % {"email": email, "name": member.name})
        elif email in invited:
            refusals.append(_("%(email)s is invited already: send it again from the list.") % {"email": email})
    if refusals:
        raise RuleBroken(" ".join(refusals), field="emails")
    _check_mails_of_today(len(emails))


def _check_mails_of_today(more: int) -> None:
    since = timezone.now() - dt.timedelta(days=1)
    if OutboxMail.objects.filter(kind=KIND, created_at__gte=since).count() + more > MAILS_A_DAY:
        raise RuleBroken(_("%(most)s invitations a day are the limit.") % {"most": MAILS_A_DAY}, field="emails")


def _check_seat(emails: list[str], tribe: Tribe | None, function: str, is_delegate: bool) -> None:
    if tribe is not None and tribe.archived_at is not None:
        raise RuleBroken(_("%(name)s is archived.") % {"name": tribe.name}, field="tribe")
    if tribe is not None and not function:
        raise RuleBroken(_("Choose the seat in %(tribe)s.") % {"tribe": tribe.name}, field="function")
    if not is_delegate:
        return
    if tribe is None:
        raise RuleBroken(_("Choose where first: it is there that one speaks for a function."), field="is_delegate")
    if len(emails) > 1:
        raise RuleBroken(_("One person speaks for a function: invite them alone."), field="is_delegate")
    try:
        check_delegate(tribe.pk, function, is_delegate)
    except RuleBroken as broken:
        raise RuleBroken(broken.message, field="is_delegate") from None
    same_seat = Invitation.objects.pending().filter(tribe=tribe, function=function, is_delegate=True).first()
    if same_seat is not None:
        words = {"email": same_seat.email, "function": Function(function).label}
        raise RuleBroken(_("%(email)s is invited to speak for %(function)s.") % words, field="is_delegate")


def _pending(pk: int) -> Invitation:
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("org").get(pk=pk)
    if invitation.accepted_at is not None:
        raise RuleBroken(_("%(email)s has joined meanwhile.") % {"email": invitation.email})
    if invitation.revoked_at is not None:
        raise RuleBroken(_("This invitation was revoked."))
    return invitation


def _period(invitation: Invitation) -> str:
    """Each sending has a link of its own, and so a mail of its own."""
    return f"{invitation.pk}:{invitation.digest[:16]}"


def mail_of(invitation: Invitation, token: str) -> Message:
    """What the mail says, in its language; only here is the token known."""
    org, inviter = invitation.org, invitation.invited_by
    words = {"name": inviter.name if inviter else org.name, "organization": org.name}
    with translation.override(invitation.language):
        context = {
            **words,
            "url": f"{settings.BASE_URL}{reverse('invitation', args=[token])}",
            "offers": invitation.offers,
            "until": timezone.localtime(invitation.expires_at, org.zone).date(),
        }
        subject = _("%(name)s invites you to %(organization)s") % words
        return Message(subject, render_to_string("orgs/email/invitation.txt", context))


def _send(invitation: Invitation, token: str) -> None:
    mail = mail_of(invitation, token)
    outbox.post(invitation.email, KIND, _period(invitation), mail.subject, mail.text)
