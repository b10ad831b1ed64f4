"""Other ways to look at a room: the wall that everybody reads from afar, and what a participant sees, for who leads.

A machine in the room without anybody's account is paired by a code of six digits that whoever leads reads to it, as a
television is. It then shows the wall of that workshop, and nothing else, until the evening, or until who leads ends it.
"""

import datetime as dt
import hmac
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from orgs.models import Membership, Organization
from orgs.permissions import Permission, can
from workshops.models import PairedScreen, Participant, Workshop

WALL, PREVIEW = "wall", "participant"  # as workshops.live's addresses ask for them
SALT = "workshops.screen"
CODE_FOR = 600  # seconds that a code is shown; it is taken for as long again
SCREEN_FOR = 12 * 3600  # seconds
# As browsers and systems name themselves, the more particular first.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {
    "Windows": "Windows", "iPad": "iPad", "iPhone": "iPhone", "Android": "Android", "CrOS": "ChromeOS",
    "Mac OS": "macOS", "Linux": "Linux",
}  # fmt: skip


# ── The code ─────────────────────────────────────────────────────────────────


def code_of(workshop: Workshop, ago: int = 0) -> str:
    """Six digits, others every ten minutes; `ago` is how many of these have passed."""
    window = int(time.time()) // CODE_FOR - ago
    number = int(salted_hmac(SALT, f"{workshop.code}:{window}", algorithm="sha256").hexdigest(), 16)
    return f"{number % 1_000_000:06}"


def is_code_of(workshop: Workshop, text: str) -> bool:
    digits = "".join(character for character in text if character.isascii() and character.isdigit())
    return any(hmac.compare_digest(digits, code_of(workshop, ago)) for ago in (0, 1))


# ── The screen ───────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Screen:
    """A paired machine. `token` is what its cookie holds."""

    token: str
    workshop: int
    org: int
    key: str


def cookie_name(code: str) -> str:
    return f"screen_{code}"


def token_of(screen: PairedScreen) -> str:
    """The cookie of a machine that is paired now."""
    return signing.dumps([screen.workshop_id, screen.org_id, screen.key], salt=SALT)


def machine_of(agent: str) -> str:
    """What to call a machine by what its browser says of itself: "Firefox, Windows"; "" where that says nothing."""
    found = (next((name for word, name in known.items() if word in agent), "") for known in (BROWSERS, SYSTEMS))
    return ", ".join(name for name in found if name)


def paired(workshop: Workshop) -> QuerySet[PairedScreen]:
    """The machines that may show its wall now."""
    since = timezone.now() - dt.timedelta(seconds=SCREEN_FOR)
    return PairedScreen.objects.filter(workshop=workshop, ended_at=None, paired_at__gt=since)


def paired_keys(workshop: Workshop) -> frozenset[str]:
    return frozenset(paired(workshop).values_list("key", flat=True))


def screen_of(token: str) -> Screen | None:
    """None for a token that is not ours, or has run out."""
    try:
        workshop, org, key = signing.loads(token, salt=SALT, max_age=SCREEN_FOR)
    except signing.BadSignature:
        return None
    return Screen(token, workshop, org, key)


def screen_at(code: str, cookies: Mapping[str, str]) -> Screen | None:
    return screen_of(cookies.get(cookie_name(code), ""))


def screen_door(request: Any, slug: str, kwargs: dict[str, Any]) -> Organization | None:
    """For orgs.middleware: the organization of a paired machine that asks for its wall."""
    request.screen = screen_at(str(kwargs.get("code", "")), request.COOKIES)
    if request.screen is None:
        return None
    return Organization.objects.filter(pk=request.screen.org, slug=slug).first()


def shows(
    workshop: Workshop,
    member: Membership | None,
    participant: Participant | None,
    token: int | str | None,
    keys: Collection[str],
) -> bool:
    """Whether somebody may put the wall up: members who take part, whoever may lead workshops here, and paired machines
    (whose `keys` are these)."""
    if member is not None:
        return participant is not None or can(member, Permission.LEAD_WORKSHOPS, workshop)
    screen = screen_of(token) if isinstance(token, str) else None
    return screen is not None and screen.workshop == workshop.pk and screen.key in keys
