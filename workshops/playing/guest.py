"""A simulated guest: comes by the door, writes, groups and votes as the phases ask."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from functools import partial

from workshops.playing.browser import Browser
from workshops.playing.person import AGAIN_AFTER, ROOM, Person, Refused
from workshops.playing.reading import Card, Page, read
from workshops.playing.table import Table

LOOK_AFTER = 4  # the first of the cast each begin some of the families, the others join them
Act = Callable[[], Awaitable[None]]


class Guest(Person):
    def __init__(self, browser: Browser, code: str, name: str, function: str, table: Table, number: int) -> None:
        super().__init__(browser, code, name, table)
        self.function, self.number = function, number

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

    async def _act(self) -> None:
        acts: dict[str, Act] = {
            "pick": self.mark,
            "brainstorm": self.write,
            "families": self.group,
            "vote": self.vote,
        }
        phase = self.phase
        act = acts.get(phase.partition("-")[0])
        if act is not None and not _is_done(await self.mine()):  # who comes back may be
            await self.table.pace.think(1, 6)
            await act()
            await self.say_done()
        self.done_with = phase

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
        wanted = pace.dice.choice((2, 2, 3))
        while True:
            page = await self.mine()
            form = page.form_with("compose")
            has_written = sum(name.startswith("own-") for name in page.elements)
            if form is None or has_written >= wanted or not self.table.hand:
                return
            theme, text = self.table.hand.pop()
            subjects = form.choices.get("subject") or [form.fields.get("subject", "")]
            about = subjects[self.table.script.themes.index(theme) % len(subjects)]
            fields = {"uid": str(uuid.uuid4()), "subject": about, "text": text}
            await pace.think(5, 18)
            if (await self.send(form.action, fields, "note")).status >= 400:
                return

    async def mark(self) -> None:
        """On two or three key results that the tribe can move."""
        pace = self.table.pace
        page = await self.mine()
        if "data-open" not in page.elements.get("choices", {}) or page.chosen:
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
        given = dict.fromkeys(items, 0) | page.chosen
        for _dot in range(budget - sum(given.values())):
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
                await self.shown(partial(_is_without, twins[0]))
                continue
            card = next((one for one in board.cards if not one.family and not one.is_held and self._is_mine(one)), None)
            if card is None:
                return
            if self.number >= LOOK_AFTER and waited < 3 and not self._family_for(board, card):
                waited += 1  # somebody else is about to begin it
                await asyncio.sleep(0.2)
                continue
            is_done = await self._place(board, card)
            if is_done and pace.speed == 0:  # what one has done comes back by the stream
                await self.shown(partial(_is_placed, card.uid))

    async def _place(self, board: Page, card: Card) -> bool:
        theme = self.table.script.theme_of(card.text)
        assert theme is not None
        if there := self._family_for(board, card):
            fields: dict[str, str] = {"uid": str(uuid.uuid4()), "notes": card.uid, "to": there}
            return (await self.send(f"{self.room}grouping/move/", fields, "moved")).status < 400
        fields = {
            "uid": str(uuid.uuid4()), "family": str(uuid.uuid4()), "name": theme.name, "subject": card.subject,
            "notes": card.uid,
        }  # fmt: skip
        return (await self.send(f"{self.room}families/", fields, "family")).status < 400

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


def _is_done(page: Page) -> bool:
    return page.elements.get("im-done", {}).get("aria-pressed") == "true"


def _is_without(family: str, board: Page) -> bool:
    return family not in board.families


def _is_placed(uid: str, board: Page) -> bool:
    return any(one.uid == uid and one.family for one in board.cards)
