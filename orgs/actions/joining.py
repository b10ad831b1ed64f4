"""Joining an organization by an invitation."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs import tenancy
from orgs.actions import editing
from orgs.actions.audit import Actor, hold_organization, record
from orgs.actions.editing import Change
from orgs.actions.invitations import digest
from orgs.actions.kinds import check_delegate
from orgs.models import Invitation, Membership, Seat, User
from orgs.rules import RuleBroken

OPEN, EXPIRED, REVOKED, USED = "open", "expired", "revoked", "used"


def find_invitation(token: str) -> Invitation | None:
    """The invitation that this link was made for, of any organization, `org`, `tribe` and `invited_by` loaded."""
    with tenancy.all_tenants():
        found = Invitation.across_orgs.select_related("org", "tribe", "invited_by__user", "accepted_by")
        return found.filter(digest=digest(token)).first()


def state_of_invitation(invitation: Invitation) -> str:
    if invitation.accepted_at is not None:
        return USED
    if invitation.revoked_at is not None:
        return REVOKED
    return EXPIRED if invitation.has_expired else OPEN


def is_for(invitation: Invitation, user: User) -> bool:
    """Whether the invited address is this person's: the account's, or a further one that was confirmed."""
    if user.email.lower() == invitation.email.lower():
        return True
    return EmailAddress.objects.filter(user=user, email__iexact=invitation.email, verified=True).exists()


def account_of(invitation: Invitation) -> User | None:
    """The account with the invited address, if there is one."""
    user = User.objects.filter(email__iexact=invitation.email).first()
    if user is not None:
        return user
    further = EmailAddress.objects.filter(email__iexact=invitation.email, verified=True).select_related("user").first()
    return further.user if further else None


@transaction.atomic
def accept(invitation: Invitation, user: User) -> Membership:
    """The person becomes a member, or one again. Twice is the same as once. Raises RuleBroken."""
    if not is_for(invitation, user):
        raise RuleBroken(_("This invitation is for somebody else."))
    with tenancy.tenant(invitation.org_id):
        hold_organization()  # before the invitation's row, as whoever sends it again or revokes it does
        invitation = (
            Invitation.objects.select_for_update(of=("self",)).select_related("org", "tribe").get(pk=invitation.pk)
        )
        member = Membership.objects.filter(user=user).first()
        if invitation.accepted_at is not None and member is not None and member.ended_at is None:
            return member
        if state_of_invitation(invitation) != OPEN:
            raise RuleBroken(_("This invitation no longer holds."))
        if member is None:
            member = _join(invitation, user)
        elif member.ended_at is not None:
            member = _rejoin(invitation, member)
        invitation.accepted_at, invitation.accepted_by = timezone.now(), member
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        return member


@transaction.atomic
def accept_as_new(invitation: Invitation, *, name: str, password: str) -> Membership:
    """Somebody without an account gets one; the link proves that the address is theirs. Raises RuleBroken."""
    if account_of(invitation) is not None:
        raise RuleBroken(_("There is an account with this address: sign in first."))
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, name=name, language=invitation.language)
    except IntegrityError:
        raise RuleBroken(_("There is an account with this address: sign in first.")) from None
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return accept(invitation, user)


def _join(invitation: Invitation, user: User) -> Membership:
    member = Membership.objects.create(
        user=user, roles=invitation.roles, title=invitation.title, function=invitation.function
    )
    seats = _seats(invitation)
    for row in seats:
        Seat.objects.create(
            membership=member, tribe_id=row["tribe"], function=row["function"], is_delegate=row["is_delegate"]
        )
    record(Actor(member), "joined", member, after=editing.state_of(member), revision=member.revision)
    return member


def _rejoin(invitation: Invitation, member: Membership) -> Membership:
    member = editing.locked(Membership, member.pk)
    values: dict[str, Any] = {"ended_at": None, "roles": invitation.roles, "seats": _seats(invitation)}
    if invitation.function:
        values["function"] = invitation.function
    if invitation.title:
        values["title"] = invitation.title
    editing.amend(member, values, Change(Actor(member)), verb="joined")
    return member


def _seats(invitation: Invitation) -> list[dict[str, Any]]:
    """The seat that was offered, unless the tribe is archived; without speaking for it where somebody else does by now."""
    tribe = invitation.tribe
    if tribe is None or tribe.archived_at is not None or not invitation.function:
        return []
    is_delegate = invitation.is_delegate
    try:
        check_delegate(tribe.pk, invitation.function, is_delegate)
    except RuleBroken:
        is_delegate = False
    return [{"tribe": tribe.pk, "function": invitation.function, "is_delegate": is_delegate}]
