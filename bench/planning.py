"""The board of a quarter planning: what it and a decision cost, how soon fifteen others see one, and four hundred proposals
in a browser. On SQLite, and on PostgreSQL."""

import asyncio
import json
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Page, sync_playwright

from bench.report import Report
from scripts import services
from tests import servers
from tests.servers import AppServer

WATCHERS, DECISIONS, EVERY = 15, 24, 2.0  # seconds between two decisions
SEEN_MS = 250.0
BOARD_QUERIES, DECISION_QUERIES = 15, 12
FRAME_MS = 100.0
DECIDED = 16  # of the four hundred, in the browser
CSRF = "c" * 32
QUARTER = "2026-q3"

# Ten tribes, each with two objectives of so many key results; the chair, and fourteen others with a vote.
MADE = """
import json
from decimal import Decimal
from okr.models import Contribution, KeyResult
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import Role, Tribe
from planning.actions import leading, preparing
from planning.models import Opinion, Voter
from tests import factories

WORDS = "orders baskets queues parcels returns vouchers notices stocks labels routes refunds scores".split()
world = factories.world("bench")
with tenancy.tenant(world.org.pk):
    quarter = factories.quarter(world.year, 3, state="draft")
    strategic = [factories.key_result(world.strategic, title=f"Strategic {n}", position=2 + n) for n in range(9)]
    for n in range(10):
        tribe = Tribe.objects.create(department=world.department, name=f"Tribe {n}", code=f"T{n}", position=3 + n, lead=world.alice)
        for at in (1, 2):
            objective = factories.tribe_objective(quarter, tribe, title=f"Promise {at} of tribe {n}.", position=at, owner=world.alice)
            Contribution.objects.create(objective=objective, key_result=strategic[(n + at) % 9], reason="It moves.")
            KeyResult.objects.bulk_create(
                KeyResult(
                    objective=objective, title=f"Share of {WORDS[(n + k) % 12]} {WORDS[(n * at + 5 * k) % 12]} on time, kind {n}{at}{k}",
                    metric="Share", unit="percent", direction="up", start=Decimal(40), target=Decimal(60), source="Log",
                    stage="proposed", owner=world.alice, position=k + 1,
                )
                for k in range(EACH)
            )
    planning, _change = preparing.plan(quarter, by=Actor(world.coach), target=30, cap=5)
    members = [factories.member(world.org, f"Member {n}", Role.CODIR, language="fr" if n < 3 else "en") for n in range(14)]
    Voter.objects.bulk_create(Voter(planning=planning, membership=one) for one in members)
    rows = list(KeyResult.objects.filter(objective__quarter=quarter).order_by("objective__tribe__position", "objective__position", "position"))
    for number, one in enumerate(members[:8]):
        preparing.say(planning, {row.pk: ("keep", "drop", "keep", "discuss")[(row.pk * number) % 4] for row in rows}, by=Actor(one))
    leading.open_meeting(planning, by=Actor(world.coach))

def cookie(member):
    return f"polaris_session={factories.signed_in(member).cookies['polaris_session'].value}"

print(json.dumps({"chair": cookie(world.sam), "others": [cookie(one) for one in (world.coach, *members)], "rows": [row.pk for row in rows]}))
"""
# Asked in one process, because only there queries can be counted.
COUNTED = """
import json, uuid
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from orgs import tenancy
from orgs.models import Organization
from planning.models import Decision, Planning
from workshops.live import registry, rendering
from workshops.live.rendering import Wanted

org = Organization.objects.get(slug="bench")
told = []
import planning.actions.session as session
session.announce = lambda kind, key, seq, names: told.extend(names)

def browser(member):
    client = Client(HTTP_HOST="localhost")
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/o/bench/planning/2026-q3/board/wall/")
    return client

def cost(ask):
    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    assert answer.status_code in (200, 302), answer.status_code
    return sum("SAVEPOINT" not in one["sql"] and not one["sql"].startswith(("BEGIN", "COMMIT")) for one in captured.captured_queries)

def decide(client, row):
    sent = {"act": str(uuid.uuid4()), "outcome": "keep", "ids": f"{row}:0"}
    return cost(lambda: client.post("/o/bench/planning/2026-q3/board/decide/", sent, headers={"HX-Request": "true"}))

with tenancy.tenant(org.pk):
    plan = Planning.objects.select_related("chair__user").get()
    other = plan.voters.exclude(membership=plan.chair).select_related("membership__user").last().membership
chair, member = browser(plan.chair), browser(other)
board = cost(lambda: chair.get("/o/bench/planning/2026-q3/board/"))
decision = decide(chair, ROWS[0])
audiences = [("tribe", "en"), ("tribe", "fr"), ("strategic", "en")]
drawn = []
with CaptureQueriesContext(connection) as captured:
    rendering.draw(registry.named("planning"), org.pk, "2026-q3", [Wanted(*one, sorted(set(told))) for one in audiences],
                   lambda one, name, html: drawn.append((one.audience, one.language, name)) if html else None)
with tenancy.tenant(org.pk):
    Planning.objects.update(mode="majority")
vote = decide(member, ROWS[1])
with tenancy.tenant(org.pk):
    Planning.objects.update(mode="chair")
    Decision.objects.all().delete()
print(json.dumps({"board": board, "decision": decision, "vote": vote, "drawing": len(captured), "again": len(drawn) - len(set(drawn)), "regions": len(drawn) / len(audiences)}))
"""


class Listener(asyncio.Protocol):
    """A stream that notes when each text came, also where it came in two pieces."""

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.begun = False
        self.came: dict[bytes, float] = {}
        self.wanted: list[bytes] = []
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        found = self._rest + data
        self._rest = found[-80:]
        self.begun = self.begun or b"plan-group" in found
        for text in self.wanted:
            if text not in self.came and text in found:
                self.came[text] = time.perf_counter()


@dataclass
class Meeting:
    server: AppServer
    chair: str
    others: list[str]
    rows: list[int]
    listeners: list[Listener] = field(default_factory=list)

    @property
    def place(self) -> tuple[str, int]:
        parts = urlsplit(self.server.url)
        return str(parts.hostname), int(parts.port or 0)

    def head(self, method: str, path: str, cookie: str, *lines: str) -> bytes:
        host, port = self.place
        sent = [f"{method} {path} HTTP/1.1", f"Host: {host}:{port}", f"Cookie: {cookie}; polaris_csrf={CSRF}", *lines]
        return "\r\n".join([*sent, "", ""]).encode()

    async def watch(self) -> None:
        """All but the chair: three read French, and three look at it by strategic key result."""
        for number, cookie in enumerate(self.others[:WATCHERS]):
            view = "?view=strategic" if number >= WATCHERS - 3 else ""
            path = f"/live/planning/bench/{QUARTER}/{view}"
            one = Listener(self.head("GET", path, cookie, "Accept: text/event-stream"))
            await asyncio.get_running_loop().create_connection(lambda one=one: one, *self.place)  # type: ignore[misc]
            self.listeners.append(one)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not all(one.begun for one in self.listeners):
            await asyncio.sleep(0.05)
        await asyncio.sleep(2)  # the rest of the board

    async def drop(self, row: int, reason: str, act: str) -> int:
        fields = {"act": act, "outcome": "drop", "ids": f"{row}:0", "reason": reason, "sure": "on"}
        body = urlencode(fields).encode()
        head = self.head(
            "POST", f"/o/bench/planning/{QUARTER}/board/decide/", self.chair, f"X-CSRFToken: {CSRF}", "HX-Request: true",
            "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}", "Connection: close",
        )  # fmt: skip
        reader, writer = await asyncio.open_connection(*self.place)
        writer.write(head + body)
        status = int((await reader.readline()).split()[1])
        await reader.read()
        writer.close()
        return status


def figures(report: Report, folder: Path) -> None:
    with _serving(folder / "sqlite", "", each=5) as meeting:
        _counts(report, meeting)
        asyncio.run(_seen(report, meeting, "SQLite"))
    with services.throwaway_postgresql() as found:
        if found.url:
            with _serving(folder / "postgresql", found.url, each=5) as meeting:
                asyncio.run(_seen(report, meeting, "PostgreSQL"))
        else:
            print(f"     a decision on PostgreSQL not measured: {found.note}")
    chromium = services.chromium()
    if chromium.url:
        with _serving(folder / "browser", "", each=20) as meeting:
            _fluid(report, meeting, chromium.url)
    else:
        print(f"     four hundred proposals not measured: {chromium.note}")


@contextmanager
def _serving(var: Path, database: str, *, each: int) -> Iterator[Meeting]:
    given = {"DATABASE_URL": database} if database else {}
    env = servers.environment(var, **given)
    servers.manage("migrate", "--verbosity=0", env=env)
    made = json.loads(servers.manage("shell", "-v0", "-c", MADE.replace("EACH", str(each)), env=env))
    with servers.running_web(var, **given) as server:
        yield Meeting(server, **made)


def _counts(report: Report, meeting: Meeting) -> None:
    print(f"A board of {len(meeting.rows)} proposals")
    script = COUNTED.replace("ROWS", repr(meeting.rows[-2:]))
    found = json.loads(meeting.server.manage("shell", "-v0", "-c", script).splitlines()[-1])
    report.add("the board: queries", found["board"], BOARD_QUERIES)
    report.add("a decision of the chair: queries", found["decision"], DECISION_QUERIES)
    report.add("a vote where the majority decides: queries", found["vote"], None)
    report.add("drawing a decision for all: queries", found["drawing"], BOARD_QUERIES)
    report.add("a decision: regions drawn for an audience", found["regions"], None)
    report.add("a decision: regions drawn twice for one", found["again"], 0)


async def _seen(report: Report, meeting: Meeting, database: str) -> None:
    await meeting.watch()
    texts = [f"Decided {number:03} on {database}" for number in range(DECISIONS)]
    for one in meeting.listeners:
        one.wanted = [text.encode() for text in texts]
    clicks: list[float] = []
    requests: list[float] = []
    for number, text in enumerate(texts):
        clicks.append(time.perf_counter())
        row = meeting.rows[(7 * number) % len(meeting.rows)]
        status = await meeting.drop(row, text, f"00000000-0000-4000-8000-{number:012}")
        assert status == 200, status
        requests.append(1000 * (time.perf_counter() - clicks[-1]))
        await asyncio.sleep(max(0.0, clicks[-1] + EVERY - time.perf_counter()))
    times = [
        1000 * (one.came[text] - clicked)
        for one in meeting.listeners
        for text, clicked in zip(one.wanted, clicks, strict=True)
        if text in one.came
    ]
    name = f"a decision, {WATCHERS} others, {database}"
    report.add(f"{name}: the request, p50", statistics.median(requests), None, " ms")
    report.add(f"{name}: to their screens, p50", statistics.median(times), None, " ms")
    report.add(f"{name}: to their screens, p95", sorted(times)[int(0.95 * len(times))], SEEN_MS, " ms")
    report.add(f"{name}: not seen", WATCHERS * DECISIONS - len(times), 0)


# ── In a browser ─────────────────────────────────────────────────────────────

# The longest that a frame took, and the longest that the page was busy without one.
FRAMES = """
window.__frames = []; window.__tasks = [];
new PerformanceObserver(list => { for (const one of list.getEntries()) window.__tasks.push(one.duration); }).observe({type: "longtask"});
(() => { let before = performance.now(); const next = now => { window.__frames.push(now - before); before = now; requestAnimationFrame(next); }; requestAnimationFrame(next); })();
"""
SCROLL = """async () => {
  const place = document.scrollingElement, end = place.scrollHeight - innerHeight;
  for (let at = 0; at <= end; at += 120) { place.scrollTo(0, at); await new Promise(requestAnimationFrame); }
  return end;
}"""


def _fluid(report: Report, meeting: Meeting, executable: str) -> None:
    number = len(meeting.rows)
    print(f"{number} proposals in Chromium, its processor unslowed")
    arguments = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=arguments)
        page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
        name, _, value = meeting.chair.partition("=")
        page.context.add_cookies([{"name": name, "value": value, "url": meeting.server.url}])
        page.goto(f"{meeting.server.url}/o/bench/planning/{QUARTER}/board/", wait_until="load")
        opened = page.locator("[data-filter][aria-pressed=true]")
        if opened.count():
            opened.click()
        page.evaluate("document.querySelectorAll('details.plan-group').forEach(group => { group.open = true; })")
        page.wait_for_timeout(2000)
        page.evaluate(FRAMES)
        page.evaluate(SCROLL)
        _frames(report, page, f"{number} proposals: scrolling through them")
        for at in range(DECIDED):
            row = page.locator(f'tr.kr[data-kr="{meeting.rows[at * number // DECIDED]}"]').first
            row.scroll_into_view_if_needed()
            row.locator("button.keep").click()
            page.locator(f'tr.kr[data-kr="{meeting.rows[at * number // DECIDED]}"][data-outcome=keep]').first.wait_for()
        _frames(report, page, f"{number} proposals: {DECIDED} decisions among them")
        chromium.close()


def _frames(report: Report, page: Page, what: str) -> None:
    """Since the last figure."""
    page.wait_for_timeout(500)
    frames = page.evaluate("window.__frames.splice(0)")
    tasks = page.evaluate("window.__tasks.splice(0)")
    report.add(f"{what}: the longest frame", max(frames), FRAME_MS, " ms")
    report.add(f"{what}: the longest work", max(tasks, default=0.0), FRAME_MS, " ms")
