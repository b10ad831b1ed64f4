"""Read model of Settings ▸ Tribes and departments."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from orgs.models import Committee, CommitteeSeat, Department, Function, Seat, Tribe


@dataclass(frozen=True, slots=True)
class Places:
    """Where the two arrow buttons lead: a position in the whole row, 0 where there is no further."""

    up: int
    down: int


@dataclass(frozen=True, slots=True)
class TribeRow:
    tribe: Tribe
    functions: list[str]  # with somebody who speaks for them
    people: int
    places: Places


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    department: Department
    committee: str
    members: int
    sponsors: list[str]
    tribes: list[TribeRow]
    places: Places


@dataclass(frozen=True, slots=True)
class StructurePage:
    departments: list[DepartmentRow]
    archived_departments: list[Department]
    archived_tribes: list[Tribe]
    tribes: int


def structure_page() -> StructurePage:
    departments = list(Department.objects.all())
    tribes = list(Tribe.objects.select_related("lead__user", "merged_into"))
    live = [tribe for tribe in tribes if tribe.archived_at is None]
    seats = list(
        Seat.objects.filter(membership__ended_at=None).values_list("tribe", "membership", "function", "is_delegate")
    )
    rows: dict[int, list[Tribe]] = {}
    for tribe in live:
        rows.setdefault(tribe.department_id, []).append(tribe)
    committees = {committee.department_id: committee for committee in Committee.objects.all()}
    sponsors: dict[int, list[str]] = {}
    sponsoring = CommitteeSeat.objects.filter(is_sponsor=True, membership__ended_at=None)
    for seat in sponsoring.select_related("membership__user").order_by("membership__user__name"):
        sponsors.setdefault(seat.committee_id, []).append(seat.membership.name)
    counted = CommitteeSeat.objects.filter(membership__ended_at=None).order_by().values("committee")
    members = dict(counted.annotate(n=Count("pk")).values_list("committee", "n"))

    def department_row(department: Department, around: list[Department]) -> DepartmentRow:
        committee = committees.get(department.pk)
        own = rows.get(department.pk, [])
        return DepartmentRow(
            department=department,
            committee=committee.name if committee else "",
            members=members.get(committee.pk, 0) if committee else 0,
            sponsors=sponsors.get(committee.pk, []) if committee else [],
            tribes=[_tribe_row(tribe, seats, places_among(tribe, own, live)) for tribe in own],
            places=places_among(department, around, around),
        )

    standing = [department for department in departments if department.archived_at is None]
    return StructurePage(
        departments=[department_row(department, standing) for department in standing],
        archived_departments=[department for department in departments if department.archived_at is not None],
        archived_tribes=[tribe for tribe in tribes if tribe.archived_at is not None],
        tribes=len(live),
    )


def places_among(thing: Any, group: list[Any], row: list[Any]) -> Places:
    """Before the one above it in its group, behind the one below it; positions are those of the whole row."""
    index = group.index(thing)
    up = row.index(group[index - 1]) + 1 if index > 0 else 0
    down = row.index(group[index + 1]) + 1 if index + 1 < len(group) else 0
    return Places(up, down)


def _tribe_row(tribe: Tribe, seats: list[tuple], places: Places) -> TribeRow:
    own = [seat for seat in seats if seat[0] == tribe.pk]
    speaking = {function for _tribe, _member, function, is_delegate in own if is_delegate}
    people = {member for _tribe, member, *_rest in own} | ({tribe.lead_id} - {None})
    return TribeRow(tribe, [function.value for function in Function if function in speaking], len(people), places)
