"""What every part of the minutes begins with."""

from functools import cached_property

from orgs.models import Organization
from workshops.models import Phase, Workshop


class Part:
    def __init__(self, workshop: Workshop, org: Organization) -> None:
        """`workshop` loaded by `with_place()`."""
        self.workshop, self.org = workshop, org

    @cached_property
    def phases(self) -> list[Phase]:
        return list(self.workshop.phases.all())
