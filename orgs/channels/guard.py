"""HTTPS to an address that somebody typed, which must not lead inside the network that this server stands in.

The name is resolved once, every address it has is judged, and the connection goes to one of these addresses, never to the
name: an answer that changes in between changes nothing. TLS is verified for the name. No redirect is followed, no proxy
used; the answer is read up to a limit and a deadline.
"""

import http.client
import io
import re
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

CONNECT_WITHIN = 5.0  # seconds, for each of the first addresses of a name
ALL_WITHIN = 10.0  # seconds, from the name to the end of the answer
ADDRESSES_TRIED = 3
ANSWER_AT_MOST = 2_000  # bytes
_PLAIN = re.compile(r"[\x21-\x7e]+")
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.(?!-)[a-z0-9_-]{1,63})*")
# What ipaddress takes for public and nobody's channel is at: Azure's own server, and addresses that wrap others.
_ALSO_FORBIDDEN = tuple(
    ip_network(network) for network in ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48")
)
_NAT64 = ip_network("64:ff9b::/96")


class Why(StrEnum):
    FORM = "form"  # not a whole address
    SCHEME = "scheme"  # not https
    CREDENTIALS = "credentials"  # a user name or password in it
    FORBIDDEN = "forbidden"  # leads to where nothing may be sent


class Refused(Exception):
    """The address is none that anything is sent to. What it says names no part of the address."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True)
class Target:
    host: str
    port: int
    path: str  # with its query

    @property
    def is_exempt(self) -> bool:
        """Whoever runs the installation vouches for this name."""
        return self.host in {name.strip().lower() for name in settings.CHANNEL_HOSTS_ALLOWED}


@dataclass(frozen=True)
class Answer:
    status: int
    text: str  # its beginning


def target_of(url: str) -> Target:
    """Where the address leads, by its form alone; raises Refused."""
    if not _PLAIN.fullmatch(url):
        raise Refused(Why.FORM)
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise Refused(Why.FORM) from error
    if parts.scheme != "https":
        raise Refused(Why.SCHEME if "://" in url else Why.FORM)
    if "@" in parts.netloc:
        raise Refused(Why.CREDENTIALS)
    if parts.fragment or not (_NAME.fullmatch(host) or (":" in host and _literal(host))):
        raise Refused(Why.FORM)
    target = Target(
        host, 443 if port is None else port, f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    )
    literal = _literal(host)
    if literal is not None and is_forbidden(literal) and not target.is_exempt:
        raise Refused(Why.FORBIDDEN)
    return target


def resolve(target: Target, within: float = CONNECT_WITHIN) -> list[tuple[Any, ...]]:
    """The addresses of its name, as socket.getaddrinfo gives them. Raises Refused where one of them is forbidden, OSError
    where there is none."""
    found = _looked_up(target, within)
    if not target.is_exempt and any(is_forbidden(ip_address(info[4][0].partition("%")[0])) for info in found):
        raise Refused(Why.FORBIDDEN)
    return found


def is_forbidden(address: IPv4Address | IPv6Address) -> bool:
    """Private, loopback, link-local (metadata servers), shared (CGNAT), multicast, reserved; or IPv6 that stands for IPv4."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None or address.sixtofour is not None or address.teredo is not None:
            return True
        if address in _NAT64:
            return is_forbidden(IPv4Address(int(address) & 0xFFFFFFFF))
        if address.is_site_local or int(address) < 2**32:  # ::a.b.c.d
            return True
    if not address.is_global or address.is_multicast or address.is_reserved:
        return True
    return any(address in network for network in _ALSO_FORBIDDEN)


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Send `body` there and give the answer, whatever its status. Raises Refused, OSError (ssl.SSLError and TimeoutError
    among them) or http.client.HTTPException."""
    until = time.monotonic() + ALL_WITHIN
    target = target_of(url)
    plain = _connected(resolve(target), until)
    try:
        plain.settimeout(_left(until))
        with ssl.create_default_context().wrap_socket(plain, server_hostname=target.host) as secure:
            secure.settimeout(_left(until))
            secure.sendall(_request(target, body, headers))
            return _answer(secure, until)
    finally:
        plain.close()


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _looked_up(target: Target, within: float) -> list[tuple[Any, ...]]:
    """The resolver has no time limit of its own: a thread waits for it."""
    found: list[tuple[Any, ...]] = []
    errors: list[OSError] = []

    def ask() -> None:
        try:
            found.extend(socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM))
        except UnicodeError as error:
            errors.append(OSError(0, str(error)))
        except OSError as error:
            errors.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(within)
    if errors:
        raise errors[0]
    if thread.is_alive() or not found:
        raise TimeoutError
    return found


def _connected(found: list[tuple[Any, ...]], until: float) -> socket.socket:
    """A connection to the first of the addresses that answers."""
    failed: OSError = TimeoutError()
    for family, kind, protocol, _name, address in found[:ADDRESSES_TRIED]:
        plain = socket.socket(family, kind, protocol)
        try:
            plain.settimeout(min(CONNECT_WITHIN, _left(until)))
            plain.connect(address)
        except OSError as error:
            plain.close()
            failed = error
        else:
            return plain
    raise failed


def _request(target: Target, body: bytes, headers: dict[str, str]) -> bytes:
    name = f"[{target.host}]" if ":" in target.host else target.host
    lines = {
        "Host": name if target.port == 443 else f"{name}:{target.port}",
        "Connection": "close",
        "Content-Length": str(len(body)),
        **headers,
    }
    head = "".join(f"{key}: {value}\r\n" for key, value in lines.items())
    return f"POST {target.path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body


def _answer(secure: ssl.SSLSocket, until: float) -> Answer:
    response = http.client.HTTPResponse(_Timed(secure, until), method="POST")  # type: ignore[arg-type]
    try:
        response.begin()
        return Answer(response.status, response.read(ANSWER_AT_MOST).decode("utf-8", "replace"))
    finally:
        response.close()


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Timed(io.RawIOBase):
    """What is read of a socket, all of it until one deadline: a drop each second keeps nobody waiting for ever."""

    def __init__(self, sock: ssl.SSLSocket, until: float) -> None:
        super().__init__()
        self._sock, self._until = sock, until

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(_left(self._until))
        return self._sock.recv_into(buffer)
