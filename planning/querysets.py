"""What can be asked of plannings."""

from orgs.models import TenantQuerySet


class PlanningQuerySet(TenantQuerySet):
    def of(self, year: int, number: int) -> "PlanningQuerySet":
        """The planning of that quarter, with its period."""
        return self.with_quarter().filter(quarter__year__number=year, quarter__number=number)

    def with_quarter(self) -> "PlanningQuerySet":
        return self.select_related("quarter__year", "chair__user", "presenting__tribe")


class BallotQuerySet(TenantQuerySet):
    def counted(self) -> "BallotQuerySet":
        """In the order they were cast, with who cast them; without those that an undo took out."""
        return self.filter(undone_with=None).select_related("membership__user").order_by("at", "pk")
