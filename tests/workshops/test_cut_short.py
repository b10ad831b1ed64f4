"""What was on its way when a connection broke arrives whole, later, or not at all."""

import socket
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest

from tests import servers
from tests.servers import AppServer

CODE, CSRF = "cutshort2345", "c" * 32
UID = "00000000-0000-4000-8000-000000000001"
MADE = f"""
from django.utils import timezone
from orgs import tenancy
from tests import factories
from workshops.access import digest
world = factories.world("train")
with tenancy.tenant(world.org.pk):
    held = factories.workshop(world, code="{CODE}", starts_at=timezone.now())
    factories.participant(held, guest_name="On a train", digest=digest("token"))
    print(held.subjects.first().pk)
"""
NOTES = """
from orgs import tenancy
from workshops.models import Note
with tenancy.all_tenants():
    print(*Note.across_orgs.values_list("text", flat=True), sep="|")
"""


@pytest.fixture
def server(tmp_path) -> Iterator[AppServer]:
    env = servers.environment(tmp_path / "var")
    servers.manage("migrate", "--verbosity=0", env=env)
    with servers.running_web(tmp_path / "var") as server:
        yield server


def connected(server: AppServer) -> socket.socket:
    parts = urlsplit(server.url)
    return socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=20)


@pytest.mark.sqlite
def test_a_note_of_which_the_half_arrived_is_not_taken_for_the_whole(server: AppServer) -> None:
    subject = server.manage("shell", "-v0", "-c", MADE).strip()
    body = urlencode({"uid": UID, "subject": subject, "text": "Half of it is lost in the tunnel"}).encode()
    lines = (
        f"POST /o/train/workshops/{CODE}/room/notes/ HTTP/1.1", f"Host: {urlsplit(server.url).netloc}",
        f"Cookie: guest_{CODE}=token; polaris_csrf={CSRF}", f"X-CSRFToken: {CSRF}", "HX-Request: true",
        "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}", "Connection: close", "", "",
    )  # fmt: skip
    head = "\r\n".join(lines).encode()
    with connected(server) as broken:
        broken.sendall(head + body[:-10])
    assert not servers.wait_until(lambda: bool(server.manage("shell", "-v0", "-c", NOTES).strip()), 3)
    with connected(server) as again:  # of the same note, when the connection is back
        again.sendall(head + body)
        assert again.recv(100).startswith(b"HTTP/1.1 200")
    assert server.manage("shell", "-v0", "-c", NOTES).strip() == "Half of it is lost in the tunnel"
