"""Two wordings beside each other: which words went, and which came. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from unicodedata import normalize

# A figure with its separators is one word, “16.2”; so is a letter with the accent behind it. Signs and spaces stand alone.
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d][\w\u0300-\u036f]*|\s+|.", re.DOTALL)
ALIKE = 0.35  # of two texts' words (0 to 1): those that have less in common are other texts, not changed ones


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    changed: bool = False


def compared(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces, in their order; joined they are the texts. Changed are those that the other has not."""
    if before == after:
        return _whole(before, changed=False), _whole(after, changed=False)
    old, new = _WORD.findall(before), _WORD.findall(after)
    matcher = SequenceMatcher(None, _plain(old), _plain(new), autojunk=False)
    if _likeness(matcher, old, new) < ALIKE:
        return _whole(before, changed=True), _whole(after, changed=True)
    same_old, same_new = [False] * len(old), [False] * len(new)
    for first, second, size in matcher.get_matching_blocks():
        same_old[first : first + size] = [True] * size
        same_new[second : second + size] = [True] * size
    return list(_pieces(old, same_old)), list(_pieces(new, same_new))


def _plain(words: list[str]) -> list[str]:
    """Words compare by their letters, however an accent is written."""
    return [normalize("NFC", word) for word in words]


def _likeness(matcher: SequenceMatcher, old: list[str], new: list[str]) -> float:
    """The words in common, of the words of both: spaces and signs say nothing."""
    total = sum(_says(word) for word in [*old, *new])
    common = sum(
        _says(old[at]) for first, _second, size in matcher.get_matching_blocks() for at in range(first, first + size)
    )
    return 2 * common / total if total else 0.0


def _says(word: str) -> bool:
    return word[0].isalnum()


def _pieces(words: list[str], same: list[bool]) -> Iterator[Piece]:
    """Neighbours together. What alone stays between two changed words, a space or a sign, goes with them."""
    flags = [
        kept and not (not _says(word) and 0 < at < len(words) - 1 and not same[at - 1] and not same[at + 1])
        for at, (word, kept) in enumerate(zip(words, same, strict=True))
    ]
    text, flag = "", True
    for word, kept in zip(words, flags, strict=True):
        if text and kept != flag:
            yield Piece(text, changed=not flag)
            text = ""
        text, flag = text + word, kept
    if text:
        yield Piece(text, changed=not flag)


def _whole(text: str, *, changed: bool) -> list[Piece]:
    return [Piece(text, changed)] if text else []
