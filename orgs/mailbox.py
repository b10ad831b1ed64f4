"""Mail of an embedded instance: each message becomes a file under EMAIL_FILE_PATH, and the mailbox page reads them back.

A message's file is named by its Message-ID: what is sent a second time, because nobody wrote down that it had left, takes
the place of the first, as in a mail program. It appears whole or not at all.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage as Parsed
from email.parser import BytesHeaderParser, BytesParser
from email.policy import default
from email.utils import getaddresses
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

ENDING = ".log"
SHOWN_AT_MOST = 1_000  # the newest; older ones stay in their folder
LONGEST_HEAD = 16_384  # bytes of a file within which its headers are
_FIT = re.compile(r"[0-9A-Za-z-]{1,64}")


class FolderBackend(BaseEmailBackend):
    """Django's delivery backend for instances without a mail server."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        folder = _folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in messages:
            whole = message.message()
            name = hashlib.sha256(str(whole["Message-ID"]).encode()).hexdigest()[:32]
            part = folder / f"{name}.{os.getpid()}.part"
            part.write_bytes(whole.as_bytes())
            part.replace(folder / f"{name}{ENDING}")
        return len(messages)


@dataclass(frozen=True, slots=True)
class Head:
    """What a list tells of a mail."""

    key: str  # names it in addresses
    at: datetime
    to: tuple[str, ...]  # addresses, in lower case
    sender: str
    subject: str


@dataclass(frozen=True, slots=True)
class Attached:
    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    head: Head
    text: str
    html: str  # "" where it has none
    files: tuple[Attached, ...]


def heads() -> list[Head]:
    """The newest mails, newest first, at most SHOWN_AT_MOST."""
    found = []
    for entry in _entries():
        try:
            found.append((entry.stat().st_mtime_ns, entry.name))
        except FileNotFoundError:
            continue
    found.sort(reverse=True)
    return [_head(str(_folder()), name, changed) for changed, name in found[:SHOWN_AT_MOST]]


def mail(key: str) -> Mail | None:
    """The mail of that key, None where there is none."""
    if not _FIT.fullmatch(key):
        return None
    path = _folder() / f"{key}{ENDING}"
    try:
        changed, content = path.stat().st_mtime_ns, path.read_bytes()
    except FileNotFoundError:
        return None
    parsed = BytesParser(policy=default).parsebytes(content)
    assert isinstance(parsed, Parsed)
    return Mail(
        head=_head(str(_folder()), path.name, changed),
        text=_content(parsed, "plain"),
        html=_content(parsed, "html"),
        files=tuple(
            Attached(
                name=part.get_filename() or "",
                type=part.get_content_type(),
                content=part.get_payload(decode=True) or b"",  # type: ignore[arg-type]
            )
            for part in parsed.iter_attachments()
            if isinstance(part, Parsed)
        ),
    )


def _folder() -> Path:
    return Path(settings.EMAIL_FILE_PATH)


def _entries() -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(_folder()) as entries:
            for entry in entries:
                if entry.name.endswith(ENDING) and _FIT.fullmatch(entry.name.removesuffix(ENDING)):
                    yield entry
    except FileNotFoundError:  # nothing was ever sent
        return


@lru_cache(maxsize=2 * SHOWN_AT_MOST)
def _head(folder: str, name: str, changed: int) -> Head:
    """Of the file as it was at `changed` (nanoseconds)."""
    with open(Path(folder, name), "rb") as file:
        parsed = BytesHeaderParser(policy=default).parsebytes(file.read(LONGEST_HEAD))
    return Head(
        key=name.removesuffix(ENDING),
        at=datetime.fromtimestamp(changed / 1e9, UTC),
        to=tuple(address.lower() for _name, address in getaddresses([str(parsed.get("To", ""))])),
        sender=str(parsed.get("From", "")),
        subject=str(parsed.get("Subject", "")),
    )


def _content(parsed: Parsed, kind: str) -> str:
    part = parsed.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
