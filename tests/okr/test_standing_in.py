"""While somebody is away, whoever stands in sees what is due from them, and checks in under their own name."""

import datetime as dt
import uuid

import pytest
import time_machine

from okr.models import CheckIn, KeyResult
from orgs import tenancy
from orgs.models import Absence, AuditEvent
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
HOME = "/o/coursive/"


def test_from_the_first_page_to_the_check_in_until_the_absence_ends(world):
    with tenancy.tenant(world.org.pk):
        absence = Absence.objects.create(
            member=world.alice, substitute=world.bob, starts_on=TODAY - DAY, ends_on=TODAY + 14 * DAY
        )
    bob = factories.signed_in(world.bob)
    url = f"{HOME}check-in/{world.key_result.pk}/"
    form = {"value": "88", "confidence": "7", "client_id": str(uuid.uuid4())}
    with time_machine.travel(f"{TODAY} 10:00", tick=False):
        home = bob.get(HOME).content.decode()
        assert "In somebody’s place" in home
        assert "for Alice Owner, until" in home
        assert url in home
        assert bob.get(f"{HOME}check-in/").url.startswith(url)
        for page in (url, f"{HOME}check-in/all/"):
            assert "for Alice Owner, until" in bob.get(page).content.decode()
        assert factories.signed_in(world.olga).get(url).status_code == 403
        assert bob.post(url, form).status_code == 302
    with tenancy.tenant(world.org.pk):
        assert CheckIn.objects.latest("pk").author == world.bob
        assert AuditEvent.objects.get(verb="checked_in").actor == world.bob
        Absence.objects.filter(pk=absence.pk).update(ends_on=TODAY - DAY)
        KeyResult.objects.filter(pk=world.key_result.pk).update(next_due_on=TODAY)
    with time_machine.travel(f"{TODAY} 10:01", tick=False):
        assert "In somebody’s place" not in bob.get(HOME).content.decode()
        assert bob.get(url).status_code == 403
        assert bob.post(url, {**form, "client_id": str(uuid.uuid4())}).status_code == 403
