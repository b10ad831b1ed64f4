"""A committee's meetings pass to the committee that it is merged into (orgs.handover)."""

from django.utils.translation import ngettext

from orgs.actions import editing
from orgs.actions.editing import Change
from orgs.handover import Contents, register_contents
from orgs.models import Committee, Department
from reviews.models import MeetingSeries


def _hindrances(_department: Department) -> list[str]:
    return []


def _inventory(department: Department) -> list[str]:
    number = MeetingSeries.objects.filter(committee__department=department).count()
    return [ngettext("%(n)s series of meetings", "%(n)s series of meetings", number) % {"n": number}] if number else []


def _move(department: Department, into: Department, change: Change) -> None:
    """Those that ended too: what was held is the other committee's to read now."""
    rows = MeetingSeries.objects.filter(committee__department=department).order_by("pk")
    for pk in list(rows.values_list("pk", flat=True)):
        series = editing.locked(MeetingSeries, pk)
        editing.amend(series, {"committee": Committee.objects.get(department=into)}, change, verb="moved")


def register_all() -> None:
    register_contents(Contents(Department, _hindrances, _inventory, _move))
