"""Bodies with files: read from the network to disk before a thread is taken, and from there in small parts."""

import asyncio
import re
import tempfile
from typing import IO, Any

from django.conf import settings

# The routes whose forms take a file; tests/config/test_asgi.py holds them against the site map.
TAKE_FILES = re.compile(
    r"/o/[^/]+/(?:(?:objectives|key-results)/\d+/evidence/new|evidence/\d+/edit|settings/organization/logo)/"
)
WITHIN = 180  # seconds: 10 MB over a slow line
AT_ONCE = 32  # being received; further ones are asked to come back
PART = 64 * 1024  # bytes
_receiving = 0


class Busy(Exception):
    """Too many are being received."""


def takes_file(scope: dict[str, Any]) -> bool:
    return scope["method"] == "POST" and TAKE_FILES.fullmatch(scope["path"]) is not None


async def on_disk(receive: Any, length: int) -> IO[bytes]:
    """The whole body in a file without a name, at its start. Raises Busy or TimeoutError.

    Nothing beyond the length that was announced is kept: the server itself refuses it.
    """
    global _receiving
    if _receiving >= AT_ONCE:
        raise Busy
    _receiving += 1
    file: IO[bytes] = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115  the caller closes it
    try:
        await asyncio.wait_for(_fill(file, receive, length), WITHIN)
    except BaseException:
        file.close()
        raise
    finally:
        _receiving -= 1
    file.seek(0)
    return file


async def _fill(file: IO[bytes], receive: Any, length: int) -> None:
    more = True
    while more:
        message = await receive()
        file.write(message.get("body", b"")[: length - file.tell()])  # a part at a time, into the system's cache
        more = message.get("more_body", False)


def in_parts(file: IO[bytes]) -> Any:
    """What hands the file on as the body of a request."""

    async def receive() -> dict[str, Any]:
        part = file.read(PART)
        return {"type": "http.request", "body": part, "more_body": bool(part)}

    return receive
