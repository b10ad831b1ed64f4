"""A CSV file for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


def csv_file(name: str, rows: Iterable[Sequence[str]]) -> HttpResponse:
    """To be downloaded as `name`. The mark at the beginning says that it is UTF-8; no cell is taken for a formula."""
    text = io.StringIO("\ufeff")
    text.seek(0, io.SEEK_END)
    csv.writer(text).writerows([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row] for row in rows)
    return HttpResponse(
        text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
