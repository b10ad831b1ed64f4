"""What a person with a slow computer feels: Chromium with its processor slowed four times."""

import os
from typing import Protocol

from playwright.sync_api import Page, sync_playwright

SLOWER = 4
OBSERVE = """
window.__shift = 0; window.__longest = 0;
new PerformanceObserver(list => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value; }).observe({type: "layout-shift", buffered: true});
new PerformanceObserver(list => { for (const entry of list.getEntries()) window.__longest = Math.max(window.__longest, entry.duration); }).observe({type: "event", durationThreshold: 16, buffered: true});
"""


class Report(Protocol):
    def add(self, what: str, figure: float, budget: float | None, unit: str = "") -> None: ...


def figures(report: Report, url: str, executable: str) -> None:
    arguments = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    print("Chromium, processor slowed four times")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=arguments)
        page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.add_init_script(OBSERVE)
        page.goto(f"{url}/accounts/login/")
        page.locator("button[name=persona][value=sponsor]").click()
        page.wait_for_url("**/o/coursive/**")
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        for path in ("strategy/", "tribes/DRV/", ""):
            page.goto(f"{url}/o/coursive/{path}", wait_until="networkidle")
            _paint(report, page, path)
        page.goto(f"{url}/o/coursive/strategy/", wait_until="networkidle")
        page.locator("tr.kr button.toggle, tr.kr a.toggle").first.click()
        page.locator("tr.drill").first.wait_for()
        page.wait_for_timeout(500)
        report.add("/strategy/ open a branch: interaction to paint", page.evaluate("window.__longest"), 200, " ms")
        chromium.close()


def _paint(report: Report, page: Page, path: str) -> None:
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
    report.add(f"/{path} first contentful paint", paint, 1000, " ms")
    report.add(f"/{path} layout shift", page.evaluate("window.__shift"), 0.02)
