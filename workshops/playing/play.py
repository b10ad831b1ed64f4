"""Brings simulated people into a workshop, and lets them take part until it is closed or the time is up."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workshops.playing.browser import Browser, Lost
from workshops.playing.guest import Guest
from workshops.playing.leader import Leader
from workshops.playing.person import Person, Refused
from workshops.playing.table import Pace, Table
from workshops.playing.words import CAST, cast, script

MOST_PEOPLE = 60
MINUTES = 60.0  # at most, whatever happens
Meanwhile = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Play:
    """`address` is where the server answers, `code` the workshop's, `kind` and `language` what is talked about in it.

    `speed` 1 is human, 10 ten times as fast, 0 as fast as the server answers. `leader`: a persona of the demo who leads.

    Where they go on with what was cut off: `cookies` are what each had, by name, `said` the notes that are there, and those
    who were put out `stay_away`.
    """

    address: str
    code: str
    kind: str
    language: str
    people: int = len(CAST)
    speed: float = 1.0
    leader: str = ""
    minutes: float = MINUTES
    seed: int | None = None
    cookies: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    stay_away: frozenset[str] = frozenset()
    said: frozenset[str] = frozenset()

    def run(self, meanwhile: Meanwhile | None = None) -> dict[str, int]:
        """How often what was done, by what. `meanwhile` runs beside it; where it ends, the play ends.

        Raises Refused where nobody comes in, Lost where the server does not answer.
        """
        return asyncio.run(self._run(meanwhile))

    async def _run(self, meanwhile: Meanwhile | None) -> dict[str, int]:
        table = Table.of(script(self.kind, self.language), Pace(self.speed, random.Random(self.seed)), self.said)  # noqa: S311
        people = self._people(table)
        leading = Leader(Browser(self.address, self.language), self.code, self.leader, table, people)
        playing = [asyncio.create_task(self._take_part(one, table, number)) for number, one in enumerate(people)]
        if self.leader:
            playing.append(asyncio.create_task(self._take_part(leading, table, 0)))
        beside = asyncio.create_task(meanwhile()) if meanwhile is not None else None
        try:
            async with asyncio.timeout(60 * self.minutes):
                whole = asyncio.create_task(_all(playing))
                await asyncio.wait({whole, *([beside] if beside else [])}, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            table.count("time is up")
        finally:
            for task in (*playing, *([beside] if beside else [])):
                task.cancel()
            ended = await asyncio.gather(*playing, return_exceptions=True)
        troubles = [one for one in ended if isinstance(one, Exception)]
        if troubles and len(troubles) == len(playing):
            raise troubles[0]
        for trouble in troubles:
            table.count(f"trouble: {trouble}")
        return table.counts

    def _people(self, table: Table) -> list[Guest]:
        people = []
        for number, (name, function) in enumerate(cast(table.script, min(self.people, MOST_PEOPLE))):
            if name not in self.stay_away:
                browser = Browser(self.address, self.language)
                browser.cookies.update(self.cookies.get(name, {}))
                people.append(Guest(browser, self.code, name, function, table, number))
        return people

    async def _take_part(self, person: Person, table: Table, number: int) -> None:
        await table.pace.think(0.5 * number, 1.5 * number + 1)  # people come one after the other
        for attempt in range(5):
            try:
                await person.come()
                break
            except Lost:
                if attempt == 4:
                    raise
                await asyncio.sleep(2)
        table.count("came")
        await person.stay()


async def _all(tasks: Sequence[asyncio.Task[None]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)


__all__ = ["MINUTES", "MOST_PEOPLE", "Lost", "Play", "Refused"]
