"""A real Chromium against a real server with the demo data.

`page` (pytest-playwright) opens paths on `app_server`, one server and one set of data for the whole run; a test that
needs untouched data, or leaves others behind than the next test can bear, takes `fresh_app_server`.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from scripts import services
from tests import servers
from tests.browser.people import Enter
from tests.servers import AppServer

WITHIN = 20_000  # milliseconds that anything may take on a busy machine
LAUNCH_ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


expect.set_options(timeout=WITHIN)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    arguments = [*LAUNCH_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return {**browser_type_launch_args, "executable_path": services.chromium().url, "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-GB", "timezone_id": "Europe/Paris", "reduced_motion": "reduce"}


@pytest.fixture(scope="session")
def demo_var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A var folder with the demo loaded and nothing running on it; to copy from, not to run on."""
    var = tmp_path_factory.mktemp("demo") / "var"
    env = servers.environment(var, DEMO="true")
    servers.manage("migrate", "--verbosity=0", env=env)
    servers.manage("load_demo", "--if-empty", env=env)
    return var


@pytest.fixture(scope="session")
def app_server(demo_var: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    var = servers.copy_of(demo_var, tmp_path_factory.mktemp("app") / "var")
    with servers.running_web(var, DEMO="true") as server:
        yield server


@pytest.fixture
def enter(browser: Browser, browser_context_args: dict[str, Any], app_server: AppServer) -> Iterator[Enter]:
    """Opens a page as a persona; what goes wrong in the browser meanwhile fails the test."""
    enter = Enter(browser, browser_context_args, app_server)
    yield enter
    enter.leave()
    assert enter.troubles == []


@pytest.fixture
def fresh_app_server(demo_var: Path, tmp_path: Path, enter: Enter) -> Iterator[AppServer]:
    with servers.running_web(servers.copy_of(demo_var, tmp_path / "var"), DEMO="true") as server:
        yield server
        enter.leave()  # before the server: a page may still be asking it for something


@pytest.fixture(scope="session")
def base_url(app_server: AppServer) -> str:
    return app_server.url
