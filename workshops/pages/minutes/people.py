"""Who was invited, and who was there."""

from collections.abc import Iterable
from functools import cached_property

from django.utils.translation import gettext as _

from orgs.models import Function
from workshops.models import Participant
from workshops.pages.minutes.part import Part


class People(Part):
    @cached_property
    def people(self) -> list[Participant]:
        """Whoever was let in or invited, also those who were taken out after they had been there."""
        rows = self.workshop.participants.filter(admitted_at__isnull=False).select_related("membership__user")
        return [person for person in rows if person.joined_at or person.removed_at is None]

    @property
    def voters(self) -> list[Participant]:
        """Who took part."""
        return [one for one in self.people if one.joined_at and one.part == Participant.Part.VOTER]

    @property
    def observers(self) -> list[Participant]:
        return [one for one in self.people if one.joined_at and one.part == Participant.Part.OBSERVER]

    @property
    def absent(self) -> list[Participant]:
        """Invited, and never there."""
        return [one for one in self.people if not one.joined_at]

    @property
    def guests(self) -> list[Participant]:
        return [one for one in self.people if one.is_guest]

    @property
    def by_function(self) -> list[tuple[str, str, list[Participant]]]:
        """Who took part: a function's value, its name, its people; last those without one."""
        functions = [*Function.choices, ("", _("Without a function"))]
        rows = [
            (value, str(label), [one for one in self.voters if one.function == value]) for value, label in functions
        ]
        return [row for row in rows if row[2]]


def names(people: Iterable[Participant]) -> str:
    """Needs `membership__user` loaded; guests are called so."""
    return ", ".join(_("%(name)s (guest)") % {"name": one.name} if one.is_guest else one.name for one in people)
