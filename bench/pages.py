"""Page ÷ floor, queries and bytes of each page, on the demo organization."""

import re
import sqlite3
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.http import Answer, Browser

ROUNDS = 25
COLD, UNCHANGED, CONDITIONAL = "cold", "unchanged", "304"


@dataclass(frozen=True)
class Page:
    name: str
    path: str
    cold_at_most: float
    unchanged_at_most: float | None = None


def pages(database: Path) -> list[Page]:
    with sqlite3.connect(database) as connection:
        org = connection.execute("SELECT id FROM orgs_organization WHERE slug = 'coursive'").fetchone()[0]
        key_result, objective = connection.execute(
            "SELECT k.id, o.id FROM okr_keyresult k JOIN okr_objective o ON o.id = k.objective_id "
            "WHERE k.org_id = ? AND o.level = 'strategic' ORDER BY o.position, k.position DESC",
            [org],
        ).fetchone()
        year = connection.execute("SELECT number FROM okr_year WHERE org_id = ? AND state = 'open'", [org]).fetchone()[
            0
        ]
    at = "/o/coursive"
    return [
        Page("strategy", f"{at}/strategy/", 10, 2.5),
        Page("strategy, one branch open", f"{at}/strategy/?open={key_result}", 15),
        Page("strategy, written", f"{at}/strategy/{year}/write/", 15),
        Page("coverage", f"{at}/strategy/{year}/coverage/", 8),
        Page("moved", f"{at}/strategy/{year}/moved/", 8),
        Page("objective", f"{at}/objectives/{objective}/", 8),
        Page("key result", f"{at}/key-results/{key_result}/", 8),
        Page("tribes", f"{at}/tribes/", 8),
        Page("tribe", f"{at}/tribes/DRV/", 15),
        Page("tribe, initiatives", f"{at}/tribes/DRV/?view=initiatives", 15),
        Page("search", f"{at}/search/?q=retrait", 15),
        Page("home", f"{at}/", 8),
    ]


def medians(browser: Browser, page: Page, touch: Callable[[], None]) -> dict[str, tuple[float, float]]:
    """Seconds (page, floor) by state, measured in turn so that the machine's moods meet both alike."""
    etag = browser.get(page.path).headers.get("Etag", "")
    states: dict[str, Callable[[], Answer]] = {
        COLD: lambda: (touch(), browser.get(page.path))[1],  # type: ignore[func-returns-value]
        UNCHANGED: lambda: browser.get(page.path),
    }
    if etag:
        states[CONDITIONAL] = lambda: browser.get(page.path, If_None_Match=browser.get(page.path).headers["Etag"])
    result = {}
    for state, ask in states.items():
        ask()
        taken, floors = [], []
        for _ in range(ROUNDS):
            floors.append(browser.get("/o/coursive/floor/").seconds)
            answer = ask()
            assert answer.status == (304 if state == CONDITIONAL else 200), (page.name, state, answer.status)
            taken.append(answer.seconds)
        result[state] = (statistics.median(taken), statistics.median(floors))
    return result


def first_visit(browser: Browser, path: str) -> dict[str, int]:
    """Compressed bytes of a page and of all that it loads, by kind."""
    page = browser.get(path)
    html = page.body.decode()
    found = re.findall(r'(?:href|src)="(/static/[^"#]+)', html)
    for sheet in [address for address in found if ".css" in address]:
        text = browser.get(sheet).body.decode()
        found += [
            str(Path(sheet).parent / address)
            for address in re.findall(r'url\("?([^")]+\.woff2)', text)
            if "latin-ext" not in address
        ]
    sizes = {"page": page.wire_bytes, "css": 0, "js": 0, "fonts": 0, "images": 0}
    kinds = {".css": "css", ".js": "js", ".woff2": "fonts", ".svg": "images"}
    for address in {_normal(address) for address in found}:
        answer = browser.get(address)
        assert answer.status == 200, address
        sizes[kinds[Path(address).suffix]] += answer.wire_bytes
    return sizes


def _normal(address: str) -> str:
    parts: list[str] = []
    for part in address.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def touch_version(database: Path) -> Callable[[], None]:
    """What any change in the organization does to the pages kept under its version."""
    connection = sqlite3.connect(database, isolation_level=None, timeout=20)

    def touch() -> None:
        connection.execute("UPDATE orgs_organization SET version = version + 1 WHERE slug = 'coursive'")

    return touch
