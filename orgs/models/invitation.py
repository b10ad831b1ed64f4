"""Asking somebody to join an organization, by e-mail."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgs.models.base import TenantModel, TenantQuerySet, tenant_manager
from orgs.models.people import Function, Membership, Role, validate_roles
from orgs.models.structure import Language, Tribe


class InvitationQuerySet(TenantQuerySet):
    def pending(self) -> "InvitationQuerySet":
        """Neither accepted nor revoked; it may have expired."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(TenantModel):
    """With the roles, the tribe and the seat that the person will have. Only the SHA-256 of the link's token is kept."""

    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=80, blank=True)
    roles = models.JSONField(_("roles"), default=list, validators=[validate_roles])
    title = models.CharField(_("job title"), max_length=80, blank=True)
    tribe = models.ForeignKey(
        Tribe, models.SET_NULL, null=True, blank=True, related_name="invitations", verbose_name=_("tribe")
    )
    function = models.CharField(_("function"), max_length=10, choices=Function, blank=True)
    is_delegate = models.BooleanField(_("speaks for the function"), default=False)
    language = models.CharField(_("language"), max_length=5, choices=Language)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(editable=False)
    accepted_at = models.DateTimeField(null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Any] = tenant_manager(InvitationQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "org", Lower("email"), name="invitation_once", condition=Q(accepted_at=None, revoked_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def offers(self) -> list[str]:
        """Sentences: the roles that the person will have, and the seat where there is one."""
        roles = ", ".join(str(role.label) for role in Role if role in self.roles)
        said = [gettext("Invited as: %(roles)s.") % {"roles": roles}]
        if self.tribe is not None:
            seat = {"tribe": self.tribe.name, "function": Function(self.function).label}
            words = gettext("Seat in %(tribe)s: %(function)s.")
            if self.is_delegate:
                words = gettext("Seat in %(tribe)s: %(function)s, speaking for the function.")
            said.append(words % seat)
        return said

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()
