"""The files of the demo's evidence: a CSV as it comes from a spreadsheet, a report on one page."""

import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from okr.demo.shapes import Fact
from okr.demo.state import Loading
from okr.models import Evidence
from okr.tables import read_table


def attach(evidence: Evidence, fact: Fact, loading: Loading) -> None:
    """Keep the file of a fact, as the action leaves it behind."""
    if not fact.file:
        return
    content = loading.told(fact.csv).encode() if fact.csv else report(tuple(map(loading.told, fact.report)))
    evidence.file = default_storage.save(f"evidence/{loading.org.pk}/{secrets.token_hex(16)}", ContentFile(content))
    evidence.file_name, evidence.file_size = loading.told(fact.file), len(content)
    evidence.table = read_table(content, "fr").as_json() if fact.csv else None


def report(lines: tuple[str, ...]) -> bytes:
    """A PDF of one A4 page: a heading, then lines of text."""
    sizes = [20, *(12 for _ in lines[1:])]
    shown = [f"/F1 {size} Tf {_escaped(line)} Tj 0 -{size + 10} Td" for size, line in zip(sizes, lines, strict=True)]
    drawn = f"BT 64 760 Td {' '.join(shown)} ET".encode("cp1252")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    content, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = len(parts) + 1
    return content + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (end, table, end, len(content))
    )


def _escaped(line: str) -> str:
    for sign in "\\()":
        line = line.replace(sign, f"\\{sign}")
    return f"({line})"
