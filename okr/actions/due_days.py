"""The maintained `KeyResult.next_due_on` follows the organization's rhythm, whoever changes it and undoes the change."""

from typing import Any

from django.db.models.signals import post_save

from okr.due import due_date, next_due
from okr.models import KeyResult
from orgs import tenancy
from orgs.models import Organization

RHYTHM = {"tribe_cadence", "strategic_cadence", "due_weekday"}
AT_ONCE = 500


def follow_settings() -> None:
    post_save.connect(_organization_saved, sender=Organization, dispatch_uid="okr.due_days")


def _organization_saved(instance: Organization, created: bool, update_fields: Any = None, **kwargs: Any) -> None:
    if not created and (update_fields is None or RHYTHM & set(update_fields)):
        with tenancy.tenant(instance.pk):
            move_due_days(instance)


def move_due_days(org: Organization) -> int:
    """Every published key result that is waited for, due in the organization's rhythm; how many days moved.

    One that was never checked in stays due in the week, or month, that it was due in.
    """
    moved = []
    for row in KeyResult.objects.filter(stage="published").exclude(next_due_on=None).select_related("objective"):
        assert row.next_due_on is not None
        cadence = getattr(org, row.cadence_of)
        if row.checked_on:
            day = next_due(row.checked_on, cadence, org.due_weekday)
        else:
            day = due_date(row.next_due_on, cadence, org.due_weekday)
        if day != row.next_due_on:
            row.next_due_on = day
            moved.append(row)
    KeyResult.objects.bulk_update(moved, ["next_due_on"], batch_size=AT_ONCE)
    return len(moved)
