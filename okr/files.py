"""Which files may be kept as evidence: by their name and, since names lie, by what they begin with. Pure.

Nothing is unpacked: of an Office file, which is a ZIP archive, only the list of its parts at the end is read.
"""

import io
import re
import struct
import unicodedata
import zipfile
from enum import StrEnum
from typing import BinaryIO

from okr.tables import TableRefused, decode

MAX_NAME = 160
_HEAD = 1024
_MARKUP = re.compile(r"\s*(?:<!doctype|<\?xml|<!--|<(?:html|head|body|svg|script|iframe|style|meta|link|img)\b)", re.I)
_OFFICE = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml", "pptx": "ppt/presentation.xml"}
_MOST_PARTS, _LARGEST_LIST, _MOST_UNPACKED = 10_000, 2_000_000, 1_000_000_000
_TAIL = 65_557  # the end record of a ZIP archive lies within so many bytes of its end


class Refusal(StrEnum):
    """Why a file is not kept; forms translate."""

    TYPE = "type"  # not one of ALLOWED
    CONTENT = "content"  # it is something else than its name says
    MACROS = "macros"
    EMPTY = "empty"


class FileRefused(ValueError):
    def __init__(self, refusal: Refusal, extension: str = "") -> None:
        super().__init__(refusal)
        self.refusal, self.extension = refusal, extension


# Extension → what a browser may be told it is.
IMAGES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp"}
ALLOWED = ("pdf", *IMAGES, "csv", "xlsx", "docx", "pptx", "txt")


def extension_of(name: str) -> str:
    """ "pdf" of "Report.PDF"; "" without one."""
    stem, dot, extension = name.rpartition(".")
    return extension.casefold() if dot and stem else ""


def tidy_name(name: str) -> str:
    """The name as people see it: without folders, control signs and changes of direction; shortened, with its extension."""
    name = name.replace("\\", "/").rpartition("/")[2]
    name = "".join(sign for sign in name if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co"))
    name = " ".join(re.sub(r'[<>:"|?*]', " ", name).split()).strip(". ")
    stem, dot, extension = name.rpartition(".")
    return f"{stem[: MAX_NAME - len(extension) - 1]}.{extension}" if dot else name[:MAX_NAME]


def check_file(name: str, content: BinaryIO) -> str:
    """The extension under which the file is kept. Raises FileRefused. Reads little, and leaves `content` at its start."""
    extension = extension_of(name)
    if extension not in ALLOWED:
        raise FileRefused(Refusal.TYPE, extension)
    content.seek(0)
    head = content.read(_HEAD)
    content.seek(0)
    if not head:
        raise FileRefused(Refusal.EMPTY, extension)
    if extension in _OFFICE:
        _check_office(extension, head, content)
    elif not _fits(extension, head):
        raise FileRefused(Refusal.CONTENT, extension)
    content.seek(0)
    return extension


def _fits(extension: str, head: bytes) -> bool:
    match extension:
        case "pdf":
            return head.startswith(b"%PDF-")
        case "png":
            return head.startswith(b"\x89PNG\r\n\x1a\n")
        case "jpg" | "jpeg":
            return head.startswith(b"\xff\xd8\xff")
        case "webp":
            return head.startswith(b"RIFF") and head[8:12] == b"WEBP"
        case _:
            return _is_plain_text(head)


def _is_plain_text(head: bytes) -> bool:
    """Text, and none that a program would take for a page, a drawing, a script or another kind of file."""
    if head.startswith((b"%PDF-", b"PK\x03\x04", b"#!", b"MZ", b"{\\rtf")):
        return False
    for cut in range(4 if len(head) == _HEAD else 1):  # where the last sign is cut in two
        try:
            return not _MARKUP.match(decode(head[: len(head) - cut]))
        except TableRefused:
            continue
    return False


def _check_office(extension: str, head: bytes, content: BinaryIO) -> None:
    if not head.startswith(b"PK\x03\x04"):
        raise FileRefused(Refusal.CONTENT, extension)
    size = content.seek(0, io.SEEK_END)
    content.seek(max(0, size - _TAIL))
    tail = content.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22 or b"PK\x06\x07" in tail[max(0, end - 20) : end]:  # larger than 4 GB, it says
        raise FileRefused(Refusal.CONTENT, extension)
    parts, length = struct.unpack("<HI", tail[end + 10 : end + 16])
    if parts > _MOST_PARTS or length > _LARGEST_LIST:
        raise FileRefused(Refusal.CONTENT, extension)
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            listed = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error):
        raise FileRefused(Refusal.CONTENT, extension) from None
    names = {part.filename for part in listed}
    if not {"[Content_Types].xml", _OFFICE[extension]} <= names:
        raise FileRefused(Refusal.CONTENT, extension)
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise FileRefused(Refusal.MACROS, extension)
    if sum(part.file_size for part in listed) > _MOST_UNPACKED:
        raise FileRefused(Refusal.CONTENT, extension)
