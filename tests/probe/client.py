"""Streams as a browser opens them, hundreds at a time, and the few requests that change what they show."""

import asyncio
import http.client
import json
import socket
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.servers import AppServer

WITHIN = 30.0  # seconds that anything may take on a busy machine


@dataclass(frozen=True)
class Event:
    name: str
    id: str
    data: str
    at: float

    @property
    def region(self) -> str:
        return self.data.partition("\n")[0] if self.name == "region" else ""

    @property
    def html(self) -> str:
        return self.data.partition("\n")[2]


def parse(text: str) -> Event | None:
    fields: dict[str, list[str]] = {}
    for line in text.split("\n"):
        name, _, value = line.partition(": ")
        fields.setdefault(name, []).append(value)
    if "event" not in fields:
        return None
    data = "\n".join(fields.get("data", []))
    return Event(fields["event"][0], fields.get("id", [""])[0], data, time.perf_counter())


@dataclass
class Stream:
    status: int
    headers: dict[str, str]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    events: list[Event] = field(default_factory=list)
    ended: bool = False
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._read())

    async def _read(self) -> None:
        rest = ""
        try:
            while size := int((await self.reader.readline()).strip() or b"0", 16):
                rest += (await self.reader.readexactly(size + 2))[:-2].decode()
                *whole, rest = rest.split("\n\n")
                self.events += [event for text in whole if (event := parse(text))]
                self._news.set()
        except (OSError, asyncio.IncompleteReadError):
            pass
        self.ended = True
        self._news.set()

    async def until(self, holds: Callable[[], Any], within: float = WITHIN) -> Any:
        """Wait until something holds of this stream; what it answered."""
        async with asyncio.timeout(within):
            while not (found := holds()):
                self._news.clear()
                await self._news.wait()
        return found

    def newest(self, region: str) -> Event | None:
        return next((event for event in reversed(self.events) if event.region == region), None)

    def named(self, name: str) -> list[Event]:
        return [event for event in self.events if event.name == name]

    async def shows(self, text: str, region: str = "board", within: float = WITHIN) -> Event:
        """Wait until the newest of the region has this text."""
        return await self.until(lambda: (found := self.newest(region)) and text in found.html and found, within)

    async def complete(self) -> "Stream":
        """Wait until every region has come once."""
        await self.until(lambda: {"board", "form", "people"} <= {event.region for event in self.events})
        return self

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self.writer.close()


@dataclass
class World:
    """A server with the probe, and who is signed in there."""

    server: AppServer
    tribe: int
    cookies: dict[str, str]
    keys: dict[str, str]
    opened: list[Stream] = field(default_factory=list)

    @classmethod
    def made(cls, server: AppServer, members: int = 4) -> "World":
        """With so many ordinary members, m0 and on."""
        return cls(server, **json.loads(server.manage("probe_world", f"--members={members}")))

    def at(self, server: AppServer) -> "World":
        return World(server, self.tribe, self.cookies, self.keys)

    async def open(self, who: str, *, path: str = "", start: bool = True, **headers: str) -> Stream:
        """A stream as that person; `start` False takes its head and then hardly a byte."""
        host = urlsplit(self.server.url).netloc
        connection = socket.socket()
        if not start:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.setblocking(False)
        await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", int(host.split(":")[1])))
        reader, writer = await asyncio.open_connection(sock=connection)
        sent = {"Host": host, "Accept": "text/event-stream", "Cookie": self.cookies.get(who, "")}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"GET {path or self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items()), "", ""]
        writer.write("\r\n".join(lines).encode())
        status = int((await reader.readline()).split()[1])
        received = {}
        while line := (await reader.readline()).strip():
            name, _, value = line.decode().partition(": ")
            received[name.lower()] = value
        stream = Stream(status, received, reader, writer)
        self.opened.append(stream)
        if status == 200 and start:
            stream.start()
        return stream

    async def watch(self, *who: str) -> list[Stream]:
        """Streams of these people, opened at once and complete."""
        streams = await asyncio.gather(*(self.open(name) for name in who))
        return [await stream.complete() for stream in streams]

    def close_all(self) -> None:
        for stream in self.opened:
            stream.close()
        self.opened.clear()

    @property
    def path(self) -> str:
        return f"/live/probe/probe/{self.tribe}/"

    async def change(self, mission: str, *, regions: tuple[str, ...] = ("board",), **fields: str) -> int:
        """Save another mission; the version it has made."""
        return await asyncio.to_thread(self.save, mission, regions, **fields)

    def save(self, mission: str, regions: tuple[str, ...] = ("board",), **fields: str) -> int:
        """The same without a loop."""
        sent = [("mission", mission), *(("region", name) for name in regions), *fields.items()]
        return int(json.loads(self._post("", sent))["seq"])

    async def tell(self, what: str, *people: str) -> None:
        await asyncio.to_thread(self.say, what, *people)

    def say(self, what: str, *people: str) -> None:
        """The same without a loop."""
        self._post("tell/", [("what", what), *(("person", self.keys[name]) for name in people)])

    async def present(self) -> list[str]:
        return (await self._who())["present"]

    async def present_everywhere(self) -> list[str] | None:
        return (await self._who())["everywhere"]

    async def _who(self) -> dict[str, Any]:
        return json.loads(await asyncio.to_thread(self._ask, "GET", "who/", ""))

    def _post(self, path: str, fields: list[tuple[str, str]]) -> bytes:
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, method: str, path: str, body: str) -> bytes:
        connection = http.client.HTTPConnection(urlsplit(self.server.url).netloc, timeout=30)
        headers = {"Cookie": self.cookies["admin"], "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, f"/o/probe/probe/{self.tribe}/{path}", body or None, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        assert answer.status in (200, 204), (answer.status, content[:500])
        return content

    def draws(self) -> list[str]:
        """Each drawing so far: region, audience, language, version."""
        log = Path(self.server.env["POLARIS_VAR"]) / "draws.log"
        return log.read_text().splitlines() if log.exists() else []


async def eventually(condition: Callable[[], Any], within: float = WITHIN) -> None:
    """Wait until something outside of streams holds."""
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0.02)


def on_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A test written as a coroutine; the streams it opened end with it."""

    @wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        async def whole() -> None:
            try:
                await test(*arguments, **named)
            finally:
                for world in (*arguments, *named.values()):
                    if isinstance(world, World):
                        world.close_all()

        asyncio.run(whole())

    return run
