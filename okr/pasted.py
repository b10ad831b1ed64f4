"""Rows pasted from a spreadsheet, or a list of lines: which column is what.

Pure: texts in, texts out. Columns are found by a header in English or French, else by what they hold.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

MOST_ROWS, MOST_COLUMNS = 100, 50
COLUMNS = ("title", "start", "target", "unit", "owner", "metric", "source")
_HEADERS = {
    "title": ("key result", "key results", "title", "kr", "resultat cle", "resultats cles", "titre", "intitule",
              "objectif chiffre", "libelle"),
    "start": ("start", "from", "baseline", "begin", "depart", "debut", "de", "valeur de depart", "point de depart"),
    "target": ("target", "to", "goal", "end", "cible", "a", "valeur cible", "arrivee", "objectif"),
    "unit": ("unit", "unite"),
    "owner": ("owner", "who", "responsible", "lead", "responsable", "porteur", "porteuse", "pilote", "qui"),
    "metric": ("metric", "measure", "indicator", "indicateur", "mesure", "metrique"),
    "source": ("source", "data source", "data", "source de donnees", "donnees", "source des donnees"),
}  # fmt: skip
_NAMES = {name: column for column, names in _HEADERS.items() for name in names}
_FIGURE = re.compile(r"[^\w]{0,3}[€$£]?\s*[-−+]?\d[\d.,\s\u00a0\u202f]*\s*(?:[^\d\s].{0,15})?")
_UNIT_WRITTEN = re.compile(
    r"[%€$£]|(?<![^\W\d_])(?!(?:mds|md|m|bn|k)\b)[^\W\d_]+", re.IGNORECASE
)  # not a scale: "1.2M"
_UNITS = frozenset(("%", "€", "$", "£", "k€", "m€", "pt", "pts", "points", "j", "jours", "days", "min", "h"))
_BULLET = re.compile(r"^\s*(?:[-–—•*▪◦]|\(?(?:\d{1,2}|KR\s?\d{1,2})[.):])\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pasted:
    rows: list[dict[str, str]]  # by name of COLUMNS, only what was there
    left_out: int  # rows beyond MOST_ROWS


def read_pasted(text: str, people: Iterable[str] = ()) -> Pasted:
    """`people` are names by which an owner's column is known."""
    table = _table(text)
    if not table:
        return Pasted([], 0)
    columns = _from_header(table[0])
    if columns:
        table = table[1:]
    else:
        columns = _from_content(table, {plain(name) for name in people})
    rows = [{name: row[place] for place, name in columns.items() if place < len(row) and row[place]} for row in table]
    if "title" in columns.values():
        for row in rows:
            if "title" in row:
                row["title"] = _BULLET.sub("", row["title"])
    rows = [row for row in rows if row]
    return Pasted(rows[:MOST_ROWS], max(len(rows) - MOST_ROWS, 0))


def plain(text: str) -> str:
    """Without accents, capitals and punctuation: how headers and names are compared."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter if letter.isalnum() else " " for letter in letters if not unicodedata.combining(letter))
    return " ".join(kept.split())


def _table(text: str) -> list[list[str]]:
    text = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    if "\t" in text:
        # A spreadsheet quotes a cell that holds a line break.
        read = csv.reader(text.split("\n") if '"' not in text else text.splitlines(keepends=True), delimiter="\t")
        found = [[" ".join(value.split()) for value in row[:MOST_COLUMNS]] for row in read]
    else:
        found = [[" ".join(line.split())] for line in text.split("\n")]
    return [row for row in found if any(row)]


def _from_header(first: Sequence[str]) -> dict[int, str]:
    """Place of each column whose name is known; {} unless the first row is a header."""
    columns: dict[int, str] = {}
    for place, value in enumerate(first):
        name = _NAMES.get(plain(value))
        if name and name not in columns.values():
            columns[place] = name
    is_header = "title" in columns.values() or len(columns) > 1
    return columns if (is_header and len(first) > 1) or (first and plain(first[0]) in _HEADERS["title"]) else {}


def _from_content(table: list[list[str]], people: set[str]) -> dict[int, str]:
    """The longest words are the title; figures are start and target in their order; the rest by what it holds."""
    width = max(map(len, table))
    if width == 1:
        return {0: "title"}
    held = [[row[place] for row in table if place < len(row) and row[place]] for place in range(width)]
    figures = [place for place in range(width) if held[place] and _share(held[place], _is_figure) >= 0.6]
    words = [place for place in range(width) if held[place] and place not in figures]
    if not words:
        return dict(zip(figures, ("start", "target"), strict=False))
    title = max(words, key=lambda place: (sum(map(len, held[place])) / len(held[place]), -place))
    columns = {title: "title"}
    # One figure alone is where it should end.
    names = ("start", "target") if len(figures) > 1 else ("target",)
    columns |= dict(zip(figures, names, strict=False))
    rest = [place for place in words if place != title]
    # Figures that say their unit themselves ("81 %", "1.5 M€") leave no column for it.
    are_bare = not any(_UNIT_WRITTEN.search(value) for place in figures for value in held[place])
    for place in rest:
        if "owner" not in columns.values() and _share(held[place], lambda value: plain(value) in people) >= 0.5:
            columns[place] = "owner"
        elif "unit" not in columns.values() and (
            _share(held[place], lambda value: value.casefold() in _UNITS) == 1
            or (are_bare and max(map(len, held[place])) <= 8)
        ):
            columns[place] = "unit"
    for place in rest:
        free = [name for name in ("source", "metric") if name not in columns.values()]
        if place not in columns and free:
            columns[place] = free[0]
    return columns


def _share(values: list[str], fits: Callable[[str], bool]) -> float:
    return sum(bool(fits(value)) for value in values) / len(values)


def _is_figure(value: str) -> bool:
    return bool(_FIGURE.fullmatch(value)) and len(value) <= 32
