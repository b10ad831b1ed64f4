"""What waits above a tribe's objectives to be taken in: a strip of its own on the tribe's page.

okr knows nothing of plannings: whoever brings something registers a source, which is asked by the page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from okr.pages.tribe import TribePage


@dataclass(frozen=True, slots=True)
class Tray:
    template: str
    content: Any  # `tray` in the template


Source = Callable[[TribePage], Tray | None]
SOURCES: list[Source] = []


def register(source: Source) -> None:
    if source not in SOURCES:
        SOURCES.append(source)


def trays_of(page: TribePage) -> list[Tray]:
    return [tray for source in SOURCES if (tray := source(page)) is not None]
