"""The raw ASGI door of live sessions: GET /live/<kind>/<organization>/<key>/ answers with a stream of server-sent events.

Who asks is found out in one hop to a thread, whose database connection is given back before the stream begins: an open
stream holds neither.
"""

import random
import re
from typing import Any

from workshops.live import door, frames, registry
from workshops.live.hub import COME_BACK, Full, Hub
from workshops.live.registry import Refused

ADDRESS = re.compile(r"/live/([a-z]+)/([-\w]{1,40})/([-\w]{1,64})/", re.ASCII)
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx passes each event on as it comes
    (b"x-content-type-options", b"nosniff"),
]
_hub: Hub | None = None


async def live(scope: dict[str, Any], receive: Any, send: Any) -> None:
    global _hub
    if _hub is None:
        _hub = Hub()
    try:
        await _stream(_hub, scope, receive, send)
    except Refused as refusal:
        await _refuse(send, refusal.status)
    except Full:
        await _refuse(send, 503, (b"retry-after", str(random.randint(*COME_BACK)).encode()))  # noqa: S311


async def _stream(hub: Hub, scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["method"] != "GET":
        raise Refused(405)
    address = ADDRESS.fullmatch(scope["path"])
    kind = registry.find(address[1]) if address else None
    if address is None or kind is None:
        raise Refused
    if not _same_origin(dict(scope["headers"])):
        raise Refused(403)
    slug, key = address[2], address[3]
    with hub.place():
        admission = await hub.ask(door.admit, scope, kind, slug, key)
        with hub.owned(admission.owner):
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await send({"type": "http.response.body", "body": frames.OPENED, "more_body": True})
            async with hub.watching(kind, key, admission, send):
                while (await receive())["type"] != "http.disconnect":
                    pass


def _same_origin(headers: dict[bytes, bytes]) -> bool:
    """Browsers say where a request comes from; only our own pages may open a stream."""
    if headers.get(b"sec-fetch-site", b"same-origin") != b"same-origin":
        return False
    origin = headers.get(b"origin", b"")
    return not origin or origin.partition(b"://")[2] == headers.get(b"host", b"")


async def _refuse(send: Any, status: int, *headers: tuple[bytes, bytes]) -> None:
    plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": plain})
    await send({"type": "http.response.body", "body": b"No such live session." if status == 404 else b""})
