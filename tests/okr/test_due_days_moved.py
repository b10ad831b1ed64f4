"""What was due on a public holiday before these were known is moved off it."""

import datetime as dt
import importlib
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from okr.models import KeyResult
from orgs import tenancy
from orgs.models import Organization
from tests import factories

pytestmark = pytest.mark.django_db
migration = importlib.import_module("okr.migrations.0008_due_on_working_days")
ASCENSION, DAY_AFTER, WORKING = dt.date(2026, 5, 14), dt.date(2026, 5, 15), dt.date(2026, 5, 13)


def test_due_days_leave_public_holidays_of_their_own_organization():
    made, other = factories.world(), factories.world("other")
    Organization.objects.filter(pk=other.org.pk).update(holiday_country="")
    for world in (made, other):
        with tenancy.tenant(world.org.pk):
            KeyResult.objects.filter(pk=world.key_result.pk).update(next_due_on=ASCENSION)
            KeyResult.objects.filter(pk=world.strategic_kr.pk).update(next_due_on=WORKING)
    then = MigrationLoader(connection).project_state(("okr", "0008_due_on_working_days")).apps
    migration.move(then, SimpleNamespace(connection=connection))
    for world, due in ((made, DAY_AFTER), (other, ASCENSION)):
        with tenancy.tenant(world.org.pk):
            assert KeyResult.objects.get(pk=world.key_result.pk).next_due_on == due
            assert KeyResult.objects.get(pk=world.strategic_kr.pk).next_due_on == WORKING
