"""What the simulated people of one workshop share."""

import asyncio
import random
from collections.abc import Collection
from dataclasses import dataclass, field

from workshops.playing.words import Script, Theme, plain


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
    """What there is to say, and who says it: each idea is taken from the `hand` once."""

    script: Script
    pace: Pace
    hand: list[tuple[Theme, str]]
    counts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, script: Script, pace: Pace, said: Collection[str]) -> "Table":
        """`said` are the notes that are there already."""
        known = {plain(text) for text in said}
        hand = [(theme, text) for theme in script.themes for text in theme.notes if plain(text) not in known]
        pace.dice.shuffle(hand)
        return cls(script, pace, hand)

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1
