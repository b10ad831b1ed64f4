"""What a channel is told, and how Slack and Teams want it written.

A channel is read by whoever is in it: nothing private is written there, and no address of a person.
"""

import json
import re
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from orgs.models import Channel

Service = Channel.Service
LINES_AT_MOST = 40
SIGNS_A_LINE = 300
_MAIL = re.compile(r"[^\s@<>(),;:]+@[^\s@<>(),;:]+\.[^\s@<>(),;:]+")
_MARKED = re.compile(r"([\\`*_\[\]~])|^(?=[-+#>])")
_SECTION = 2_800  # signs; Slack takes 3,000
_CARD = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True)
class Message:
    """A heading, lines of plain text, and a page that tells more (`link` is its whole address, `label` says what it is)."""

    title: str
    lines: tuple[str, ...] = ()
    link: str = ""
    label: str = ""

    def as_text(self) -> str:
        """As the outbox keeps it: bounded, without a mail address in it."""
        lines = [_in_short(line) for line in self.lines[:LINES_AT_MOST]]
        return json.dumps(asdict(Message(_in_short(self.title), tuple(lines), self.link, self.label)))

    @classmethod
    def of(cls, text: str) -> "Message":
        kept = json.loads(text)
        return cls(kept["title"], tuple(kept["lines"]), kept["link"], kept["label"])


def service_of(url: str) -> Channel.Service:
    """Which service an address belongs to. What nobody knows by name mostly understands Slack's form (Mattermost…)."""
    host = (urlsplit(url).hostname or "").lower()
    if _is_below(host, "hooks.slack.com") or _is_below(host, "hooks.slack-gov.com"):
        return Service.SLACK
    if _is_below(host, "webhook.office.com") or host == "outlook.office.com":
        return Service.TEAMS_CONNECTOR
    if _is_below(host, "logic.azure.com") or _is_below(host, "api.powerplatform.com"):
        return Service.TEAMS
    return Service.OTHER


def payload(message: Message, service: str) -> dict[str, Any]:
    """The JSON that the service takes."""
    if service == Service.TEAMS:
        return {
            "type": "message",
            "attachments": [{"contentType": _CARD, "contentUrl": None, "content": _adaptive_card(message)}],
        }
    if service == Service.TEAMS_CONNECTOR:
        return _message_card(message)
    return _slack(message)


def _slack(message: Message) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": message.title[:150], "emoji": False}}
    ]
    for part in _parts([_for_slack(line) for line in message.lines]):
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": part, "verbatim": True}})
    if message.link:
        link = f"<{message.link}|{_for_slack(message.label)}>"
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": link}})
    # What is read out in a notification, and by programs that know no blocks.
    text = "\n".join([_for_slack(message.title), *(_for_slack(line) for line in message.lines)])
    return {"text": f"{text}\n{message.link}".strip(), "blocks": blocks}


def _adaptive_card(message: Message) -> dict[str, Any]:
    body: list[dict[str, Any]] = [
        {"type": "TextBlock", "text": _for_teams(message.title), "weight": "Bolder", "size": "Medium", "wrap": True}
    ]
    body += [
        {"type": "TextBlock", "text": _for_teams(line), "wrap": True, "spacing": "Small"} for line in message.lines
    ]
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.2",
        "body": body,
    }
    if message.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": message.label, "url": message.link}]
    return card


def _message_card(message: Message) -> dict[str, Any]:
    card: dict[str, Any] = {
        "@type": "MessageCard",
        "@context": "https://schema.org/extensions",
        "summary": message.title,
        "title": _for_teams(message.title),
        "text": "\n\n".join(_for_teams(line) for line in message.lines) or _for_teams(message.title),
    }
    if message.link:
        targets = [{"os": "default", "uri": message.link}]
        card["potentialAction"] = [{"@type": "OpenUri", "name": message.label, "targets": targets}]
    return card


def _for_slack(text: str) -> str:
    """Slack reads <…> as links and calls to everybody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _for_teams(text: str) -> str:
    """Teams reads Markdown, and <…> as HTML."""
    return _MARKED.sub(r"\\\g<0>", text.replace("&", "&amp;").replace("<", "&lt;"))


def _parts(lines: list[str]) -> list[str]:
    parts = [""]
    for line in lines:
        if len(parts[-1]) + len(line) > _SECTION:
            parts.append("")
        parts[-1] = f"{parts[-1]}\n{line}" if parts[-1] else line
    return [part for part in parts if part]


def _in_short(text: str) -> str:
    line = " ".join(_MAIL.sub("…", text).split(" "))
    line = "".join(sign if sign.isprintable() else " " for sign in line).strip()
    return line if len(line) <= SIGNS_A_LINE else f"{line[: SIGNS_A_LINE - 1].rstrip()}…"


def _is_below(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")
