"""The door between the event loop and the pages' threads, through the real server."""

import contextlib
import socket
from collections.abc import Iterator

import pytest

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
def posting(server: AppServer, kind: bytes, length: int, body: bytes) -> Iterator[socket.socket]:
    """A POST that announces `length` bytes and sends these."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        head = (b"POST /preferences/theme/ HTTP/1.1", b"Host: localhost", COOKIE, kind, b"Content-Length: %d" % length)
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
