"""Who takes part in a workshop: members, and guests who see this workshop and nothing else."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orgs.models import Function, Membership, TenantModel
from workshops.models.workshop import Phase, Workshop


class Participant(TenantModel):
    """Invited, then there. A guest has a name and a function, and holds a token of which only the SHA-256 is kept."""

    class Part(models.TextChoices):
        VOTER = "voter", pgettext_lazy("part in a workshop", "Takes part")
        OBSERVER = "observer", pgettext_lazy("part in a workshop", "Observes")

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="participants")
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="participations")
    guest_name = models.CharField(_("name"), max_length=80, blank=True)
    digest = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    function = models.CharField(_("function"), max_length=10, choices=Function, blank=True)
    title = models.CharField(_("job title"), max_length=80, blank=True)
    part = models.CharField(_("part"), max_length=8, choices=Part, default=Part.VOTER)
    invited_at = models.DateTimeField(null=True, blank=True, editable=False)
    admitted_at = models.DateTimeField(null=True, blank=True, editable=False)  # null: a guest who waits at the door
    joined_at = models.DateTimeField(null=True, blank=True, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    done_phase = models.ForeignKey(Phase, models.SET_NULL, null=True, blank=True, related_name="+")
    dismissed: Any = models.JSONField(default=list, editable=False)  # keys of suggestions that this person waved off

    class Meta(TenantModel.Meta):
        ordering = ["function", "pk"]
        constraints = [
            models.CheckConstraint(
                name="participant_is_member_or_guest",
                condition=Q(membership__isnull=False, digest__isnull=True, guest_name="")
                | (Q(membership__isnull=True, digest__isnull=False) & ~Q(guest_name="")),
            ),
            models.UniqueConstraint(
                fields=["workshop", "membership"], condition=Q(membership__isnull=False), name="participant_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Needs `membership__user` loaded where it is a member."""
        return self.membership.name if self.membership else self.guest_name

    @property
    def call_sign(self) -> str:
        """Needs `membership__user` loaded where it is a member."""
        if self.membership:
            return self.membership.call_sign
        words = [word.lstrip("(") for word in self.guest_name.replace("-", " ").split() if word.strip("()")]
        if not words:
            return self.guest_name[:2].upper()
        return (words[0][0] + (words[-1][0] if len(words) > 1 else words[0][1:2])).upper()

    @property
    def is_guest(self) -> bool:
        return self.membership_id is None

    @property
    def is_inside(self) -> bool:
        """Let in, and not taken out."""
        return self.admitted_at is not None and self.removed_at is None

    @property
    def votes(self) -> bool:
        return self.part == self.Part.VOTER and self.is_inside
