"""The maintained `KeyResult.next_due_on` follows the organization's rhythm, whoever changes it and undoes the change."""

from typing import Any

from django.db.models.signals import post_save, pre_save

from okr.due import Rhythm
from okr.models import KeyResult
from okr.models.key_result import CADENCES
from orgs import tenancy
from orgs.models import Organization

RHYTHM = {*CADENCES, "due_weekday", "holiday_country", "holiday_region"}
AT_ONCE = 500


def follow_settings() -> None:
    pre_save.connect(_organization_changes, sender=Organization, dispatch_uid="okr.due_days.before")
    post_save.connect(_organization_saved, sender=Organization, dispatch_uid="okr.due_days")


def _organization_changes(instance: Organization, update_fields: Any = None, **kwargs: Any) -> None:
    """Remember the rhythm that is about to change: a due day that moved out of its week belongs to a week by it alone."""
    if instance.pk and (update_fields is None or RHYTHM & set(update_fields)):
        instance.__dict__["rhythm_before"] = Organization.objects.filter(pk=instance.pk).first()


def _organization_saved(instance: Organization, created: bool, update_fields: Any = None, **kwargs: Any) -> None:
    before = instance.__dict__.pop("rhythm_before", None)
    if not created and before is not None:
        with tenancy.tenant(instance.pk):
            move_due_days(instance, before)


def move_due_days(org: Organization, before: Organization) -> int:
    """Every published key result that is waited for, due in the organization's rhythm; how many days moved.

    One that was never checked in stays due in the week, or month, that it was due in. `before` is the organization with the
    settings that its due days were set by.
    """
    moved = []
    old, new = ({name: Rhythm.of(one, name) for name in CADENCES} for one in (before, org))
    if old == new:
        return 0
    for row in KeyResult.objects.filter(stage="published").exclude(next_due_on=None).select_related("objective"):
        assert row.next_due_on is not None
        rhythm, former = new[row.cadence_of], old[row.cadence_of]
        if row.checked_on:
            day = rhythm.next_due(row.checked_on)
        else:
            day = rhythm.due_in(former.chosen_day(former.answers_for(row.next_due_on)))
        if day != row.next_due_on:
            row.next_due_on = day
            moved.append(row)
    KeyResult.objects.bulk_update(moved, ["next_due_on"], batch_size=AT_ONCE)
    return len(moved)
