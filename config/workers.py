"""How many web processes the command line or the environment asks for. Standard library only: settings ask it first."""

from collections.abc import Mapping, Sequence
from pathlib import Path

SERVERS = ("uvicorn", "gunicorn", "granian")


def asked(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """1 where nothing says otherwise. `--workers` of a web server wins over WEB_CONCURRENCY, as the servers have it."""
    program = Path(arguments[0]) if arguments else Path()
    if {program.stem, program.parent.name} & set(SERVERS):
        for option, value in zip(arguments, [*arguments[1:], ""], strict=True):
            name, _, joined = option.partition("=")
            if name in ("--workers", "-w") and (joined or value).isdecimal():
                return int(joined or value)
    concurrency = environment.get("WEB_CONCURRENCY", "")
    return int(concurrency) if concurrency.isdecimal() else 1
