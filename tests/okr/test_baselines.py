"""What was published before baselines were frozen gets its own."""

import importlib
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from okr.actions.staging import baseline_of
from okr.models import KeyResult
from orgs import tenancy
from tests import factories

pytestmark = pytest.mark.django_db
migration = importlib.import_module("okr.migrations.0005_baselines")


def test_published_and_scored_ones_get_what_they_are_now_and_no_other():
    made = factories.world()
    with tenancy.tenant(made.org.pk):
        scored = factories.key_result(
            made.objective, stage="scored", start=Decimal("0"), target=Decimal("12.50"), owner=made.bob
        )
        kept = factories.key_result(made.objective, stage="kept", next_due_on=None)
        frozen = factories.key_result(made.objective, baseline={"target": "1"})
    then = MigrationLoader(connection).project_state(("okr", "0005_baselines")).apps
    migration.freeze(then, SimpleNamespace(connection=connection))
    with tenancy.tenant(made.org.pk):
        for row in (scored, made.key_result):
            stored = KeyResult.objects.get(pk=row.pk)
            assert stored.baseline == baseline_of(stored)
        assert KeyResult.objects.get(pk=kept.pk).baseline is None
        assert KeyResult.objects.get(pk=frozen.pk).baseline == {"target": "1"}
