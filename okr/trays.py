"""Strips of their own on a tribe's page: what waits above its objectives to be taken in, what stands above its check-ins.

okr knows nothing of plannings and reviews: whoever brings something registers a source, which is asked by the page.
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
ABOVE_CHECK_INS: list[Source] = []


def register(source: Source) -> None:
    if source not in SOURCES:
        SOURCES.append(source)


def register_above_check_ins(source: Source) -> None:
    if source not in ABOVE_CHECK_INS:
        ABOVE_CHECK_INS.append(source)


def trays_of(page: TribePage, sources: list[Source] = SOURCES) -> list[Tray]:
    return [tray for source in sources if (tray := source(page)) is not None]
