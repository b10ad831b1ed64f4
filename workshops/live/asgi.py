"""The raw ASGI door of live sessions. No live session exists yet, so every stream is answered by 404, outside Django."""

from typing import Any


async def live(scope: dict[str, Any], receive: Any, send: Any) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"No such live session."})
