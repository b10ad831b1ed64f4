"""What is attached to a mail: kept with it, or made as it leaves."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class File:
    """What is attached: `text` that is kept with the mail, or what the maker `made_by` makes of `of` as the mail leaves.

    A calendar's invitation (type "text/calendar; method=…") is put beside the text as well, where mail programs look for it.
    """

    name: str
    type: str
    text: str = ""
    made_by: str = ""
    of: dict[str, Any] = field(default_factory=dict)


Maker = Callable[[dict[str, Any]], bytes]
makers: dict[str, Maker] = {}


def register_maker(name: str, maker: Maker) -> None:
    """`maker` is called with the mail's organization as the current one; what it raises puts the mail off."""
    makers[name] = maker
