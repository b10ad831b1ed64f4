"""Telling people what the meeting decided on their key results, and what is theirs once the quarter is published.

Each person gets one message a closing, in their language: a meeting that is closed again after it went on has decided anew,
and what has not left by then stays.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr import numbers
from okr.language import language
from okr.models import KeyResult
from okr.readings import Clock
from okr.rows import span_of
from orgs import outbox
from orgs.actions.audit import Actor
from orgs.actions.notifications import notify, take_back
from orgs.models import Membership, Notification, OutboxMail, Seat, Tribe
from planning.board import DEFER, DROP, KEEP, MERGE
from planning.codes import code_of
from planning.models import Decision, Planning, Presented
from planning.rulings import number_of

DECIDED, PUBLISHED = "planning_decided", "planning_published"  # in the outbox


@dataclass(frozen=True, slots=True)
class Line:
    code: str  # “FID 04”
    title: str
    url: str
    reason: str = ""
    into: str = ""  # code and text of what it was merged into


@dataclass(slots=True)
class OfTribe:
    """What a message says of one tribe's key results, by outcome."""

    tribe: Tribe
    lines: dict[str, list[Line]] = field(default_factory=lambda: {one: [] for one in (KEEP, DEFER, MERGE, DROP)})

    @property
    def presented(self) -> int:
        return sum(map(len, self.lines.values()))

    @property
    def in_short(self) -> str:
        """ "4 kept, 2 dropped"."""
        return ", ".join(number_of(one, len(lines)) for one, lines in self.lines.items() if lines)


# ── The close ────────────────────────────────────────────────────────────────


def tell_decided(planning: Planning, *, by: Actor) -> None:
    """Mail and inbox of each tribe's lead and seats. Within the transaction that closes the meeting."""
    parts = _decided(planning)
    people = _people_of(parts)
    for member, tribes in people.items():
        mine = [parts[pk] for pk in tribes]
        with translation.override(member.user.language or member.org.language):
            _mail_decided(planning, member, mine)
        with translation.override(member.org.language):
            names = ", ".join(part.tribe.name for part in mine)
            excerpt = "; ".join(part.in_short for part in mine)
            about = f"{planning.quarter}, {names}"
        path = f"planning/{planning.quarter.slug}/decisions/"
        notify(member, Notification.Kind.DECIDED, by.membership, about, excerpt, path, _key(DECIDED, planning))


def take_back_decided(planning: Planning) -> None:
    """The meeting goes on: what has not left yet no longer holds. Call it while `closed_at` still names the closing."""
    waiting = OutboxMail.objects.filter(kind=DECIDED, period=_key(DECIDED, planning), sent_at=None)
    for recipient in list(waiting.values_list("recipient", flat=True)):
        outbox.withdraw(recipient, DECIDED, _key(DECIDED, planning))
    take_back([_key(DECIDED, planning)])


def _decided(planning: Planning) -> dict[int, OfTribe]:
    """By tribe (id), in the order of the board. The lines' addresses lack the site's."""
    seen = {row.key_result_id: row for row in Presented.objects.filter(planning=planning)}
    rows = Decision.objects.filter(planning=planning, stands=True).select_related(
        "key_result__objective__tribe", "into__objective__tribe"
    )
    rows = rows.order_by(
        "key_result__objective__tribe__position",
        "key_result__objective__tribe_id",
        "key_result__objective__position",
        "key_result__position",
        "pk",
    )
    parts: dict[int, OfTribe] = {}
    for row in rows:
        tribe = row.key_result.objective.tribe
        if tribe is None or row.outcome not in (KEEP, DEFER, MERGE, DROP):
            continue
        part = parts.setdefault(tribe.pk, OfTribe(tribe))
        into = f"{_code(row.into, seen)} {row.into.title}" if row.into else ""
        part.lines[row.outcome].append(
            Line(_code(row.key_result, seen), row.key_result.title, _page(planning, row.key_result), row.reason, into)
        )
    return parts


def _people_of(parts: Mapping[int, OfTribe]) -> dict[Membership, list[int]]:
    """Leads and seats of these tribes who are here, each with the tribes that concern them."""
    tribes: defaultdict[int, list[int]] = defaultdict(list)
    seats = Seat.objects.filter(tribe__in=parts).order_by("pk").values_list("membership_id", "tribe_id")
    leads = [(part.tribe.lead_id, pk) for pk, part in parts.items() if part.tribe.lead_id]
    for member, tribe in [*leads, *seats]:
        if tribe not in tribes[member]:
            tribes[member].append(tribe)
    return {row: tribes[row.pk] for row in _members(tribes)}


def _mail_decided(planning: Planning, member: Membership, parts: list[OfTribe]) -> None:
    slug, quarter = member.org.slug, planning.quarter.slug
    context = {
        "planning": planning,
        "org": member.org,
        "parts": parts,
        "leads": any(part.tribe.lead_id == member.pk for part in parts),
        "base": settings.BASE_URL,
        "results": f"{settings.BASE_URL}{reverse('planning_results', args=[slug, quarter])}",
        "refinement": f"{settings.BASE_URL}{reverse('planning_refinement', args=[slug, quarter])}",
    }
    names = ", ".join(part.tribe.name for part in parts)
    subject = _("%(quarter)s: what the CoDir decided for %(tribes)s") % {"quarter": planning, "tribes": names}
    text = render_to_string("planning/email/decided.txt", context)
    outbox.post(member.user.email, DECIDED, _key(DECIDED, planning), subject, text)


# ── Publication ──────────────────────────────────────────────────────────────


def tell_published(planning: Planning, rows: Iterable[KeyResult], *, by: Actor) -> None:
    """Mail and inbox of each owner with their own key results, and of each lead with the tribe's."""
    seen = {row.key_result_id: row for row in Presented.objects.filter(planning=planning)}
    mine: defaultdict[int, list[KeyResult]] = defaultdict(list)
    for row in rows:
        tribe = row.objective.tribe
        for person in dict.fromkeys([row.owner_id, tribe.lead_id if tribe else None]):
            if person is not None:
                mine[person].append(row)
    for member in _members(mine):
        with translation.override(member.user.language or member.org.language):
            _mail_published(planning, member, mine[member.pk], seen)
        with translation.override(member.org.language):
            number = len(mine[member.pk])
            excerpt = ngettext("%(n)s key result of yours", "%(n)s key results of yours", number) % {"n": number}
            about = str(planning)
        path = f"planning/{planning.quarter.slug}/refinement/"
        notify(member, Notification.Kind.PUBLISHED, by.membership, about, excerpt, path, _key(PUBLISHED, planning))


def _mail_published(
    planning: Planning, member: Membership, rows: list[KeyResult], seen: Mapping[int, Presented]
) -> None:
    clock = Clock.of(member.org)
    lines = []
    for row in rows:
        start, _now, target = span_of(row, clock)
        span = f"{start} → {target}" if start and target else target
        due = numbers.format_date(row.next_due_on, language(), "weekday") if row.next_due_on else ""
        lines.append(
            {
                "code": _code(row, seen),
                "title": row.title,
                "span": span,
                "due": due,
                "url": f"{settings.BASE_URL}{_page(planning, row)}",
                "owner": row.owner.name if row.owner and row.owner_id != member.pk else "",
            }
        )
    context = {"planning": planning, "org": member.org, "lines": lines}
    subject = _("%(quarter)s is published: your key results") % {"quarter": planning}
    text = render_to_string("planning/email/published.txt", context)
    outbox.post(member.user.email, PUBLISHED, _key(PUBLISHED, planning), subject, text)


# ── Underneath ───────────────────────────────────────────────────────────────


def _members(ids: Iterable[int]) -> list[Membership]:
    rows = Membership.objects.active().filter(Q(pk__in=list(ids)), user__is_active=True)
    return list(rows.select_related("user", "org").order_by("pk"))


def _key(kind: str, planning: Planning) -> str:
    """Names one closing, or one publication."""
    at: Any = planning.closed_at if kind == DECIDED else planning.published_at
    return f"{kind}:{planning.quarter.slug}:{at:%Y%m%dT%H%M%S%f}"


def _code(row: KeyResult, seen: Mapping[int, Presented]) -> str:
    found = seen.get(row.pk)
    return code_of(row, found.number if found else None)


def _page(planning: Planning, row: KeyResult) -> str:
    return reverse("key_result", args=[planning.org.slug, row.pk])
