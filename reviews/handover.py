"""What reviews keep for tribes, and how it passes to another (orgs.handover)."""

from django.utils.translation import ngettext

from orgs.actions import editing
from orgs.actions.editing import Change
from orgs.handover import Contents, register_contents
from orgs.models import Tribe
from reviews.models import RetroNote


def _hindrances(_tribe: Tribe) -> list[str]:
    return []


def _inventory(tribe: Tribe) -> list[str]:
    number = RetroNote.objects.live().filter(tribe=tribe).count()
    if not number:
        return []
    return [ngettext("%(n)s retrospective note", "%(n)s retrospective notes", number) % {"n": number}]


def _move(tribe: Tribe, into: Tribe, change: Change) -> None:
    for pk in list(RetroNote.objects.filter(tribe=tribe).order_by("pk").values_list("pk", flat=True)):
        editing.amend(editing.locked(RetroNote, pk), {"tribe": into}, change, verb="moved")


def register_all() -> None:
    register_contents(Contents(Tribe, _hindrances, _inventory, _move))
