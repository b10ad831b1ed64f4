import pytest
import time_machine
from django.test import Client

from orgs import tenancy
from orgs.actions.api_keys import create_api_key
from orgs.actions.audit import Actor
from tests import factories


def _world(slug):
    made = factories.world(slug)
    with tenancy.tenant(made.org.pk):
        made.extra["api_key"], made.extra["secret"] = create_api_key(
            "Dashboard", ["read", "check_in"], by=Actor(made.dan)
        )
        factories.initiative(made.quarter, made.tribe, title="Second in its row", position=2)  # so that one can be moved
    return made


@pytest.fixture(autouse=True)
def on_the_day_of_the_mockups():
    with time_machine.travel(f"{factories.TODAY} 10:00", tick=True):
        yield


@pytest.fixture
def ours(db):
    return _world("ours")


@pytest.fixture
def theirs(db):
    return _world("theirs")


@pytest.fixture
def signed_in():
    """A client signed in as a member; None gives a visitor."""

    def sign_in(member=None, **options):
        client = Client(**options)
        if member is not None:
            client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
