"""One small ASGI application: `/live/` raw, everything else Django's WSGI application in a thread pool.

Django's own ASGI handler runs synchronous views at a fifth of the speed; and a live stream must hold neither a thread
nor a database connection.
"""

from typing import Any, cast

from a2wsgi import WSGIMiddleware

from config.wsgi import application as pages
from workshops.live.asgi import live

THREADS = 16
_pages: Any = WSGIMiddleware(cast(Any, pages), workers=THREADS)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "http" and scope["path"].startswith("/live/"):
        await live(scope, receive, send)
    elif scope["type"] == "http":
        await _pages(scope, receive, send)
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1000})
