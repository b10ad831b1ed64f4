"""A simulated person in the room: follows the stream as a browser does, and sends what its forms would."""

import asyncio
import contextlib
import re
from collections.abc import Callable

from workshops.playing.browser import Answer, Browser, Fields, Lost
from workshops.playing.reading import Page, read
from workshops.playing.table import Table

ROOM = re.compile(r"/o/([-\w]+)/workshops/(\w+)/room/")
AGAIN_AFTER = 2.0  # seconds, once the connection was lost
NOT_SO_FAST = 5.0
PATIENCE, GONE = 3, {403, 404, 410}  # refusals of the stream, until somebody gives up
SHOWN_WITHIN = 10.0


class Refused(Exception):
    """The door stays closed."""


class Person:
    """What they do in a phase is `_act`."""

    def __init__(self, browser: Browser, code: str, name: str, table: Table) -> None:
        self.browser, self.code, self.name, self.table = browser, code, name, table
        self.room = self.live = ""
        self.regions: dict[str, str] = {}
        self.phase = self.done_with = ""
        self.connected = asyncio.Event()
        self.changed = asyncio.Event()

    async def come(self) -> None:
        """Raises Refused."""
        raise NotImplementedError

    async def _act(self) -> None:
        raise NotImplementedError

    def enter(self, answer: Answer) -> None:
        found = ROOM.match(answer.path)
        if answer.status != 200 or found is None:
            raise Refused(f"{self.name}: the room answers {answer.status}")
        self.room, self.live = found[0], f"/live/workshop/{found[1]}/{found[2]}/"
        self.phase = read(answer.text).phase

    # ── Being there ──

    async def stay(self) -> None:
        """Until the workshop is closed."""
        listening = asyncio.create_task(self._listen())
        acting: asyncio.Task[None] | None = None
        doing = ""
        try:
            await self.connected.wait()
            while not self.phase.startswith("closed"):
                if (what := self.what) != doing:
                    doing = what
                    if acting is not None:
                        acting.cancel()
                    acting = asyncio.create_task(self._try())
                self.changed.clear()
                await self.changed.wait()
        finally:
            for task in (listening, acting):
                if task is not None:
                    task.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await task

    async def _try(self) -> None:
        try:
            await self._act()
        except Exception as trouble:  # what one meets is counted; the others go on, and so does the next phase
            self.table.count(f"trouble: {trouble!r}")

    @property
    def what(self) -> str:
        """What there is to do: it begins anew with each phase, and where people vote or mark again."""
        board = self.read("board").elements.get("choices-board", {})
        return f"{self.phase} {'open' if 'open' in board.get('class', '').split() else ''}"

    async def _listen(self) -> None:
        refused = 0
        while refused < PATIENCE:
            try:
                async for event in self.browser.stream(self.live):
                    self.connected.set()
                    if event.name == "region":
                        name, _, html = event.data.partition("\n")
                        self.regions[name] = html
                        if name == "deck":
                            self.phase = read(html).phase or self.phase
                        self.changed.set()
            except Lost as lost:
                refused = refused + 1 if lost.status in GONE else 0
            await asyncio.sleep(AGAIN_AFTER)
        self.phase = "closed"  # for this person: taken out, or the workshop is no more
        self.changed.set()
        self.connected.set()

    # ── Reading and sending ──

    def read(self, region: str) -> Page:
        return read(self.regions.get(region, ""))

    async def shown(self, holds: Callable[[Page], object]) -> Page:
        """The board, once that holds of it: it may come a moment after its phase."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SHOWN_WITHIN):
                while not holds(self.read("board")):
                    await asyncio.sleep(0.05)
        return self.read("board")

    async def mine(self) -> Page:
        while True:
            with contextlib.suppress(Lost):
                return read((await self.browser.get(f"{self.room}mine/", HX_Request="true")).text)
            await asyncio.sleep(AGAIN_AFTER)

    async def send(self, path: str, fields: Fields, what: str) -> Answer:
        """Until there is an answer: what is sent twice is done once."""
        while True:
            try:
                answer = await self.browser.post(path, fields)
            except Lost:
                self.table.count("lost")
                await asyncio.sleep(AGAIN_AFTER)
                continue
            if answer.status == 429:
                await asyncio.sleep(NOT_SO_FAST)
                continue
            if answer.status == 403 and "X-CSRF-Failed".lower() in answer.headers:
                await self.browser.get(self.room)
                continue
            self.table.count(what if answer.status < 400 else f"{what}: {answer.status}")
            return answer
