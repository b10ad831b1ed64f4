import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from okr.coach import Level, Statement, judge, language_to_judge_in


class BadLine(ValueError):
    """A line that holds no statement; the message says why."""


class Command(BaseCommand):
    requires_system_checks = ()  # it needs no database
    help = (
        "Judge the wording of objectives and key results: a JSON object a line in, the same with its findings out. "
        "A line that cannot be read is reported and left out; the others are judged all the same, and the exit code is 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            help='JSON lines with "level" (objective or key_result), "text", and perhaps "language" (fr or en) and "id"; '
            "“-” reads standard input",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        bad = 0
        for number, line in enumerate(_lines(options["file"]), 1):
            if not line.strip():
                continue
            try:
                judged = _judged(line)
            except BadLine as why:
                bad += 1
                self.stderr.write(f"Line {number}: {why}")
            else:
                self.stdout.write(_line(judged))
        if bad:
            raise CommandError(f"{bad} {'line was' if bad == 1 else 'lines were'} left out.")


def _lines(name: str) -> Iterator[bytes]:
    if name == "-":
        yield from getattr(sys.stdin, "buffer", None) or io.BytesIO(sys.stdin.read().encode())
        return
    try:
        with Path(name).open("rb") as file:
            yield from file
    except OSError as why:
        raise CommandError(f"{name}: {why.strerror}") from why


def _line(judged: dict[str, Any]) -> str:
    """As people read it; escaped where a text holds half a character, which no encoding can write."""
    line = json.dumps(judged, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:
        return json.dumps(judged)
    return line


def _judged(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadLine("this is not UTF-8.") from None
    except (json.JSONDecodeError, RecursionError):
        raise BadLine("this is not JSON.") from None
    statement = _statement(row)
    with translation.override(language_to_judge_in(statement)):
        findings = [
            {"rule": finding.rule, "message": finding.message, "suggestion": finding.suggestion}
            for finding in judge(statement)
        ]
    return {**row, "findings": findings}


def _statement(row: Any) -> Statement:
    if not isinstance(row, dict):
        raise BadLine("a line is a JSON object.")
    level, text, language = row.get("level"), row.get("text"), row.get("language")
    if not isinstance(level, str) or level not in set(Level):
        raise BadLine(f'"level" is one of {", ".join(Level)}.')
    if not isinstance(text, str):
        raise BadLine('"text" is missing, or no text.')
    if language is not None and not isinstance(language, str):
        raise BadLine('"language" is a code such as "fr".')
    return Statement(Level(level), text, language)
