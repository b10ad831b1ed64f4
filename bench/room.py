"""A workshop's room under load: 300 people vote within five seconds, 20 write, 500 watch. On SQLite, and on PostgreSQL."""

import asyncio
import json
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.report import Report
from scripts import services
from tests import servers
from tests.servers import AppServer

VOTERS = 300
WITHIN = 5.0  # seconds
WATCHERS = 500
MEGABYTES = 100
CONNECTIONS = 24  # one for each thread: 16 answer requests, 4 let people in, 4 draw. However many watch
WRITERS, PER_SECOND, NOTES = 20, 2, 40
NOTE_MS = 250.0
DOTS, MOST = 5, 3
LEAVING = 8.0  # seconds: more than presence takes to notice
CSRF = "c" * 32
CODE = "benchbench22"

MADE = f"""
import json, uuid
from django.utils import timezone
from orgs import tenancy
from tests import factories
from workshops.access import digest
from workshops.models import Vote
world = factories.world("bench")
with tenancy.tenant(world.org.pk):
    held = factories.workshop(world, at="vote", code="{CODE}", dots={DOTS}, dots_an_item={MOST}, starts_at=timezone.now())
    author = held.participants.first()
    notes = [factories.note(held, author, f"Idea {{n}}, as long as ideas are", revealed_at=timezone.now()) for n in range(20)]
    vote = Vote.objects.create(phase=held.phase, votes_on="notes", dots={DOTS}, dots_an_item={MOST}, opened_at=timezone.now())
    for n in range({WATCHERS}):
        function = ("product", "tech", "design", "business")[n % 4]
        factories.participant(held, guest_name=f"Guest {{n}}", digest=digest(f"token{{n}}"), function=function)
    print(json.dumps({{"vote": vote.pk, "items": [str(one.uid) for one in notes], "subject": held.subjects.first().pk}}))
"""
TALLY = """
import json
from django.db.models import Sum
from orgs import tenancy
from workshops.models import Ballot
with tenancy.all_tenants():
    rows = Ballot.across_orgs.values("participant__guest_name").annotate(sum=Sum("dots"))
    print(json.dumps({row["participant__guest_name"]: row["sum"] for row in rows}))
"""
TO_THE_REVEAL = f"""
from orgs import tenancy
from workshops.models import Workshop
with tenancy.all_tenants():
    held = Workshop.across_orgs.get(code="{CODE}")
with tenancy.tenant(held.org_id):
    Workshop.objects.filter(pk=held.pk).update(phase=held.phases.get(kind="reveal"))
"""


class Streaming(asyncio.Protocol):
    """A guest's stream, which keeps what came and when."""

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.transport: asyncio.Transport | None = None
        self.came: list[tuple[float, bytes]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.came.append((time.perf_counter(), data))

    def first(self, text: bytes) -> float | None:
        return next((at for at, data in self.came if text in data), None)


@dataclass
class Room:
    server: AppServer
    vote: int
    items: list[str]
    subject: int
    streams: list[Streaming] = field(default_factory=list)

    @property
    def place(self) -> tuple[str, int]:
        parts = urlsplit(self.server.url)
        return str(parts.hostname), int(parts.port or 0)

    def head(self, method: str, path: str, guest: int, *lines: str) -> bytes:
        cookie = f"guest_{CODE}=token{guest}; polaris_csrf={CSRF}"
        host, port = self.place
        return "\r\n".join(
            [f"{method} {path} HTTP/1.1", f"Host: {host}:{port}", f"Cookie: {cookie}", *lines, "", ""]
        ).encode()

    async def watch(self, guests: int) -> None:
        """Open streams until each has the board."""
        for guest in range(len(self.streams), guests):
            one = Streaming(self.head("GET", f"/live/workshop/bench/{CODE}/", guest, "Accept: text/event-stream"))
            await asyncio.get_running_loop().create_connection(lambda one=one: one, *self.place)  # type: ignore[misc]
            self.streams.append(one)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not all(one.first(b'id="board"') for one in self.streams):
            await asyncio.sleep(0.05)

    async def send_home(self, all_but: int) -> None:
        """End the other streams, and wait until those people no longer count as here."""
        for one in self.streams[all_but:]:
            assert one.transport is not None
            one.transport.close()
        del self.streams[all_but:]
        await asyncio.sleep(LEAVING)

    async def post(self, guest: int, path: str, fields: list[tuple[str, str]]) -> int:
        body = urlencode(fields).encode()
        head = self.head(
            "POST", f"/o/bench/workshops/{CODE}/room/{path}", guest, f"X-CSRFToken: {CSRF}", "HX-Request: true",
            "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}", "Connection: close",
        )  # fmt: skip
        try:
            reader, writer = await asyncio.open_connection(*self.place)
            writer.write(head + body)
            status = int((await reader.readline()).split()[1])
            await reader.read()
            writer.close()
        except (OSError, IndexError, ValueError):
            return 0
        return status

    async def cast(self, guest: int, first: int, second: int) -> int:
        """So many dots on two of the notes, which two by the guest's number."""
        one, two = (self.items[(guest + step) % len(self.items)] for step in (0, 7))
        fields = [("vote", str(self.vote)), ("item", one), ("n", str(first)), ("item", two), ("n", str(second))]
        return await self.post(guest, "vote/", fields)


def figures(report: Report, folder: Path) -> None:
    with _serving(folder / "sqlite", "") as room:
        asyncio.run(_measure(report, room, "SQLite"))
    with services.throwaway_postgresql() as found:
        if not found.url:
            print(f"     ballots on PostgreSQL not measured: {found.note}")
            return
        with _serving(folder / "postgresql", found.url) as room:
            asyncio.run(_measure(report, room, "PostgreSQL"))


@contextmanager
def _serving(var: Path, database: str) -> Iterator[Room]:
    given: dict[str, Any] = {"DATABASE_URL": database} if database else {}
    env = servers.environment(var, **given)
    servers.manage("migrate", "--verbosity=0", env=env)
    made = json.loads(servers.manage("shell", "-v0", "-c", MADE, env=env))
    with servers.running_web(var, **given) as server:
        yield Room(server, made["vote"], made["items"], made["subject"])


async def _measure(report: Report, room: Room, database: str) -> None:
    print(f"A workshop's room on {database}")
    assert await room.cast(VOTERS, 1, 1) == 200  # the server's own memory is taken once it has answered
    alone = _resident(room.server.pid)
    await _ballots(report, room, database)
    if database == "SQLite":
        await _watchers(report, room, alone)
    room.server.manage("shell", "-v0", "-c", TO_THE_REVEAL)
    await _notes(report, room, database)


async def _ballots(report: Report, room: Room, database: str) -> None:
    """Everybody watches; each votes once, and from a second tab at the same moment asks for more than the budget."""
    await room.watch(VOTERS)
    began, worked = time.perf_counter(), _processor_time(room.server.pid)

    async def vote(guest: int) -> tuple[int, float]:
        await asyncio.sleep(0.8 * WITHIN * guest / VOTERS)
        asked = time.perf_counter()
        status = await room.cast(guest, 3, 2)
        return status, time.perf_counter() - asked

    answers = await asyncio.gather(*(vote(guest) for guest in range(VOTERS)))
    taken = time.perf_counter() - began
    name = f"{VOTERS} ballots, {database}"
    report.add(f"{name}: until the last answer", taken, WITHIN, " s")
    report.add(f"{name}: the server's processor time", _processor_time(room.server.pid) - worked, None, " s")
    report.add(f"{name}: an answer, p95", 1000 * sorted(s for _, s in answers)[int(0.95 * VOTERS)], None, " ms")
    report.add(f"{name}: not taken", sum(status != 200 for status, _ in answers), 0)
    again = await asyncio.gather(*(room.cast(guest, 3, 3) for guest in range(0, VOTERS, 5) for _tab in range(2)))
    report.add(f"{name}: over the budget, and taken", sum(status != 422 for status in again), 0)
    placed = json.loads(room.server.manage("shell", "-v0", "-c", TALLY))
    report.add(f"{name}: lost", sum(placed.get(f"Guest {guest}", 0) != DOTS for guest in range(VOTERS)), 0)
    report.add(f"{name}: people over their budget", sum(dots > DOTS for dots in placed.values()), 0)


async def _watchers(report: Report, room: Room, alone: float) -> None:
    await room.watch(WATCHERS)
    resident = _resident(room.server.pid)
    report.add(f"{WATCHERS} watchers: the server in all", resident, None, " MB")
    report.add(f"{WATCHERS} watchers: memory for them", resident - alone, MEGABYTES, " MB")
    report.add(f"{WATCHERS} watchers: database connections", _database_files(room.server), CONNECTIONS)
    for one in room.streams:
        one.came.clear()


async def _notes(report: Report, room: Room, database: str) -> None:
    """Notes that all may read at once, from the click to the screens of the others."""
    await room.send_home(WRITERS)
    times: list[float] = []
    clicks: list[tuple[bytes, float, int]] = []
    for number in range(NOTES):
        guest = number % WRITERS
        text = f"Written {number:03} while others read"
        uid = f"00000000-0000-4000-8000-{number:012}"
        clicked = time.perf_counter()
        fields = [("uid", uid), ("subject", str(room.subject)), ("text", text)]
        assert await room.post(guest, "notes/", fields) == 200
        clicks.append((text.encode(), clicked, guest))
        await asyncio.sleep(max(0.0, clicked + 1 / PER_SECOND - time.perf_counter()))
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not all(one.first(clicks[-1][0]) for one in room.streams[:WRITERS]):
        await asyncio.sleep(0.05)
    unseen = 0
    for written, clicked, guest in clicks:
        for other, stream in enumerate(room.streams[:WRITERS]):
            if other == guest:
                continue
            at = stream.first(written)
            unseen += at is None
            times += [] if at is None else [1000 * (at - clicked)]
    name = f"a note, {WRITERS} people, {database}"
    report.add(f"{name}: to the others, p50", statistics.median(times), None, " ms")
    report.add(f"{name}: to the others, p95", sorted(times)[int(0.95 * len(times))], NOTE_MS, " ms")
    report.add(f"{name}: not seen", unseen, 0)


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1000
    return 0.0


def _processor_time(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _database_files(server: AppServer) -> int:
    """How many connections to its SQLite file the server has open."""
    found = 0
    for one in Path(f"/proc/{server.pid}/fd").iterdir():
        try:
            found += one.readlink().name == "polaris.sqlite3"
        except OSError:
            continue
    return found
