"""A check-in takes back what still waits to ask for it."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_save

from okr.models import CheckIn
from orgs import tenancy
from reminders.actions.reminding import forget


def follow_check_ins() -> None:
    post_save.connect(_check_in_saved, sender=CheckIn, dispatch_uid="reminders.checked")


def _check_in_saved(instance: CheckIn, created: bool, **kwargs: Any) -> None:
    """After the commit: only then a run that is being written finds either the check-in or what it wrote."""
    if created:
        transaction.on_commit(lambda: _forget(instance), robust=True)


def _forget(check_in: CheckIn) -> None:
    with tenancy.tenant(check_in.org_id):
        forget(check_in.key_result_id)
