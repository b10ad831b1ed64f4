"""Brings simulated people into a workshop, and lets them take part until it is closed or the time is up."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from workshops.playing.browser import Browser, Lost
from workshops.playing.leader import Leader
from workshops.playing.person import Pace, Person, Refused, Table
from workshops.playing.words import CAST, script

MOST_PEOPLE = 60
MINUTES = 60.0  # at most, whatever happens
Meanwhile = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Play:
    """`address` is where the server answers, `code` the workshop's, `kind` and `language` what is talked about in it.

    `speed` 1 is human, 10 ten times as fast, 0 as fast as the server answers. `leader`: a persona of the demo who leads.
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

    def run(self, meanwhile: Meanwhile | None = None) -> dict[str, int]:
        """How often what was done, by what. `meanwhile` runs beside it; where it ends, the play ends.

        Raises Refused where nobody comes in, Lost where the server does not answer.
        """
        return asyncio.run(self._run(meanwhile))

    async def _run(self, meanwhile: Meanwhile | None) -> dict[str, int]:
        table = self._table()
        people = [self._person(number, table) for number in range(min(self.people, MOST_PEOPLE))]
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

    def _table(self) -> Table:
        said = script(self.kind, self.language)
        dice = random.Random(self.seed)  # noqa: S311
        hand = [(theme, text) for theme in said.themes for text in theme.notes]
        dice.shuffle(hand)
        return Table(said, Pace(self.speed, dice), hand)

    def _person(self, number: int, table: Table) -> Person:
        first, function = CAST[number % len(CAST)]
        again = f" {number // len(CAST) + 1}" if number >= len(CAST) else ""
        name = f"{first}{again} ({table.script.simulated})"
        return Person(Browser(self.address, self.language), self.code, name, function, table, number)

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
