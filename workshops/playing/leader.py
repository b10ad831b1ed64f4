"""A simulated facilitator, for a workshop that nobody else leads: signs in, and goes through the agenda."""

import asyncio
import re

from workshops.playing.browser import Browser
from workshops.playing.guest import Guest
from workshops.playing.person import Person, Refused
from workshops.playing.reading import Form, Page, read
from workshops.playing.table import Table

ITEM = re.compile(r"items/([0-9a-f-]{36})/")
PARTS = '<section class="d-part"'
RETAINED = 2  # of each subject


class Leader(Person):
    def __init__(self, browser: Browser, code: str, persona: str, table: Table, others: list[Guest]) -> None:
        super().__init__(browser, code, persona, table)
        self.others = others
        self.drafted: set[str] = set()  # wordings: two items may say the same

    async def come(self) -> None:
        """As a persona of the demo; takes the lead where somebody else has it."""
        await self.browser.get("/accounts/login/")
        answer = await self.browser.post("/demo/sign-in/", {"persona": self.name}, follow=True)
        if answer.status != 200:
            raise Refused(f"nobody signs in as {self.name}: {answer.status}")
        await self.browser.get(f"/w/{self.code}/")
        answer = await self.browser.post(f"/w/{self.code}/", {}, follow=True)
        self.enter(answer)
        if "leads" not in " ".join(read(answer.text).elements.get("deck", {})):
            taken = await self.send(f"{self.room}lead/", {}, "lead")
            if taken.status >= 400:
                raise Refused(f"{self.name} may not lead this workshop")

    @property
    def what(self) -> str:
        return "leads"

    async def _act(self) -> None:
        pace = self.table.pace
        while not self.phase.startswith("closed"):
            await pace.think(10, 15)
            await self._until_done()
            kind = self.phase.partition("-")[0]
            if kind == "decide":
                await self._decide()
            elif kind == "pick":
                await self._retain()
            await self._next()

    async def _next(self) -> None:
        """The button that leads on, whatever it does now; and then what comes of it."""
        form = self._step()
        if form is None:
            await asyncio.sleep(0.1)
            return
        before = (self.phase, form.action)
        answer = await self.send(form.action, {**form.fields, "sure": "on"}, "step")
        if answer.status < 400:
            for _look in range(200):
                # The deck is drawn anew for other reasons, too.
                if (self.phase, getattr(self._step(), "action", "")) != before:
                    return
                await asyncio.sleep(0.05)

    def _step(self) -> Form | None:
        page = self.read("deck")
        return page.form_with("next-step") or next((one for one in page.forms if one.action.endswith("/begin/")), None)

    async def _until_done(self) -> None:
        """Before the first phase until all are here, then until each is done with it."""
        limit = 240 / self.table.pace.speed if self.table.pace.speed else 30.0
        try:
            async with asyncio.timeout(max(limit, 10.0)):
                while not self._is_everybody_done():
                    await asyncio.sleep(0.1)
        except TimeoutError:
            self.table.count("not waited for")

    def _is_everybody_done(self) -> bool:
        if self.phase.startswith("lobby"):
            return all(one.connected.is_set() for one in self.others)
        return all(one.done_with == self.phase for one in self.others)

    async def _retain(self) -> None:
        """The first two of those marked, once the sum is shown."""
        step = self._step()
        if step is None or "counted" in step.fields:
            return
        board = await self.shown(_retaining)
        for form in _retaining(board)[:2]:
            await self.send(form.action, {"retained": "on"}, "retained")

    async def _decide(self) -> None:
        board = await self._board_to_decide()
        whole = board.partition(PARTS)
        for part in (whole[2] or whole[0]).split(PARTS):
            for place, uid in enumerate(dict.fromkeys(ITEM.findall(part))):
                await self.table.pace.think(5, 12)
                outcome = "retained" if place < RETAINED else "parked" if place == RETAINED else "rejected"
                fields = {"outcome": outcome, "reason": self.table.script.reasons[outcome]}
                answer = await self.send(f"{self.room}items/{uid}/decide/", fields, outcome)
                if outcome == "retained" and answer.status < 400:
                    await self._draft(uid)

    async def _board_to_decide(self) -> str:
        await self.shown(lambda _page: 'class="deciding"' in self.regions.get("board", ""))
        return self.regions.get("board", "")

    async def _draft(self, uid: str) -> None:
        at = f"{self.room}items/{uid}/draft/"
        page = read((await self.browser.get(at, HX_Request="true")).text)
        form = next((one for one in page.forms if one.action == at), None)
        if form is None:
            self.table.count("no draft")
            return
        fields: dict[str, str] = {name: value for name, value in form.fields.items() if name != "csrfmiddlewaretoken"}
        theme = self.table.script.theme_of(fields.get("title", ""))
        if theme is not None and theme.becomes not in self.drafted:
            self.drafted.add(theme.becomes)
            fields["title"] = theme.becomes
            if "target" in fields and theme.target:
                fields |= {"start": theme.start, "target": theme.target, "unit": "percent", "direction": ""}
        await self.table.pace.think(8, 20)
        await self.send(at, fields, "draft")


def _retaining(board: Page) -> list[Form]:
    return [form for form in board.forms if form.action.endswith("/retained/")]
