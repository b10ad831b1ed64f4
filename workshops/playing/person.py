"""One simulated person in the room: follows the stream as a browser does, and does what the phase asks for."""

import asyncio
import contextlib
import random
import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from workshops.playing.browser import Answer, Browser, Fields, Lost
from workshops.playing.reading import Card, Page, read
from workshops.playing.words import Script, Theme

ROOM = re.compile(r"/o/([-\w]+)/workshops/(\w+)/room/")
AGAIN_AFTER = 2.0  # seconds, once the connection was lost
NOT_SO_FAST = 5.0
LOOK_AFTER = 4  # the first of the cast each begin some of the families, the others join them
PATIENCE, GONE = 3, {403, 404, 410}  # refusals of the stream, until somebody gives up
SHOWN_WITHIN = 10.0
Act = Callable[[], Awaitable[None]]


class Refused(Exception):
    """The door stays closed."""


@dataclass
class Pace:
    """How long people think. `speed` 1 is human; 0 does not wait."""

    speed: float
    dice: random.Random

    async def think(self, least: float, most: float) -> None:
        if self.speed > 0:
            await asyncio.sleep(self.dice.uniform(least, most) / self.speed)


@dataclass
class Table:
    """What the simulated people of one workshop share: what there is to say, and who says it."""

    script: Script
    pace: Pace
    hand: list[tuple[Theme, str]]
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1


class Person:
    def __init__(self, browser: Browser, code: str, name: str, function: str, table: Table, number: int = 0) -> None:
        self.browser, self.code, self.name, self.function = browser, code, name, function
        self.table, self.number = table, number
        self.room = self.live = ""
        self.regions: dict[str, str] = {}
        self.phase = self.done_with = ""
        self.connected = asyncio.Event()
        self.changed = asyncio.Event()

    # ── Coming ──

    async def come(self) -> None:
        """By the door, as a guest; waits there until they are let in. Raises Refused."""
        door = f"/w/{self.code}/"
        answer = await self.browser.get(door)
        form = next((one for one in read(answer.text).forms if "name" in one.fields), None)
        if form is not None and not ROOM.match(answer.path):
            fields = {**form.fields, "name": self.name, "function": self.function}
            answer = await self.browser.post(door, fields, follow=True)
        while not ROOM.match(answer.path):
            if answer.status != 200:
                raise Refused(f"{self.name}: the door answers {answer.status}")
            await asyncio.sleep(AGAIN_AFTER)
            answer = await self.browser.get(door)
        self.enter(answer)

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
                    acting = asyncio.create_task(self._act())
                self.changed.clear()
                await self.changed.wait()
        finally:
            for task in (listening, acting):
                if task is not None:
                    task.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await task

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

    async def _act(self) -> None:
        acts: dict[str, Act] = {
            "pick": self.mark,
            "brainstorm": self.write,
            "families": self.group,
            "vote": self.vote,
        }
        phase = self.phase
        act = acts.get(phase.partition("-")[0])
        if act is not None:
            await self.table.pace.think(1, 6)
            await act()
            await self.say_done()
        self.done_with = phase

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

    # ── What the phases ask for ──

    async def say_done(self) -> None:
        await self.table.pace.think(1, 5)
        page = await self.mine()
        form = page.form_with("im-done")
        if form is not None and form.fields.get("done"):
            await self.send(form.action, {"done": "on"}, "done")

    async def write(self) -> None:
        """Two or three notes, one idea each."""
        pace = self.table.pace
        for _note in range(pace.dice.choice((2, 2, 3))):
            if not self.table.hand:
                return
            form = (await self.mine()).form_with("compose")
            if form is None:
                return
            theme, text = self.table.hand.pop()
            subjects = form.choices.get("subject") or [form.fields.get("subject", "")]
            about = subjects[self.table.script.themes.index(theme) % len(subjects)]
            fields = {"uid": str(uuid.uuid4()), "subject": about, "text": text}
            await pace.think(5, 18)
            await self.send(form.action, fields, "note")

    async def mark(self) -> None:
        """On two or three key results that the tribe can move."""
        pace = self.table.pace
        page = await self.mine()
        if "data-open" not in page.elements.get("choices", {}):
            return
        at = page.data("choices", "at")
        items = list((await self.shown(lambda board: board.items)).items)
        # Most people see the same few; each has one of their own.
        likely = [*items[: max(1, len(items) // 3)], pace.dice.choice(items)] if items else []
        for item in dict.fromkeys(likely):
            if pace.dice.random() < 0.75:
                await pace.think(2, 8)
                await self.send(at, {"item": item, "n": "1"}, "mark")

    async def vote(self) -> None:
        """All of one's dots, most on what one's function cares for."""
        pace = self.table.pace
        page = await self.mine()
        choices = page.elements.get("choices", {})
        if "data-open" not in choices:
            return
        budget, most = int(choices["data-budget"]), int(choices["data-most"])
        items = (await self.shown(lambda board: board.items)).items
        weights = {key: self._likes(text) for key, text in items.items()}
        given = dict.fromkeys(items, 0)
        for _dot in range(budget):
            open_ones = [key for key in items if given[key] < most]
            if not open_ones:
                break
            key = pace.dice.choices(open_ones, [weights[one] for one in open_ones])[0]
            given[key] += 1
            await pace.think(1, 5)
            fields = {"vote": choices["data-vote"], "item": key, "n": str(given[key])}
            if (await self.send(choices["data-at"], fields, "dot")).status >= 400:
                return

    def _likes(self, text: str) -> float:
        theme = self.table.script.theme_of(text)
        if theme is None:
            return 1.0
        return 5.0 if self.function in theme.liked_by else 1.0

    async def group(self) -> None:
        """Put notes where they belong. Each begins the families that are theirs to begin, and joins those of others."""
        pace = self.table.pace
        await self.shown(lambda board: "grouping" in board.elements)
        waited = 0
        for _gesture in range(14):
            await pace.think(3, 9)
            board = self.read("board")
            if self.number < LOOK_AFTER and (twins := self._twins(board)) is not None:
                fields = {"uid": str(uuid.uuid4()), "into": twins[1]}
                await self.send(f"{self.room}families/{twins[0]}/merge/", fields, "family merged")
                continue
            card = next((one for one in board.cards if not one.family and not one.is_held and self._is_mine(one)), None)
            if card is None:
                return
            if self.number >= LOOK_AFTER and waited < 3 and not self._family_for(board, card):
                waited += 1  # somebody else is about to begin it
                await asyncio.sleep(0.2)
                continue
            await self._place(board, card)
            if pace.speed == 0:  # what one has done comes back by the stream
                await self.shown(partial(_is_placed, card.uid))

    async def _place(self, board: Page, card: Card) -> None:
        theme = self.table.script.theme_of(card.text)
        assert theme is not None
        if there := self._family_for(board, card):
            fields: dict[str, str] = {"uid": str(uuid.uuid4()), "notes": card.uid, "to": there}
            await self.send(f"{self.room}grouping/move/", fields, "moved")
            return
        fields = {
            "uid": str(uuid.uuid4()), "family": str(uuid.uuid4()), "name": theme.name, "subject": card.subject,
            "notes": card.uid,
        }  # fmt: skip
        await self.send(f"{self.room}families/", fields, "family")

    def _is_mine(self, card: Card) -> bool:
        """Whether this person looks after the note's theme: several do, so that it goes on when one has left."""
        theme = self.table.script.theme_of(card.text)
        if theme is None:  # what the newcomer wrote is theirs to place
            return False
        return self.table.script.themes.index(theme) % LOOK_AFTER == self.number % LOOK_AFTER

    def _family_for(self, board: Page, card: Card) -> str:
        theme = self.table.script.theme_of(card.text)
        return next((uid for uid, name in board.families.items() if theme and name == theme.name), "")

    def _twins(self, board: Page) -> tuple[str, str] | None:
        """Two families of the same name, which were begun at the same moment: the later one and the first."""
        first: dict[str, str] = {}
        for uid, name in board.families.items():
            theme = self.table.script.theme_of(name) if name else None
            if theme is None or self.table.script.themes.index(theme) % LOOK_AFTER != self.number:
                continue
            if name in first:
                return uid, first[name]
            first[name] = uid
        return None


def _is_placed(uid: str, board: Page) -> bool:
    return any(one.uid == uid and one.family for one in board.cards)
