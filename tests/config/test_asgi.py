"""The door between the event loop and the pages' threads, through the real server."""

import contextlib
import socket
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.urls import reverse

from config import uploads
from config.asgi import THREADS
from tests.servers import AppServer, answers, running_web

FORM = b"Content-Type: application/x-www-form-urlencoded"
FILE = b"Content-Type: multipart/form-data; boundary=part"
COOKIE = b"Cookie: polaris_csrf=" + 32 * b"a"  # with one, Django looks for its token in the body


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    with running_web(tmp_path_factory.mktemp("asgi")) as running:
        yield running


@contextlib.contextmanager
def posting(
    server: AppServer, kind: bytes, length: int, body: bytes, path: bytes = b"/preferences/theme/"
) -> Iterator[socket.socket]:
    """A POST that announces `length` bytes and sends these."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        head = (b"POST " + path + b" HTTP/1.1", b"Host: localhost", COOKIE, kind, b"Content-Length: %d" % length)
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


def test_a_large_body_is_read_there_and_nowhere_else(server: AppServer) -> None:
    """Without a token the form is refused once it was read: what matters is that a page of the product comes."""
    size = 5 * MEGABYTE
    head = b'\r\n--part\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    body = head[2:] + bytes(size) + b"\r\n--part--\r\n"
    with posting(server, FILE, len(body), b"\r\n" + body[:100], TO_FORM) as connection:
        for start in range(100, len(body), MEGABYTE):
            connection.sendall(body[start : start + MEGABYTE])
        assert connection.recv(100).startswith(b"HTTP/1.1 403")


def test_one_larger_than_a_form_with_a_file_may_be_is_refused_unread(server: AppServer) -> None:
    with posting(server, FILE, settings.UPLOAD_MAX_BODY + 1, b"\r\n--part", TO_FORM) as connection:
        assert connection.recv(100).startswith((b"HTTP/1.1 400", b"HTTP/1.1 403"))


def test_more_than_are_received_at_once_are_asked_to_come_back(server: AppServer) -> None:
    with contextlib.ExitStack() as slow:
        for _ in range(uploads.AT_ONCE):
            slow.enter_context(posting(server, FILE, 2 * MEGABYTE, b"\r\n--part", TO_FORM))
        assert answers(server.url, "/offline/") == 200  # neither pages nor other forms wait for them
        last = slow.enter_context(posting(server, FILE, 2 * MEGABYTE, b"\r\n--part", TO_FORM))
        assert last.recv(100).startswith(b"HTTP/1.1 503")
    with posting(server, FORM, 11, b"\r\ntheme=light") as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 403")
