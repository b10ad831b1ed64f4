"""Tribes pasted from a spreadsheet: "DRV⇥Drive", "DRV;Drive", or a name alone, whose code is proposed. Pure."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

LINES_AT_MOST = 100
HEADERS = {"code", "codes", "sigle", "tribe", "tribu", "name", "nom"}
CODE = re.compile(r"[A-Z0-9]{2,4}")


@dataclass(frozen=True, slots=True)
class Line:
    code: str
    name: str
    is_proposed: bool  # the code was not in the text


def parse(text: str, taken: Collection[str] = ()) -> list[Line]:
    """The lines that say something, without a header line."""
    lines: list[Line] = []
    used = set(taken)
    for number, raw in enumerate(line for line in text.splitlines() if line.strip()):
        cells = [
            " ".join(cell.split()) for cell in re.split(r"\t|;|(?<=\w),(?=\s*\S)" if _by_comma(raw) else r"\t|;", raw)
        ]
        if number == 0 and cells[0].casefold() in HEADERS:
            continue
        code, name = (cells[0].upper(), cells[1]) if len(cells) > 1 else ("", cells[0])
        line = Line(code, name, False) if code else Line(propose(name, used), name, True)
        used.add(line.code)
        lines.append(line)
    return lines


def _by_comma(raw: str) -> bool:
    """ "DRV, Drive", but not a name with a comma in it."""
    head, comma, _ = raw.partition(",")
    return bool(comma) and "\t" not in raw and ";" not in raw and bool(CODE.fullmatch(head.strip()))


def propose(name: str, used: Collection[str]) -> str:
    """A free code for this name: initials of three words, else its first letters; "" where none can be made."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    words = [word for word in re.findall(r"[A-Z0-9]+", plain) if len(word) > 1 or word.isdigit()] or re.findall(
        r"[A-Z0-9]+", plain
    )
    letters = "".join(words)
    starts = ["".join(word[0] for word in words)[:4]] if len(words) > 2 else []
    starts += [letters[:3], *(letters[:2] + letter for letter in letters[3:]), letters[:4]]
    starts += [f"{letters[:3]}{number}" for number in range(2, 10)]
    return next((code for code in starts if CODE.fullmatch(code) and code not in used), "")
