"""How many web processes the command line or the environment asks for. Standard library only: settings ask it first."""

import shlex
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

SERVERS = ("uvicorn", "gunicorn", "granian")


def asked(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """1 where nothing says otherwise. `--workers` of a web server wins over GUNICORN_CMD_ARGS, where it is gunicorn, and
    that over WEB_CONCURRENCY, as the servers have it."""
    program = Path(arguments[0]) if arguments else Path()
    server = {program.stem, program.parent.name} & set(SERVERS)
    options = list(arguments[1:]) if server else []
    if "gunicorn" in server:
        options = [*_split(environment.get("GUNICORN_CMD_ARGS", "")), *options]
    concurrency = environment.get("WEB_CONCURRENCY", "")
    number = int(concurrency) if concurrency.isdecimal() else 1
    for option, following in pairwise([*options, ""]):  # the last one counts
        name, _, value = option.partition("=")
        if name.startswith("-w") and not value:  # -w4
            name, value = "-w", name[2:]
        if name in ("--workers", "-w") and (value or following).isdecimal():
            number = int(value or following)
    return number


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # the server itself will complain
        return []
