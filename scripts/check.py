"""make check: every static check, side by side, with one line each at the end. `make check ARGS="types lint"` runs some.

The settings of all tools are in pyproject.toml.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from scripts.environment import ROOT, VENV, ensure, say, stop

BIN = VENV / "bin"
ROOMS = ("config", "orgs", "okr", "reminders", "reviews", "workshops", "planning")
CODE = (*ROOMS, "scripts", "tests", "bench", "manage.py")


@dataclass(frozen=True)
class Check:
    name: str
    tells: str
    command: list[str]


@dataclass(frozen=True)
class Result:
    check: Check
    passed: bool
    output: str
    seconds: float


def tool(name: str, *arguments: str) -> list[str]:
    return [str(BIN / name), *arguments]


def checks() -> list[Check]:
    python = str(BIN / "python")
    templates = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "templates").rglob("*.html"))]
    # The slowest first: two run at a time.
    return [
        Check("types", "mypy with Django's models understood", tool("mypy")),
        Check("lint", "ruff's rules", tool("ruff", "check", *CODE)),
        Check("format", "ruff's formatter", tool("ruff", "format", "--check", *CODE)),
        Check("layers", "who may import whom", tool("lint-imports")),
        Check("django", "Django's own checks", [python, "manage.py", "check", "--fail-level", "WARNING"]),
        Check(
            "deploy",
            "Django's checks of production settings",
            [python, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        ),
        Check(
            "migrations",
            "models and migrations agree",
            [python, "manage.py", "makemigrations", "--check", "--dry-run"],
        ),
        Check("templates", "every template compiles", [python, "-m", "scripts.templates"]),
        Check("template-format", "djade's rules", tool("djade", "--check", "--target-version", "5.2", *templates)),
        Check("template-lint", "djlint's rules", tool("djlint", "--lint", "--quiet", "templates")),
        Check("translations", "French complete and well set", [python, "-m", "scripts.translations", "check"]),
        Check("dead-code", "vulture", tool("vulture")),
        Check("dependencies", "imports and requirements agree", tool("deptry", ".")),
    ]


# Production settings that satisfy config/settings.py, so that Django's deployment checks look at them.
PRODUCTION = {
    "POLARIS_ENV": "production",
    "SECRET_KEY": "7c1f0b1e5d9a4c2f8e6b3a7d0c5f9e2b4a8d1c6f3e7b0a9d5c2f8e1b6a4d7c0f",
    "ALLOWED_HOSTS": "polaris.example.org",
    "BASE_URL": "https://polaris.example.org",
    "DATABASE_URL": "postgres://polaris@localhost/polaris",
    "REDIS_URL": "redis://localhost:6379/0",
}


def run(check: Check) -> Result:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    if check.name == "deploy":
        environment |= PRODUCTION
    started = time.monotonic()
    result = subprocess.run(
        check.command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Result(check, result.returncode == 0, result.stdout.strip(), time.monotonic() - started)


def main() -> None:
    ensure("dev")
    asked = set(sys.argv[1:])
    chosen = [check for check in checks() if not asked or check.name in asked]
    if unknown := asked - {check.name for check in chosen}:
        stop(f"There is no check named {', '.join(sorted(unknown))}; there are {', '.join(c.name for c in checks())}.")
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        results = list(pool.map(run, chosen))
    for result in results:
        if not result.passed:
            say(f"── {result.check.name}: {result.check.tells} ──\n{result.output}\n")
    for result in results:
        say(
            f"{'ok  ' if result.passed else 'FAIL'} {result.check.name:<16} {result.seconds:5.1f} s  {result.check.tells}"
        )
    failed = sum(not result.passed for result in results)
    say(f"\n{len(results) - failed} checks right, {failed} wrong")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
