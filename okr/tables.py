"""A small table of figures out of a CSV file, to be drawn as a chart: a line of names, then labels with 1 to 4 figures.

Comma, semicolon or tab; UTF-8, UTF-16 with its mark, or Windows-1252; "12,5" as well as "12.5". Pure: whoever reads a
file translates `TableRefused`. Nothing in a cell is ever calculated: a formula is no number, and is refused by its line.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from okr.numbers import NotANumber, parse_decimal

MAX_BYTES = 1_000_000
MAX_ROWS = 500
MAX_LINES = 20_000  # looked at, with the empty ones that some programs leave below their tables
MAX_FIGURES = 4  # columns of them
MAX_TEXT = 80  # characters of a label or a column's name
_DELIMITERS = ("\t", ";", ",")
_NOTHING = frozenset({"", "-", "–", "—", "n/a", "na", "n.a.", "nd", "n.d.", "nc", "null", "#n/a", "#n/d"})
_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DECIMAL_COMMA = re.compile(r"\d,(?:\d{1,2}|\d{4,})(?![\d,])|\d\.\d{3}\.\d|(?<!\d)0,\d")
_DECIMAL_POINT = re.compile(r"\d\.(?:\d{1,2}|\d{4,})(?![\d.])|\d,\d{3},\d|(?<!\d)0\.\d")
_YEAR = re.compile(r"(?:19|20)\d\d")


class Trouble(StrEnum):
    """What is wrong with a file; forms translate."""

    ENCODING = "encoding"  # no text in an encoding that is read
    EMPTY = "empty"
    HEADER = "header"  # the first line holds figures, not names
    UNNAMED = "unnamed"  # a column without a name
    ONE_COLUMN = "one_column"
    COLUMNS = "columns"  # too many
    ROWS = "rows"  # too many
    WIDTH = "width"  # a line with more cells than the first
    QUOTES = "quotes"  # a quotation mark that is not closed
    LABEL = "label"  # a line without one
    LONG = "long"  # a label or a name
    NUMBER = "number"
    AMBIGUOUS = "ambiguous"  # "1.200"
    FORMULA = "formula"
    NO_FIGURES = "no_figures"


class TableRefused(ValueError):
    """`line` counts from 1 as an editor does (0: the whole file); `column` is a name, `text` what stands there."""

    def __init__(self, trouble: Trouble, line: int = 0, column: str = "", text: str = "", limit: int = 0) -> None:
        super().__init__(trouble)
        self.trouble, self.line, self.column, self.text, self.limit = trouble, line, column, text, limit


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` begins with the name of the labels' column; each row has a label and a figure, or None, for the others."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Decimal | None, ...]], ...]

    def series(self, place: int) -> list[Decimal | None]:
        """The figures of a column; 0 is the first column of figures."""
        return [figures[place] for _, figures in self.rows]

    def as_json(self) -> dict[str, Any]:
        """As Evidence.table keeps it: {"columns": [text], "rows": [[label, number or None, …]]}."""
        rows = [
            [label, *(None if value is None else _number(value) for value in figures)] for label, figures in self.rows
        ]
        return {"columns": list(self.columns), "rows": rows}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Table":
        rows = tuple(
            (str(label), tuple(None if value is None else Decimal(str(value)) for value in figures))
            for label, *figures in stored["rows"]
        )
        return cls(tuple(stored["columns"]), rows)


def read_table(content: bytes, language: str) -> Table:
    """The table of a CSV file. `language` decides where nothing in the file says how its decimals are written.

    Raises TableRefused.
    """
    if len(content) > MAX_BYTES:
        raise TableRefused(Trouble.ROWS, limit=MAX_ROWS)
    text = decode(content)
    delimiter, lines = _split(text)
    if not lines:
        raise TableRefused(Trouble.EMPTY)
    (first, names), *body = lines
    names = _without_empty_end(names, body)
    _check_head(names, first)
    if not body:
        raise TableRefused(Trouble.EMPTY)
    if len(body) > MAX_ROWS:
        raise TableRefused(Trouble.ROWS, body[MAX_ROWS][0], limit=MAX_ROWS)
    width = len(names)
    for line, cells in body:
        if any(cells[width:]):
            raise TableRefused(Trouble.WIDTH, line, text=str(len(cells)), limit=width)
    style = _style([cell for _, cells in body for cell in cells[1:]], delimiter, language)
    rows = tuple(_row(line, cells, names, style) for line, cells in body)
    if not any(value is not None for _, figures in rows for value in figures):
        raise TableRefused(Trouble.NO_FIGURES)
    return Table(_with_units(names, body), rows)


def decode(content: bytes) -> str:
    """The text of a file. Raises TableRefused where it is none."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise TableRefused(Trouble.ENCODING)


# ── Lines and cells ──────────────────────────────────────────────────────────

Lines = list[tuple[int, list[str]]]


def _split(text: str) -> tuple[str, Lines]:
    """The delimiter under which most lines are as wide as the first, and the lines it gives."""
    announced = re.match(r"sep=([;,\t])\r?\n", text)  # a line of Excel's own
    if announced:
        return announced[1], _lines(text, announced[1], skip=1)
    found: list[tuple[float, str, Lines]] = []
    troubles: list[TableRefused] = []
    for delimiter in _DELIMITERS:
        try:
            lines = _lines(text, delimiter)
        except TableRefused as refused:
            troubles.append(refused)
            continue
        width = len(lines[0][1]) if lines else 0
        alike = sum(len(cells) == width for _, cells in lines) / max(len(lines), 1)
        found.append((alike if width > 1 else -1.0, delimiter, lines))
    if not found:
        raise troubles[-1]
    _, delimiter, lines = max(found, key=lambda one: one[0])
    return delimiter, lines


def _lines(text: str, delimiter: str, skip: int = 0) -> Lines:
    """Lines that are not empty, each with its number, up to one more than may be. Raises TableRefused."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: Lines = []
    try:
        for cells in reader:
            if reader.line_num > MAX_LINES:
                raise TableRefused(Trouble.ROWS, MAX_LINES + 1, limit=MAX_ROWS)
            cells = [_tidy(cell) for cell in cells]
            if reader.line_num > skip and any(cells):
                lines.append((reader.line_num, cells))
            if len(lines) > MAX_ROWS + 1:
                break
    except csv.Error:
        raise TableRefused(Trouble.QUOTES, max(reader.line_num, 1)) from None
    return lines


def _tidy(cell: str) -> str:
    """On one line, without what cannot be seen or turns the reading direction."""
    if cell.isascii() and cell.isprintable():  # nearly every cell; sign by sign is thirty times slower
        return " ".join(cell.split())
    seen = "".join(
        sign for sign in cell if sign not in _BIDI and (unicodedata.category(sign) != "Cc" or sign.isspace())
    )
    return " ".join(seen.split())


def _without_empty_end(names: list[str], body: Lines) -> list[str]:
    """Without columns at the end that have neither a name nor a cell, as spreadsheets write them."""
    width = len(names)
    while width and not names[width - 1] and not any(any(cells[width - 1 : width]) for _, cells in body):
        width -= 1
    return names[:width]


def _check_head(names: list[str], line: int) -> None:
    if len(names) < 2:
        raise TableRefused(Trouble.ONE_COLUMN, line)
    if len(names) > MAX_FIGURES + 1:
        raise TableRefused(Trouble.COLUMNS, line, text=str(len(names) - 1), limit=MAX_FIGURES)
    if all(_is_figure(name) for name in names[1:]):
        raise TableRefused(Trouble.HEADER, line)
    for place, name in enumerate(names[1:], start=2):
        if not name:
            raise TableRefused(Trouble.UNNAMED, line, text=str(place))
    for name in names:
        if len(name) > MAX_TEXT:
            raise TableRefused(Trouble.LONG, line, text=_short(name), limit=MAX_TEXT)


def _is_figure(text: str) -> bool:
    """Whether it can only be a figure; a year may well be a name."""
    if _YEAR.fullmatch(text):
        return False
    try:
        parse_decimal(text, "en")
    except NotANumber:
        return False
    return True


def _row(line: int, cells: list[str], names: Sequence[str], style: str) -> tuple[str, tuple[Decimal | None, ...]]:
    label, *rest = cells
    if not label:
        raise TableRefused(Trouble.LABEL, line)
    if len(label) > MAX_TEXT:
        raise TableRefused(Trouble.LONG, line, text=_short(label), limit=MAX_TEXT)
    rest += [""] * (len(names) - 1 - len(rest))
    return label, tuple(
        _figure(line, name, text, style) for name, text in zip(names[1:], rest[: len(names) - 1], strict=True)
    )


# ── Figures ──────────────────────────────────────────────────────────────────


def _style(cells: Sequence[str], delimiter: str, language: str) -> str:
    """The language whose decimals the figures are written with."""
    comma, point = (any(shape.search(cell) for cell in cells) for shape in (_DECIMAL_COMMA, _DECIMAL_POINT))
    if comma != point:
        return "fr" if comma else "en"
    return {";": "fr", ",": "en"}.get(delimiter, language)


def _figure(line: int, column: str, text: str, style: str) -> Decimal | None:
    if text.casefold() in _NOTHING:
        return None
    if text[0] in "=@" or (text[0] in "+-" and not any(sign.isdigit() for sign in text[:4])):
        raise TableRefused(Trouble.FORMULA, line, column, _short(text))
    try:
        return parse_decimal(text, style)
    except NotANumber as error:
        trouble = Trouble.AMBIGUOUS if error.code == "ambiguous" else Trouble.NUMBER
        raise TableRefused(trouble, line, column, _short(text)) from None


def _with_units(names: Sequence[str], body: Lines) -> tuple[str, ...]:
    """A unit that all the figures of a column carry goes to its name."""

    def named(place: int) -> str:
        cells = [cells[place] for _, cells in body if place < len(cells) and cells[place].casefold() not in _NOTHING]
        for sign in "%€":
            if cells and sign not in names[place] and all(sign in cell for cell in cells):
                return f"{names[place]} ({sign})"
        return names[place]

    return (names[0], *(named(place) for place in range(1, len(names))))


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def cells_of(table: Table) -> Iterator[Decimal]:
    """All its figures."""
    return (value for _, figures in table.rows for value in figures if value is not None)
