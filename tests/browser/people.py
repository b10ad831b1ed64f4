"""Signing in as a persona of the demo, and listening to what goes wrong in the browser meanwhile."""

import re
from typing import Any

from playwright.sync_api import APIRequestContext, Browser, BrowserContext, ConsoleMessage, Page, Response

from tests.servers import AppServer

ASSETS = {"stylesheet", "script", "font", "image", "manifest"}
# An answer of 4xx to a page or form is what a test may be about; what is wrong with an asset is told by its response.
ABOUT_ANSWERS = "Failed to load resource"
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
"""


class Enter:
    """`enter("tribe_lead")` is a page signed in as that persona, "" as nobody; the rest goes to the new context.

    `troubles` gathers errors of scripts, violations of the content security policy and assets that did not come.
    """

    states: dict[tuple[str, str], Any] = {}  # cookies by server and persona: one signing in for the whole run

    def __init__(self, browser: Browser, options: dict[str, Any], server: AppServer) -> None:
        self.browser, self.options, self.server = browser, options, server
        self.contexts: list[BrowserContext] = []
        self.troubles: list[str] = []

    def __call__(self, persona: str, *, language: str = "en", at: AppServer | None = None, **options: Any) -> Page:
        url = (at or self.server).url
        state = self.states.get((url, persona))
        context = self.browser.new_context(**{**self.options, "base_url": url, "storage_state": state, **options})
        self.contexts.append(context)
        context.set_default_timeout(30_000)
        self.listen(context)
        if persona and state is None:
            sign_in(context.request, persona)
            self.states[url, persona] = context.storage_state()
        post(context.request, "/preferences/language/", language=language)
        return context.new_page()

    def leave(self) -> None:
        for context in self.contexts:
            context.close()
        self.contexts.clear()

    def listen(self, context: BrowserContext) -> None:
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self.hear)
        context.on(
            "weberror", lambda error: self.troubles.append(f"{error.page.url if error.page else ''}: {error.error}")
        )
        context.on("response", self.see)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(ABOUT_ANSWERS):
            self.troubles.append(f"{message.page.url if message.page else ''}: {message.text}")

    def see(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type in ASSETS:
            self.troubles.append(f"{response.url}: {response.status}")


def post(request: APIRequestContext, path: str, **fields: str) -> None:
    """What a form of a page would send."""
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', request.get("/accounts/password/reset/").text())
    assert token
    answer = request.post(path, form={"csrfmiddlewaretoken": token[1], "next": "/offline/", **fields})
    assert answer.ok, f"{path}: {answer.status}"


def sign_in(request: APIRequestContext, persona: str) -> None:
    post(request, "/demo/sign-in/", persona=persona)
