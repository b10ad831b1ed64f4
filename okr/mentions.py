"""@mentions in a comment: stored as `@[12]`, the id of the membership, so that a renamed person still reads right; typed
and read as "@Full Name"."""

import re
from collections.abc import Iterable, Mapping, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from okr.search.text import fold

Names = Mapping[int, str]  # by id of the membership

_TOKEN = re.compile(r"@\[(\d{1,18})\]")
_PIECES = re.compile(r"(@\[\d{1,18}\])|(https?://[^\s<>\"]+)", re.IGNORECASE)
_AFTER_ADDRESS = ".,;:!?'’”»…"  # belongs to the sentence, not to the address before it
_CLOSING = {")": "(", "]": "["}


def stored(text: str, people: Iterable[tuple[int, str]], chosen: Sequence[int] = ()) -> tuple[str, list[int]]:
    """What was typed, with each "@Full Name" of `people` (id, name) as its token; and who is mentioned, in that order.

    Capitals and accents do not matter. Of namesakes those `chosen` in the list are meant; nobody, where none was.
    """
    by_name: dict[str, list[int]] = {}
    for pk, name in people:
        by_name.setdefault(_plain(name), []).append(pk)
    names = tuple(sorted(filter(None, by_name), key=len, reverse=True))
    folded, places = folded_places(text)
    pieces, done, found = [], 0, []
    for at in (place for place, letter in enumerate(folded) if letter == "@"):
        if not folded.startswith(names, at + 1):  # at once: thousands of @ would be held against each name
            continue
        name = next((name for name in names if _stands(name, folded, at)), "")
        meant = _meant(by_name[name], chosen) if name else None
        if meant is None or places[at] < done:
            continue
        pieces += [text[done : places[at]], f"@[{meant}]"]
        done = places[at + 1 + len(name)]
        found.append(meant)
    return "".join([*pieces, text[done:]]), list(dict.fromkeys(found))


def _stands(name: str, folded: str, at: int) -> bool:
    """Whether the name follows the @ as a word of its own; the @ of an e-mail address has letters before it."""
    end = at + 1 + len(name)
    return (
        folded.startswith(name, at + 1)
        and not (at and folded[at - 1].isalnum())
        and not (end < len(folded) and folded[end].isalnum())
    )


def _meant(namesakes: list[int], chosen: Sequence[int]) -> int | None:
    if len(namesakes) == 1:
        return namesakes[0]
    return next((pk for pk in chosen if pk in namesakes), None)


def _plain(name: str) -> str:
    return folded_places(name)[0].strip()


def folded_places(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, and for each of its letters the place in `text` that it comes from; then its end."""
    letters, places = [], []
    for place, letter in enumerate(text):
        for plain in fold(letter).replace("’", "'").replace("\u00a0", " "):
            letters.append(plain)
            places.append(place)
    return "".join(letters), [*places, len(text)]


def written(text: str, names: Names) -> str:
    """As it was typed, with the names that people have now."""
    return _TOKEN.sub(lambda token: f"@{names[int(token[1])]}" if int(token[1]) in names else token[0], text)


def mentioned_in(text: str) -> list[int]:
    return [int(token) for token in _TOKEN.findall(text)]


def as_html(text: str, names: Names, me: int | None = None) -> SafeString:
    """Names in their look, addresses of pages as links, everything else as it was typed."""
    pieces, done = [], 0
    for match in _PIECES.finditer(text):
        pieces.append(format_html("{}", text[done : match.start()]))
        done = match.end()
        if match[1]:
            pieces.append(_name(match[1], names, me))
        else:
            address, rest = _address(match[2])
            pieces.append(
                format_html('<a href="{}" rel="nofollow noopener noreferrer">{}</a>{}', address, address, rest)
            )
    pieces.append(format_html("{}", text[done:]))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _name(token: str, names: Names, me: int | None) -> SafeString:
    pk = int(token[2:-1])
    if pk not in names:
        return format_html("{}", token)
    return format_html('<span class="mention{}">@{}</span>', " me" if pk == me else "", names[pk])


def _address(text: str) -> tuple[str, str]:
    """The address, and what comes after it: a full stop, a bracket that opened before it."""
    end = len(text)
    while end:
        last = text[end - 1]
        opening = _CLOSING.get(last)
        if last in _AFTER_ADDRESS or (opening and text[:end].count(last) > text[:end].count(opening)):
            end -= 1
        else:
            break
    return text[:end], text[end:]
