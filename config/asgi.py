"""One small ASGI application: `/live/` raw, everything else Django's WSGI application in a thread pool.

Django's own ASGI handler runs synchronous views at a fifth of the speed; and a live stream must hold neither a thread
nor a database connection.
"""

import asyncio
from contextlib import suppress
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.conf import settings

from config import uploads
from config.wsgi import application as pages
from workshops.live.asgi import live

THREADS = 16
BODY_WITHIN = 30  # seconds
_pages: Any = WSGIMiddleware(cast(Any, pages), workers=THREADS)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "http" and scope["path"].startswith("/live/"):
        await live(scope, receive, send)
    elif scope["type"] == "http":
        with suppress(uploads.Gone):  # half a form is not sent: nobody waits for the answer, and browsers send it again
            await _page(scope, receive, send)
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1000})


async def _page(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """A thread is taken once the body is there: a few who send theirs slowly would soon hold them all.

    One larger than any form may be is not read, only refused by Django, which goes by the length that was announced.
    """
    headers = dict(scope["headers"])
    length = int(headers.get(b"content-length", 0))
    if b"transfer-encoding" in headers:
        await _refuse(send, 411)  # a body of unannounced length, which no browser sends
        return
    if uploads.takes_file(scope) and settings.DATA_UPLOAD_MAX_MEMORY_SIZE < length <= settings.UPLOAD_MAX_BODY:
        if uploads.session_of(scope):
            await _page_with_file(scope, receive, send, length)
            return
        try:
            await uploads.pass_over(receive)  # whoever is not signed in is only told so
        except TimeoutError:
            await _refuse(send, 408)
            return
    if length:
        body = b""
        if length <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            try:
                body = await asyncio.wait_for(_whole(receive), BODY_WITHIN)
            except TimeoutError:
                await _refuse(send, 408)
                return
        receive = _once(body)
    await _pages(scope, receive, send)


async def _page_with_file(scope: dict[str, Any], receive: Any, send: Any, length: int) -> None:
    try:
        body = await uploads.on_disk(scope, receive, length)
    except TimeoutError:
        await _refuse(send, 408)
    except uploads.Busy:
        await _refuse(send, 503)
    else:
        with body:
            await _pages(scope, uploads.in_parts(body), send)


async def _refuse(send: Any, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"connection", b"close")]})
    await send({"type": "http.response.body", "body": b""})


async def _whole(receive: Any) -> bytes:
    """The body of a request. Raises uploads.Gone."""
    return b"".join([part async for part in uploads.parts(receive)])


def _once(body: bytes) -> Any:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
