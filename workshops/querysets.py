"""Questions that several pages ask of workshops."""

from django.db.models import Q

from orgs.models import Membership
from orgs.models.base import TenantQuerySet


class WorkshopQuerySet(TenantQuerySet):
    def with_place(self) -> "WorkshopQuerySet":
        """With what its title line names, and its permissions look at."""
        return self.select_related(
            "tribe", "quarter__year", "year", "committee", "phase", "facilitator__user", "co_facilitator__user"
        )

    def of(self, member: Membership) -> "WorkshopQuerySet":
        """That the member takes part in, or leads."""
        return self.filter(
            Q(participants__membership=member) | Q(facilitator=member) | Q(co_facilitator=member)
        ).distinct()


class NoteQuerySet(TenantQuerySet):
    def live(self) -> "NoteQuerySet":
        return self.filter(withdrawn_at=None)

    def on_board(self) -> "NoteQuerySet":
        """That stand for themselves: neither withdrawn nor merged into another."""
        return self.filter(withdrawn_at=None, merged_into=None)
