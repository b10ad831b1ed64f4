"""What the PDF can show: typst sets letters that no font has as empty boxes.

A server without fonts for emoji or Chinese (the Dockerfile says which packages bring them) writes "[…]" instead.
"""

import unicodedata
from functools import cache, lru_cache
from typing import Any

LEFT_OUT = "[…]"
SURELY = "\u0250"  # typst's own fonts have the letters before: Latin ones and their punctuation
JOINS = frozenset("\u200d\ufe0e\ufe0f\u20e3")  # what only shapes the sign before it
PROBE = b'#set page(width: 50pt, height: 50pt)\n#set text(font: "Libertinus Serif")\n#sys.inputs.sign'


@cache
def fonts() -> Any:
    """Typst's own, and those of the system for what these have no letters for. Found once: it takes longer than setting."""
    import typst

    return typst.Fonts()


@lru_cache(maxsize=8192)
def can_set(sign: str) -> bool:
    """Whether some font has it: as PDF/A, which must be readable for ever, a document without is refused."""
    import typst

    try:
        typst.compile(PROBE, sys_inputs={"sign": sign}, font_paths=fonts(), pdf_standards="a-2u")
    except typst.TypstError:
        return False
    return True


def settable(data: Any) -> Any:
    """The same lists, dicts and texts, with LEFT_OUT for each run of signs that no font has; control characters are gone."""
    if isinstance(data, str):
        return data if data.isascii() and data.isprintable() else _text(data)
    if isinstance(data, list):
        return [settable(one) for one in data]
    return {name: settable(value) for name, value in data.items()} if isinstance(data, dict) else data


def _text(text: str) -> str:
    kept: list[str] = []
    for sign in text:
        if unicodedata.category(sign) == "Cc":
            continue
        if sign < SURELY or (sign not in JOINS and can_set(sign)):
            kept.append(sign)
        elif sign in JOINS:
            kept += [] if kept[-1:] == [LEFT_OUT] else [sign]
        elif kept[-1:] != [LEFT_OUT]:
            kept.append(LEFT_OUT)
    return "".join(kept)
