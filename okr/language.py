"""The language that the reader of the page in hand asked for."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.utils.translation import get_language

T = TypeVar("T")


def language() -> str:
    """One of Django's codes ("fr", "en-gb"), as okr.numbers takes them; English where translation is off."""
    return get_language() or "en"


class cached_by_language(Generic[T]):
    """A cached property that holds texts: made once for each language in which a thing is shown."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self.make = make

    def __get__(self, thing: Any, owner: type) -> T:
        kept: dict[tuple[str, str], T] = thing.__dict__.setdefault("_by_language", {})
        key = (self.make.__name__, language())
        if key not in kept:
            kept[key] = self.make(thing)
        return kept[key]
