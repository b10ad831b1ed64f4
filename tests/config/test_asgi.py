"""The door between the event loop and the pages' threads, through the real server."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from config import uploads
from config.asgi import THREADS
from tests.servers import AppServer, answers, running_web

FORM = b"Content-Type: application/x-www-form-urlencoded"
FILE = b"Content-Type: multipart/form-data; boundary=part"
COOKIE = b"Cookie: polaris_csrf=" + 32 * b"a"  # with one, Django looks for its token in the body
SESSION = b"; polaris_session="


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    with running_web(tmp_path_factory.mktemp("asgi")) as running:
        yield running


@contextlib.contextmanager
def posting(
    server: AppServer,
    kind: bytes,
    length: int,
    body: bytes,
    path: bytes = b"/preferences/theme/",
    session: bytes = b"",
) -> Iterator[socket.socket]:
    """A POST that announces `length` bytes and sends these."""
    cookie = COOKIE + SESSION + session if session else COOKIE
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        head = (b"POST " + path + b" HTTP/1.1", b"Host: localhost", cookie, kind, b"Content-Length: %d" % length)
        connection.sendall(b"\r\n".join((*head, b"", body)))
        yield connection


def test_bodies_that_never_come_hold_no_thread(server: AppServer) -> None:
    with contextlib.ExitStack() as slow:
        for _ in range(THREADS + 1):
            slow.enter_context(posting(server, FORM, 100, b"\r\ntheme="))
        assert answers(server.url, "/offline/") == 200


def test_a_body_that_comes_in_parts_arrives_whole(server: AppServer) -> None:
    with posting(server, FORM, 11, b"\r\nthem") as connection:
        connection.sendall(b"e=light")
        assert connection.recv(100).startswith(b"HTTP/1.1 403")  # no CSRF token: it was read and refused


@pytest.mark.parametrize("kind", [FORM, FILE])
def test_a_body_larger_than_any_form_is_refused_unread(server: AppServer, kind: bytes) -> None:
    with posting(server, kind, 5_000_000_000, b"\r\ntheme=") as connection:
        assert connection.recv(100).startswith((b"HTTP/1.1 400", b"HTTP/1.1 403"))


def test_a_body_of_unannounced_length_is_refused_unread(server: AppServer) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        head = (b"POST /preferences/theme/ HTTP/1.1", b"Host: localhost", FORM, b"Transfer-Encoding: chunked", b"", b"")
        connection.sendall(b"\r\n".join(head))
        assert connection.recv(100).startswith(b"HTTP/1.1 411")


# ── Routes that take files ──

TO_FORM = b"/o/nobody/key-results/1/evidence/new/"
MEGABYTE = 1_000_000


def test_they_are_those_of_the_site_map() -> None:
    for name in ("objective_evidence_new", "key_result_evidence_new", "evidence_edit"):
        address = reverse(name, kwargs={"org": "coursive", "pk": 12})
        assert uploads.takes_file({"method": "POST", "path": address}), address
        assert not uploads.takes_file({"method": "GET", "path": address})
    for name in ("evidence_archive", "evidence_move", "key_result", "business_case"):
        address = reverse(name, kwargs={"org": "coursive", "pk": 12})
        assert not uploads.takes_file({"method": "POST", "path": address}), address
    assert not uploads.takes_file({"method": "POST", "path": "/o/a/key-results/1/evidence/new/more/"})


@pytest.mark.parametrize("session", [b"", b"one"])
def test_a_large_body_is_read_there_and_nowhere_else(server: AppServer, session: bytes) -> None:
    """Without a token the form is refused once it was read: what matters is that a page of the product comes."""
    size = 5 * MEGABYTE
    head = b'\r\n--part\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    body = head[2:] + bytes(size) + b"\r\n--part--\r\n"
    with posting(server, FILE, len(body), b"\r\n" + body[:100], TO_FORM, session) as connection:
        for start in range(100, len(body), MEGABYTE):
            connection.sendall(body[start : start + MEGABYTE])
        assert connection.recv(100).startswith(b"HTTP/1.1 403")


def test_one_larger_than_a_form_with_a_file_may_be_is_refused_unread(server: AppServer) -> None:
    with posting(server, FILE, settings.UPLOAD_MAX_BODY + 1, b"\r\n--part", TO_FORM) as connection:
        assert connection.recv(100).startswith((b"HTTP/1.1 400", b"HTTP/1.1 403"))


def test_one_session_sends_a_few_at_once_and_keeps_nobody_else_from_sending(server: AppServer) -> None:
    with contextlib.ExitStack() as slow:

        def begin(session: bytes) -> socket.socket:
            return slow.enter_context(posting(server, FILE, 2 * MEGABYTE, b"\r\n--part", TO_FORM, session))

        for _ in range(uploads.OF_SESSION):
            begin(b"one")
        assert begin(b"one").recv(100).startswith(b"HTTP/1.1 503")
        other = begin(b"other")
        other.sendall(bytes(2 * MEGABYTE - len(b"--part")))
        assert other.recv(100).startswith(b"HTTP/1.1 4")  # read, and refused for what it holds
        assert answers(server.url, "/offline/") == 200  # neither pages nor other forms wait for them


def test_whoever_has_no_session_takes_no_place(server: AppServer) -> None:
    with contextlib.ExitStack() as slow:
        for _ in range(uploads.AT_ONCE + 1):
            slow.enter_context(posting(server, FILE, 2 * MEGABYTE, b"\r\n--part", TO_FORM))
        with posting(server, FILE, 2 * MEGABYTE, b"\r\n--part", TO_FORM, b"mine") as connection:
            connection.sendall(bytes(2 * MEGABYTE - len(b"--part")))
            assert connection.recv(100).startswith(b"HTTP/1.1 4")


def sender(address: str, session: str) -> dict[str, Any]:
    return {"headers": [(b"cookie", f"polaris_session={session}".encode())], "client": (address, 1)}


def received_at_once(senders: list[dict[str, Any]]) -> list[bool]:
    """Whether each was given a place while those before it were still sending."""

    async def all_of_them() -> list[bool]:
        done = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await done.wait()
            return {"type": "http.request", "body": b"", "more_body": False}

        sending = [asyncio.create_task(uploads.on_disk(one, receive, 1)) for one in senders]
        await asyncio.sleep(0)  # each has begun, or was refused
        done.set()
        results = await asyncio.gather(*sending, return_exceptions=True)
        for file in results:
            if not isinstance(file, BaseException):
                file.close()
        return [not isinstance(result, uploads.Busy) for result in results]

    return asyncio.run(all_of_them())


def test_one_address_cannot_take_all_places() -> None:
    senders = [sender("192.0.2.1", f"s{number}") for number in range(uploads.FROM_ADDRESS + 1)]
    assert received_at_once([*senders, sender("192.0.2.2", "other")]) == [True] * uploads.FROM_ADDRESS + [False, True]


def test_more_than_are_received_at_once_are_asked_to_come_back() -> None:
    senders = [sender(f"192.0.2.{number}", f"s{number}") for number in range(uploads.AT_ONCE + 1)]
    assert received_at_once(senders) == [True] * uploads.AT_ONCE + [False]
    assert received_at_once(senders[-1:]) == [True]  # places are given back


def test_whoever_falls_silent_loses_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "SILENT", 0.01)

    async def silent() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(TimeoutError):
        asyncio.run(uploads.on_disk(sender("192.0.2.1", "one"), silent, 1))
    assert received_at_once([sender("192.0.2.1", "one")] * uploads.OF_SESSION) == [True] * uploads.OF_SESSION
