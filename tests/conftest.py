"""Which tests belong to this run, what happens when a service is missing, and a clean cache for each test.

`make test` runs pytest three times: on SQLite, on PostgreSQL with Redis (DATABASE_URL, REDIS_URL), and the browser tests
(POLARIS_BROWSER). A test that belongs to another run is deselected; a test whose service cannot be had on this machine is
skipped with the reason (POLARIS_MISSING_…), and with CI set a skip fails.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import translation

from okr.demo.loader import load_demo
from orgs.models import Organization
from tests import demo, factories

ON_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")
ON_REDIS = bool(os.environ.get("REDIS_URL"))
BROWSER_RUN = bool(os.environ.get("POLARIS_BROWSER"))
# Reasons given by make test, by mark: where one is set, the marked tests are listed as skipped.
MISSING = {mark: os.environ.get(f"POLARIS_MISSING_{mark.upper()}", "") for mark in ("postgres", "redis", "browser")}
IN_CI = os.environ.get("CI", "").lower() in ("true", "1")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    asked_for = {item.nodeid for item in items if _belongs_here(item, str(config.option.markexpr))}
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in asked_for])
    items[:] = [item for item in items if item.nodeid in asked_for]
    for item in items:
        for mark, reason in MISSING.items():
            if reason and item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=reason))


def _belongs_here(item: pytest.Item, expression: str) -> bool:
    marks = {mark.name for mark in item.iter_markers()}
    if "browser" in marks:
        return BROWSER_RUN or bool(MISSING["browser"]) or "browser" in expression
    return not (
        ("postgres" in marks and not ON_POSTGRESQL and not MISSING["postgres"])
        or ("redis" in marks and not ON_REDIS and not MISSING["redis"])
        or ("sqlite" in marks and ON_POSTGRESQL)
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    return _without_skips(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Any:
    report = yield
    return _without_skips(report)


def _without_skips(report: Any) -> Any:
    """On CI everything must run: a skip counts as a failure. (An expected failure is no skip.)"""
    if IN_CI and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid}: no skip is allowed on CI. {reason}"
    return report


@pytest.fixture(autouse=True)
def _clean_cache() -> None:
    """Rate limits, cached pages and the language of one test do not reach the next."""
    cache.clear()
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def world(db: None) -> factories.World:
    """An organization with something of everything, outside of its tenancy."""
    return factories.world()


@pytest.fixture
def admin(world: factories.World, client: Client) -> Client:
    """The browser of somebody who administers the world."""
    client.force_login(world.dan.user, backend=factories.BACKEND)
    return client


@pytest.fixture(scope="module")
def loaded_demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo(demo.NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def coursive(loaded_demo: None, db: None) -> Iterator[Organization]:
    with demo.inside("coursive") as org:
        yield org


@pytest.fixture
def halle_nova(loaded_demo: None, db: None) -> Iterator[Organization]:
    with demo.inside("halle-nova") as org:
        yield org
