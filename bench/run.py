"""make bench: the budgets of ../docs/architecture.md, measured against a running server with the demo organization.

Ratios and counts travel between machines, absolute times do not. Exit code 1 when a budget is exceeded.
"""

import json
import sys
import tempfile
from pathlib import Path

from bench import browser as chromium
from bench import live, planning, reminders, room, sending
from bench import pages as measured
from bench.http import Browser
from bench.report import Report
from scripts import services
from tests import servers

KB = 1000


def main() -> int:
    report = Report()
    with tempfile.TemporaryDirectory(prefix="polaris-bench-") as folder:
        var = Path(folder) / "var"
        env = servers.environment(var, DEMO="true")
        servers.manage("migrate", "--verbosity=0", env=env)
        servers.manage("load_demo", env=env)
        database = var / "polaris.sqlite3"
        with servers.running_web(var, DEMO="true", DJANGO_SETTINGS_MODULE="bench.settings") as server:
            browser = Browser(server.url)
            browser.sign_in_as("coach")  # who may write everywhere: the heaviest pages
            page_figures(report, browser, database)
            byte_figures(report, browser)
            found = services.chromium()
            if found.url:
                chromium.figures(report, server.url, found.url)
            else:
                print(f"     first paint not measured: {found.note}")
        live.figures(report, Path(folder) / "live")
        room.figures(report, Path(folder) / "room")
        planning.figures(report, Path(folder) / "planning")
        reminders.figures(report, Path(folder) / "reminders")
        sending.figures(report, Path(folder) / "sending")
    Path("var").mkdir(exist_ok=True)
    Path("var/bench.json").write_text(json.dumps(report.rows, indent=1))
    return 1 if report.exceeded else 0


def page_figures(report: Report, browser: Browser, database: Path) -> None:
    touch = measured.touch_version(database)
    print("Pages, in multiples of an empty answer through the same middleware")
    for page in measured.pages(database):
        for state, (seconds, floor) in measured.medians(browser, page, touch).items():
            budget = {
                measured.COLD: page.cold_at_most,
                measured.UNCHANGED: page.unchanged_at_most,
                measured.CONDITIONAL: 2,
            }[state]
            report.add(f"{page.name}, {state}", seconds / floor, budget, " ×")


def byte_figures(report: Report, browser: Browser) -> None:
    print("Bytes, compressed")
    sizes = measured.first_visit(browser, "/o/coursive/strategy/")
    report.add("first visit, all", sum(sizes.values()) / KB, 200, " kB")
    report.add("first visit, css", sizes["css"] / KB, 25, " kB")
    report.add("first visit, js", sizes["js"] / KB, 45, " kB")
    report.add("first visit, fonts", sizes["fonts"] / KB, None, " kB")
    for path in ("strategy/", "tribes/DRV/", ""):
        report.add(f"later page /{path}", browser.get(f"/o/coursive/{path}").wire_bytes / KB, 30, " kB")


if __name__ == "__main__":
    sys.exit(main())
