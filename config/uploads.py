"""Bodies with files: read from the network to disk before a thread is taken, and from there in small parts."""

import asyncio
import re
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.conf import settings
from django.http import parse_cookie

# The routes whose forms take a file; tests/config/test_asgi.py holds them against the site map.
TAKE_FILES = re.compile(
    r"/o/[^/]+/(?:(?:objectives|key-results)/\d+/evidence/new|evidence/\d+/edit|settings/organization/logo)/"
)
WITHIN = 180  # seconds: 10 MB over a slow line
SILENT = 20  # seconds without a byte
AT_ONCE = 32  # being received; further ones are asked to come back
OF_SESSION = 4  # of them
FROM_ADDRESS = 16  # of them: colleagues may share one
PART = 64 * 1024  # bytes
_receiving: Counter[str] = Counter()  # by whose they are


class Gone(Exception):
    """The sender has left before the body was whole: the part that came is nobody's wish."""


class Busy(Exception):
    """Too many are being received, in all or of this sender."""


def takes_file(scope: dict[str, Any]) -> bool:
    return scope["method"] == "POST" and TAKE_FILES.fullmatch(scope["path"]) is not None


def session_of(scope: dict[str, Any]) -> str:
    """The key of the session that the sender claims, "" without one. Whether it is one, only the page finds out."""
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    return str(parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, ""))


async def on_disk(scope: dict[str, Any], receive: Any, length: int) -> IO[bytes]:
    """The whole body in a file without a name, at its start. Raises Busy, Gone or TimeoutError.

    Nothing beyond the length that was announced is kept: the server itself refuses it.
    """
    with _place(scope):
        file: IO[bytes] = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115  the caller closes it
        try:
            async with asyncio.timeout(WITHIN):
                async for part in parts(receive):
                    file.write(part[: length - file.tell()])  # a part at a time, into the system's cache
        except BaseException:
            file.close()
            raise
    file.seek(0)
    return file


async def pass_over(receive: Any) -> None:
    """Receive the whole body and keep nothing of it: a browser hears no answer before. Raises Gone or TimeoutError."""
    async with asyncio.timeout(WITHIN):
        async for _part in parts(receive):
            pass


@contextmanager
def _place(scope: dict[str, Any]) -> Iterator[None]:
    """One of those at once. Raises Busy."""
    most = {
        "all": AT_ONCE,
        f"session {session_of(scope)}": OF_SESSION,
        f"address {(scope.get('client') or ('', 0))[0]}": FROM_ADDRESS,
    }
    if any(_receiving[whose] >= limit for whose, limit in most.items()):
        raise Busy
    _receiving.update(most.keys())
    try:
        yield
    finally:
        _receiving.subtract(most.keys())
        for whose in most:
            if not _receiving[whose]:
                del _receiving[whose]


async def parts(receive: Any) -> AsyncIterator[bytes]:
    """The body of a request. Raises Gone or TimeoutError."""
    more = True
    while more:
        async with asyncio.timeout(SILENT):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        yield message.get("body", b"")
        more = message.get("more_body", False)


def in_parts(file: IO[bytes]) -> Any:
    """What hands the file on as the body of a request."""

    async def receive() -> dict[str, Any]:
        part = file.read(PART)
        return {"type": "http.request", "body": part, "more_body": bool(part)}

    return receive
