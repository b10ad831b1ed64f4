"""A text as the rules look at it: one kind of space, apostrophe and dash; no accents, no capitals; elisions apart."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    WORD = "word"
    NUMBER = "number"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Token:
    low: str  # without accents and capitals
    start: int  # in Text.shown
    end: int
    kind: Kind
    glued: bool  # nothing between it and the token before
    capital: bool


_SAME = str.maketrans(
    dict.fromkeys("’‘ʼ′`´＇", "'")
    | dict.fromkeys("‐‑‒–−﹣－", "-")
    | {"％": "%", "＋": "+"}
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f", None)
)
_ELISIONS = "jusqu|lorsqu|puisqu|quoiqu|presqu|qu|l|d|j|m|n|s|t|c"
_TOKEN = re.compile(
    rf"(?P<elision>(?<!\w)(?:{_ELISIONS})'(?=\w))"
    r"|(?P<number>\d{1,3}(?: \d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*)"
    r"|(?P<word>[^\W\d_]\w*(?:[-'][^\W_]\w*)*)"
    r"|(?P<sign>[^\w\s]|_)",
    re.IGNORECASE,
)
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "OE", "Æ": "AE"})


def fold(text: str) -> str:
    """For comparing words: no accents, no capitals, no ligatures, plain apostrophes."""
    plain = unicodedata.normalize("NFD", text.translate(_SAME))
    return "".join(char for char in plain if not unicodedata.combining(char)).lower().translate(_LIGATURES)


def _plain(char: str) -> str:
    """The letter without its accents: exactly one character, so that places in the text stay what they are."""
    first = unicodedata.normalize("NFD", char)[0]
    return "_" if unicodedata.combining(first) else first


@dataclass(frozen=True, slots=True)
class Text:
    """`shown` is the text to quote from; tokens point into it."""

    shown: str
    tokens: tuple[Token, ...]

    def low(self, index: int) -> str:
        """The token's word, or "" outside of the text."""
        return self.tokens[index].low if 0 <= index < len(self.tokens) else ""

    def lows(self, start: int, end: int) -> list[str]:
        return [token.low for token in self.tokens[max(start, 0) : max(end, 0)]]

    def is_number(self, index: int) -> bool:
        return 0 <= index < len(self.tokens) and self.tokens[index].kind is Kind.NUMBER

    def glued(self, index: int) -> bool:
        return 0 <= index < len(self.tokens) and self.tokens[index].glued

    def has(self, index: int, phrase: Sequence[str]) -> bool:
        """Whether the phrase stands at that token."""
        if index < 0 or index + len(phrase) > len(self.tokens):
            return False
        return all(self.tokens[index + place].low == word for place, word in enumerate(phrase))

    def slice(self, start: int, end: int) -> str:
        """As typed, from one token up to another."""
        if start >= end:
            return ""
        return self.shown[self.tokens[start].start : self.tokens[end - 1].end]


def read(text: str) -> Text:
    shown = " ".join(unicodedata.normalize("NFC", text).translate(_SAME).split())
    plain = "".join(map(_plain, shown))
    return Text(shown, tuple(_tokens(plain)))


def words_of(phrase: str) -> tuple[str, ...]:
    """A phrase of the word lists, cut as texts are."""
    return tuple(token.low for token in read(phrase).tokens)


def _tokens(plain: str) -> Iterator[Token]:
    before = 0
    for found in _TOKEN.finditer(plain):
        kind = {"number": Kind.NUMBER, "sign": Kind.SIGN}.get(found.lastgroup or "", Kind.WORD)
        word = found.group()
        yield Token(
            low=word.lower().translate(_LIGATURES),
            start=found.start(),
            end=found.end(),
            kind=kind,
            glued=found.start() == before and before > 0,
            capital=word[0].isupper(),
        )
        before = found.end()
