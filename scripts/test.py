"""make test: everything on SQLite, again on PostgreSQL with Redis, then the browser tests; arguments go to pytest.

A few tests that failed beside hundreds of others are tried once more alone: what passes then is counted as passed, and
named at the end as unsteady. What a machine lacks is listed as skipped with the reason. The last line adds the runs up: `N passed, N failed`.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from scripts import services
from scripts.environment import PYTHON, ROOT, VENV, ensure, say, stop
from scripts.processes import die_with_parent

RESULTS = ROOT / "test-results"
WORKERS = "2"
UNSTEADY = "Unsteady:"
SOME_FAILED = 1  # pytest's exit code
NOTHING_COLLECTED = 5  # the one where a filter leaves nothing in one of the runs
TRIED_AGAIN = 5  # failures of one run at most: more of them are no accident of a busy machine


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    unsteady: int = 0

    def __iadd__(self, other: "Counts") -> "Counts":
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.unsteady += other.unsteady
        return self

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def run(name: str, arguments: list[str], **variables: str) -> Counts:
    """One pytest run. `variables` are added to an environment that names no service."""
    say(f"\n── {name} ──")
    short = name.split(",")[0].lower().replace(" ", "-")
    cache = RESULTS / f"cache-{short}"
    shutil.rmtree(cache, ignore_errors=True)
    code, counts = pytest(short, ["-o", f"cache_dir={cache}", *arguments], variables)
    if code == SOME_FAILED and counts.failed <= TRIED_AGAIN:
        say(f"\n── {name}: what failed, alone ──")
        alone = ["-o", f"cache_dir={cache}", *arguments, "-n", "0", "--last-failed", "--last-failed-no-failures=none"]
        again, second = pytest(f"{short}-alone", alone, variables)
        if again == 0 and second.passed:
            say(f"{UNSTEADY} {', '.join(sorted(names(RESULTS / f'{short}-alone.xml')))}")
            return Counts(counts.passed + counts.failed, 0, counts.skipped, second.passed)
    return counts


def pytest(short: str, arguments: list[str], variables: dict[str, str]) -> tuple[int, Counts]:
    """Its exit code, and what it wrote down."""
    environment = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
    results = RESULTS / f"{short}.xml"
    results.unlink(missing_ok=True)
    parent = os.getpid()
    code = subprocess.run(
        [str(PYTHON), "-m", "pytest", f"--junitxml={results}", *arguments],
        cwd=ROOT,
        env={**environment, **variables},
        check=False,
        preexec_fn=lambda: die_with_parent(parent),
    ).returncode
    counts = read(results)
    if code not in (0, NOTHING_COLLECTED) and not counts.failed:
        counts.failed = 1  # the run itself broke: a collection error, an internal error, an interruption
    return code, counts


def names(results: Path) -> set[str]:
    cases = ElementTree.parse(results).getroot().iter("testcase")
    return {f"{case.get('classname')}::{case.get('name')}" for case in cases}


def read(results: Path) -> Counts:
    if not results.exists():
        return Counts()
    counts = Counts()
    for suite in ElementTree.parse(results).getroot().iter("testsuite"):
        total, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        counts += Counts(passed=total - failed - skipped, failed=failed, skipped=skipped)
    return counts


def main() -> None:
    ensure("dev")
    if not Path(sys.executable).is_relative_to(VENV):
        # The services are found with what the environment has installed.
        os.execv(PYTHON, [str(PYTHON), "-m", "scripts.test", *sys.argv[1:]])
    subprocess.run([PYTHON, "-m", "scripts.translations", "compile"], cwd=ROOT, check=True)
    RESULTS.mkdir(exist_ok=True)
    extra = sys.argv[1:]
    total = Counts()
    with contextlib.ExitStack() as stack:
        postgresql = stack.enter_context(services.postgresql())
        redis = stack.enter_context(services.redis())
        chromium = services.chromium()
        for label, service in (("PostgreSQL", postgresql), ("Redis", redis), ("Chromium", chromium)):
            say(f"{label}: {service.note}")
        parallel = ["-n", WORKERS, "--dist", "worksteal", *extra]

        total += run("SQLite", parallel)

        if postgresql.url and redis.url:
            total += run("PostgreSQL, Redis", parallel, DATABASE_URL=postgresql.url, REDIS_URL=redis.url)
        else:
            missing = {
                f"POLARIS_MISSING_{mark}": service.note
                for mark, service in (("POSTGRES", postgresql), ("REDIS", redis))
                if service.url is None
            }
            found = {
                name: service.url
                for name, service in (("DATABASE_URL", postgresql), ("REDIS_URL", redis))
                if service.url is not None
            }
            # With PostgreSQL alone everything runs on it; without, only what is marked is listed or run.
            only = [] if postgresql.url else ["-m", "postgres or redis"]
            total += run("What is there of PostgreSQL, Redis", [*only, *parallel], **found, **missing)

        if chromium.url:
            total += run("Browser", ["-m", "browser", *extra], POLARIS_BROWSER="1", CHROMIUM_PATH=chromium.url)
        else:
            total += run("Browser", ["-m", "browser", *extra], POLARIS_MISSING_BROWSER=chromium.note)
    if total.unsteady:
        say(f"\n{total.unsteady} of them passed only alone: look for '{UNSTEADY}' above.")
    if not total.passed and not total.failed and not total.skipped:
        stop("No test was run: nothing matches the arguments.")
    say(f"\n{total}")
    sys.exit(1 if total.failed else 0)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
