"""Sheets of a workbook: what people wrote stays text, and columns are as wide as what stands in them.

openpyxl is loaded with the first workbook: a server that makes none does without its memory.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
NARROW, WIDE = 12, 60  # characters
NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cells = Sequence[Any]


def new_book(title: str, creator: str) -> Any:
    """An empty workbook."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    book.properties.title, book.properties.creator = as_text(title), as_text(creator)
    return book


def stored(book: Any) -> bytes:
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def as_text(value: Any) -> Any:
    """Text that a spreadsheet would read as a formula stays text, here and in whatever it is exported to."""
    if not isinstance(value, str):
        return value
    text = NOT_XML.sub("", value)
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text


def add_sheet(book: Any, title: str, head: Cells, rows: Iterable[Cells], widths: Mapping[int, int]) -> None:
    """`widths` of columns (the first is 1) in characters: NARROW without one, and wrapped from WIDE on."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(NOT_IN_A_TITLE.sub(" ", title)[:31].strip(" '"))
    if head:
        sheet.append([as_text(value) for value in head])
        sheet.freeze_panes = "A2"
        for cell in sheet[1]:
            cell.font = Font(bold=True)
    for row in rows:
        sheet.append([as_text(value) for value in row])
    for column in range(1, max(sheet.max_column, 1) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = widths.get(column, NARROW)
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(vertical="top", wrap_text=widths.get(cell.column, NARROW) >= WIDE)
