"""A signed-in browser as thin as possible: one connection kept open, cookies, nothing else."""

import gzip
import http.client
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float
    wire_bytes: int


@dataclass
class Browser:
    url: str
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        sent = {"Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items()), "Accept-Encoding": "gzip"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if method == "POST":
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        self.connection.request(method, path, body or None, sent)
        response = self.connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - started
        for value in response.headers.get_all("Set-Cookie") or []:
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        plain = gzip.decompress(content) if response.headers.get("Content-Encoding") == "gzip" else content
        headers = {name.title(): value for name, value in response.headers.items()}
        return Answer(response.status, headers, plain, seconds, len(content))

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def sign_in_as(self, persona: str) -> None:
        """One click on the demo's sign-in page."""
        page = self.get("/accounts/login/").body.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token, "the sign-in page has no form"
        form = urlencode({"csrfmiddlewaretoken": token[1], "persona": persona})
        answer = self.ask("POST", "/demo/sign-in/", form, Referer=self.url)
        assert answer.status == 302, answer.status
