"""Texts as search compares them, French and English alike: "L’Œuvre à 59,2 %" is "oeuvre", "59.2"."""

import re
import unicodedata

_MARKS = re.compile("[\u0300-\u036f]")  # what NFKD leaves of an accent
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+")  # "1.3" and "59,2" are one word; an apostrophe or hyphen parts two
_HYPHENATED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")

# Words that tell nothing apart: they are not looked up in texts, and what is asked need not have them.
STOP_WORDS = frozenset(
    [
        "a",
        "au",
        "aux",
        "c",
        "ce",
        "ces",
        "d",
        "dans",
        "de",
        "des",
        "du",
        "elle",
        "en",
        "est",
        "et",
        "il",
        "ils",
        "l",
        "la",
        "le",
        "les",
        "leur",
        "leurs",
        "n",
        "ne",
        "on",
        "ou",
        "par",
        "pour",
        "qu",
        "que",
        "qui",
        "s",
        "se",
        "ses",
        "son",
        "sa",
        "sur",
        "un",
        "une",
        "y",
        "an",
        "and",
        "are",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "our",
        "than",
        "that",
        "the",
        "their",
        "they",
        "this",
        "to",
        "we",
        "when",
        "which",
        "who",
        "with",
    ]
)


def fold(text: str) -> str:
    """Without accents, case and ligatures."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold().translate(_LETTERS)


def words(text: str) -> list[str]:
    """The folded words of what somebody asks."""
    return [word.replace(",", ".") for word in _WORD.findall(fold(text))]


def words_to_find(text: str) -> list[str]:
    """The folded words under which a text is found: without stop words, and "e-commerce" as "ecommerce" too."""
    folded = fold(text)
    found = [word.replace(",", ".") for word in _WORD.findall(folded)]
    told = [word for word in found if word not in STOP_WORDS] or found
    return told + [word.replace("-", "") for word in _HYPHENATED.findall(folded)]


def marked(text: str, marks: dict[str, int]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is what was found. `marks`: folded word → how many of its letters."""
    text = unicodedata.normalize("NFC", text)
    pieces: list[tuple[str, bool]] = []
    done = 0
    for match in _WORD.finditer(text):
        letters = marks.get(fold(match[0]).replace(",", "."))
        if letters is None:
            continue
        end = match.start() + _letters(match[0], letters)
        pieces += [(text[done : match.start()], False), (text[match.start() : end], True)]
        done = end
    pieces.append((text[done:], False))
    return [piece for piece in pieces if piece[0]]


def _letters(word: str, folded: int) -> int:
    """How many letters of the word as it is written make the first `folded` ones of its folded form."""
    seen = 0
    for place, letter in enumerate(word, start=1):
        seen += len(fold(letter))
        if seen >= folded:
            return place
    return len(word)
