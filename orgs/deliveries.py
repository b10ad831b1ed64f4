"""The kinds of message that leave the house, in words; and those that people may have sent to themselves to look at.

orgs knows nothing of reminders or workshops: each room registers its own kinds here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orgs.models import Membership

PREVIEW = "preview"  # of which kind does not matter once it is on its way


@dataclass(frozen=True)
class Message:
    """What a mail says. `html` is "" where the text is all there is."""

    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True)
class Kind:
    """`name` as in the outbox; `preview` writes what that member would get, with made-up content where there is none; `chosen_on`
    is the path of the page that says whether one gets it, by the organization's slug, for what people can do without."""

    name: str
    label: Any  # translated late
    preview: Callable[[Membership], Message] | None = None
    chosen_on: Callable[[str], str] | None = None


_kinds: dict[str, Kind] = {}


def register_kind(
    name: str,
    label: Any,
    preview: Callable[[Membership], Message] | None = None,
    *,
    chosen_on: Callable[[str], str] | None = None,
) -> None:
    _kinds[name] = Kind(name, label, preview, chosen_on)


def kinds() -> list[Kind]:
    """By label, as the reader's language has them."""
    return sorted(_kinds.values(), key=lambda kind: str(kind.label).casefold())


def kind_named(name: str) -> Kind | None:
    return _kinds.get(name)
