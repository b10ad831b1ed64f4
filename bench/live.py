"""How fast a change of a live session reaches everybody, and what an open stream costs; with the probe of the tests."""

import asyncio
import re
import statistics
import time
from pathlib import Path

from bench.report import Report
from tests.probe.client import World
from tests.probe.serving import MEMBERS, made, serving

CHANGES = 40
PER_SECOND = 5
WEIGHT = 60  # lines of the board: some 6 kB
BUDGETS = {
    1: 80.0,
    20: 80.0,
    300: 80.0,
    1000: 150.0,
}  # watchers: milliseconds, p95 from the click to the other browsers
KILOBYTES_A_STREAM = 40
FIRST_LINE = re.compile(rb"<ul><li>(\d+) ")


class Listener(asyncio.Protocol):
    """A stream that notes when each change came, and does nothing else."""

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.came: list[tuple[float, int]] = []  # when, number of the change

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        if found := FIRST_LINE.search(data):
            self.came.append((time.perf_counter(), int(found[1])))

    def seconds(self, number: int, clicked: float) -> float | None:
        """From the click until this change, or a later one, was there."""
        return next((at - clicked for at, shown in self.came if shown >= number), None)


def figures(report: Report, folder: Path) -> None:
    print(f"Live, {PER_SECOND} changes a second of 6 kB")
    with made(folder) as template:
        for watchers, budget in BUDGETS.items():
            with serving(template, folder, PROBE_REPEAT=str(WEIGHT)) as world:
                asyncio.run(_fan_out(report, world, watchers, budget))


async def _fan_out(report: Report, world: World, watchers: int, budget: float) -> None:
    await world.change(f"{0:<100}")  # the pages' own memory is taken before the streams are counted
    before, started = _memory(world), len(world.draws())
    listeners = await _listen(world, watchers)
    threads, memory = _status(world, "Threads"), _memory(world) - before
    clicks: list[float] = []
    requests: list[float] = []
    for number in range(1, CHANGES + 1):
        clicks.append(time.perf_counter())
        await world.change(f"{number:<100}")
        requests.append(time.perf_counter() - clicks[-1])
        await asyncio.sleep(max(0.0, clicks[-1] + 1 / PER_SECOND - time.perf_counter()))
    await _until_all_show(listeners, CHANGES)
    times = [one.seconds(number, at) for one in listeners for number, at in enumerate(clicks, 1)]
    taken = sorted(1000 * seconds for seconds in times if seconds is not None)
    draws = sum(line.startswith("board") for line in world.draws()[started:])
    name = f"{watchers} watchers"
    report.add(f"{name}: the request that saves, p50", 1000 * statistics.median(requests), None, " ms")
    report.add(f"{name}: click to their screens, p50", statistics.median(taken), None, " ms")
    report.add(f"{name}: click to their screens, p95", taken[int(0.95 * len(taken))], budget, " ms")
    report.add(f"{name}: changes not seen", len(times) - len(taken), 0)
    report.add(f"{name}: drawings a change", (draws - 1) / CHANGES, 1)  # all watch as one audience in one language
    report.add(f"{name}: threads", threads, 40)
    if watchers >= 300:  # of fewer, the page size of the memory says more than they do
        report.add(f"{name}: memory a stream", memory / watchers, KILOBYTES_A_STREAM, " kB")


async def _listen(world: World, watchers: int) -> list[Listener]:
    """Open the streams, and wait until each has the board."""
    host, port = world.server.url.removeprefix("http://").split(":")
    listeners = []
    for number in range(watchers):
        cookie = world.cookies[f"m{number % MEMBERS}"]
        one = Listener(f"GET {world.path} HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\n\r\n".encode())
        await asyncio.get_running_loop().create_connection(lambda one=one: one, host, int(port))  # type: ignore[misc]
        listeners.append(one)
    await _until_all_show(listeners, 0)
    return listeners


async def _until_all_show(listeners: list[Listener], number: int) -> None:
    """Those that do not within a minute are counted as not reached."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not all(one.came and one.came[-1][1] >= number for one in listeners):
        await asyncio.sleep(0.05)


def _memory(world: World) -> int:
    """Resident, in kB."""
    return _status(world, "VmRSS")


def _status(world: World, name: str) -> int:
    text = Path(f"/proc/{world.server.pid}/status").read_text()
    found = re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)
    assert found, name
    return int(found[1])
