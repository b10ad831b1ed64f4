"""Loading the demo at the same moment gives the same demo. On its own: the other files keep one loaded throughout."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction

from okr.demo.loader import load_demo
from okr.models import CheckIn
from orgs import tenancy, walls
from orgs.models import User


def _everything() -> list[dict[str, Any]]:
    """All rows of all organizations, without the ids that a database gives and what was drawn by lot."""
    rows = []
    with tenancy.all_tenants():
        for model in walls.tenant_models():
            drawn = {"id", "client_id", "object_id", "file"} | ({"created_at"} if model is not CheckIn else set())
            fields = [field for field in model._meta.concrete_fields if not field.is_relation]
            names = [field.name for field in fields if field.name not in drawn]
            if names:
                rows += list(model.across_orgs.order_by("pk").values(*names))
    return rows


@pytest.mark.django_db
def test_the_same_day_gives_the_same_demo() -> None:
    now = dt.datetime(2026, 1, 1, 8, 0, tzinfo=dt.UTC)
    loads = []
    for _ in range(2):
        with transaction.atomic():
            load_demo(now)
            loads.append((_everything(), list(User.objects.order_by("pk").values("email", "name"))))
            transaction.set_rollback(True)
    assert loads[0] == loads[1]
    assert len(loads[0][0]) > 1500
