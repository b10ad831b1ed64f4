"""As much of a browser as a simulated person needs: cookies, forms with their token, and a stream of server-sent events."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

WITHIN = 30.0  # seconds for an answer
SILENCE = 40.0  # seconds after which a stream is given up; it beats each 15
LONGEST_HEAD, LONGEST_BODY = 100, 8_000_000  # lines, bytes
TOKEN = re.compile(r'"X-CSRFToken": "(\w+)"|name="csrfmiddlewaretoken" value="(\w+)"')
Fields = Mapping[str, str | list[str]]


class Lost(Exception):
    """No answer, or a broken one: the network, or the server that starts anew. `status` of a stream that was refused."""

    def __init__(self, why: str, status: int = 0) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str
    path: str  # where redirects led


@dataclass(frozen=True)
class Event:
    """`name` is "region", "me" or "beat"; of a region the first line of `data` is its id, the rest its HTML."""

    name: str
    data: str


class Browser:
    """One person's. `address` is where the server answers, such as http://localhost:8000."""

    def __init__(self, address: str, language: str = "") -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{address!r} is no address of a server")
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.host, self.netloc, self.is_safe = parts.hostname, parts.netloc, parts.scheme == "https"
        self.port = parts.port or (443 if self.is_safe else 80)
        self.language = language
        self.cookies: dict[str, str] = {}
        self.token = ""

    async def get(self, path: str, **headers: str) -> Answer:
        """The page, wherever redirects lead."""
        for _hop in range(6):
            answer = await self._ask("GET", path, "", headers)
            if answer.status not in (301, 302, 303):
                return answer
            path = self._path_of(answer.headers.get("location", ""), path)
        raise Lost(f"{path} leads around in circles")

    async def post(self, path: str, fields: Fields, *, follow: bool = False) -> Answer:
        """What a form sends; `follow` a page's own, else as htmx sends it, which is answered with a part of the page."""
        headers = {"X-CSRFToken": self.token, "Referer": f"{self.origin}{path}"}
        if not follow:
            headers["HX-Request"] = "true"
        answer = await self._ask("POST", path, urlencode(fields, doseq=True), headers)
        if follow and answer.status in (301, 302, 303):
            return await self.get(self._path_of(answer.headers.get("location", ""), path))
        return answer

    async def stream(self, path: str) -> AsyncIterator[Event]:
        """Its events, until it ends. Raises Lost where it does not open, or falls silent."""
        reader, writer = await self._open()
        try:
            await self._send(writer, "GET", path, "", {"Accept": "text/event-stream"})
            status, headers = await self._head(reader)
            if status != 200:
                raise Lost(f"{path}: {status}", status)
            rest = ""
            async for part in _chunks(reader, headers):
                rest += part
                *whole, rest = rest.split("\n\n")
                for text in whole:
                    if (event := _event(text)) is not None:
                        yield event
        except (OSError, EOFError, ValueError) as error:
            raise Lost(str(error)) from error
        finally:
            writer.close()

    # ── One request, one connection ──

    async def _ask(self, method: str, path: str, body: str, headers: Mapping[str, str]) -> Answer:
        try:
            async with asyncio.timeout(WITHIN):
                reader, writer = await self._open()
                try:
                    await self._send(writer, method, path, body, {**headers, "Connection": "close"})
                    status, received = await self._head(reader)
                    text = "".join([part async for part in _chunks(reader, received)])
                finally:
                    writer.close()
        except (OSError, EOFError, ValueError) as error:
            raise Lost(str(error) or type(error).__name__) from error
        if found := TOKEN.search(text):
            self.token = found[1] or found[2]
        return Answer(status, received, text, path)

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        context = ssl.create_default_context() if self.is_safe else None
        return await asyncio.open_connection(self.host, self.port, ssl=context, limit=LONGEST_BODY)

    async def _send(
        self, writer: asyncio.StreamWriter, method: str, path: str, body: str, headers: Mapping[str, str]
    ) -> None:
        sent = {
            "Host": self.netloc,
            "User-Agent": "Polaris-simulated-participant",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept-Language": self.language,
            **headers,
        }
        if method == "POST":
            sent |= {
                "Origin": self.origin,
                "Content-Type": "application/x-www-form-urlencoded",
                "Content-Length": str(len(body)),
            }
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items() if value), "", ""]
        writer.write("\r\n".join(lines).encode() + body.encode())
        await writer.drain()

    async def _head(self, reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
        first = (await reader.readline()).split()
        if len(first) < 2 or not first[1].isdigit():
            raise EOFError("no answer")
        headers: dict[str, str] = {}
        for _line in range(LONGEST_HEAD):
            line = (await reader.readline()).decode("latin-1").strip()
            if not line:
                break
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                self._keep(value.strip())
            headers[name.lower()] = value.strip()
        return int(first[1]), headers

    def _keep(self, cookie: str) -> None:
        name, _, rest = cookie.partition("=")
        value = rest.partition(";")[0]
        if "max-age=0" in rest.lower():
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    def _path_of(self, location: str, at: str) -> str:
        whole = urljoin(f"{self.origin}{at}", location)
        if not whole.startswith(f"{self.origin}/"):
            raise Lost(f"{at} leads elsewhere: {location}")
        return whole.removeprefix(self.origin)


async def _chunks(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> AsyncIterator[str]:
    """The body's text. A letter that two chunks share waits for the second."""
    if headers.get("transfer-encoding", "").lower() != "chunked":
        length = headers.get("content-length")
        body = await (reader.readexactly(int(length)) if length else reader.read(LONGEST_BODY))
        yield body.decode()
        return
    rest = b""
    while True:
        async with asyncio.timeout(SILENCE):
            size = int((await reader.readline()).strip() or b"0", 16)
            if not size:
                return
            rest += (await reader.readexactly(size + 2))[:-2]
        try:
            text = rest.decode()
        except UnicodeDecodeError:
            continue
        rest = b""
        yield text


def _event(text: str) -> Event | None:
    name, data = "", []
    for line in text.split("\n"):
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field in ("data", "data:"):
            data.append(value)
    return Event(name, "\n".join(data)) if name else None
