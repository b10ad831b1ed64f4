"""Read model of Settings ▸ People: who is here, as what, where; and who is invited."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from orgs import handover
from orgs.http import OrgRequest
from orgs.models import AuditEvent, CommitteeSeat, Function, Invitation, Membership, Role, Seat, Tribe
from orgs.moments import moment

PAGE_SIZE = 25
INVITATIONS_SHOWN = 10
INVITATIONS_AT_MOST = 500
SHOWS = ("", "leads", "no-tribe", "ended")


@dataclass(frozen=True, slots=True)
class Filters:
    q: str
    role: str
    tribe: str  # code
    show: str  # one of SHOWS
    all_invitations: bool

    @classmethod
    def of(cls, query: QueryDict) -> "Filters":
        """What the address says; what it cannot mean is left out."""
        role, show = query.get("role", ""), query.get("show", "")
        return cls(
            q=query.get("q", "").replace("\x00", "").strip()[:80],
            role=role if role in Role.values else "",
            tribe=query.get("tribe", "")[:4].upper(),
            show=show if show in SHOWS else "",
            all_invitations=query.get("invitations") == "all",
        )

    @property
    def narrows(self) -> bool:
        return bool(self.q or self.role or self.tribe or self.show)


@dataclass(frozen=True, slots=True)
class SeatLine:
    code: str
    tribe: str
    function: str
    label: str
    is_delegate: bool
    leads: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    member: Membership
    roles: list[str]
    seats: list[SeatLine]
    committees: list[str]
    owned: int
    last: str  # when the person last changed something here, "" where that is not known


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    number: int
    value: str  # of `show`
    current: bool


@dataclass(frozen=True, slots=True)
class InvitationRow:
    invitation: Invitation
    roles: list[str]
    function: str


@dataclass(frozen=True)
class PeoplePage:
    filters: Filters
    people: int
    seats: int
    seats_filled: int
    chips: list[Chip]
    tribes: list[Tribe]
    roles: list[tuple[str, str]]
    page: Page
    rows: list[PersonRow]
    invitations: list[InvitationRow]
    invited: int


def fold(text: str) -> str:
    """Without accents and case, so that "lea" finds Léa."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()


def people_page(request: OrgRequest, filters: Filters) -> PeoplePage:
    tribes = list(Tribe.objects.filter(archived_at=None))
    members = list(Membership.objects.with_people())
    seats = list(
        Seat.objects.filter(tribe__archived_at=None).values_list("membership", "tribe", "function", "is_delegate")
    )
    here = [member for member in members if member.ended_at is None]
    leads = {tribe.lead_id for tribe in tribes}
    seated = {membership for membership, *_rest in seats} | leads
    of_tribe = _members_of(filters.tribe, tribes, seats)
    shown = {
        "": here,
        "leads": [member for member in here if member.pk in leads],
        "no-tribe": [member for member in here if member.pk not in seated],
        "ended": [member for member in members if member.ended_at is not None],
    }
    labels = {
        "leads": _("Leads"),
        "no-tribe": _("In no %(tribe)s") % {"tribe": request.org.tribe_label},
        "ended": _("Left"),
    }
    found = [
        member
        for member in shown[filters.show]
        if _matches(member, filters) and (of_tribe is None or member.pk in of_tribe)
    ]
    found.sort(key=lambda member: (fold(member.name), member.pk))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    active = {member.pk for member in here}
    filled = {
        (tribe, function) for membership, tribe, function, is_delegate in seats if is_delegate and membership in active
    }
    invitations, invited = _invitations(filters)
    return PeoplePage(
        filters=filters,
        people=len(here),
        seats=len(tribes) * len(Function),
        seats_filled=len(filled),
        chips=[
            Chip(label, len(shown[value]), value, filters.show == value)
            for value, label in labels.items()
            if shown[value]
        ],
        tribes=tribes,
        roles=[(role.value, str(role.label)) for role in Role],
        page=page,
        rows=_rows(list(page), tribes, seats),
        invitations=invitations,
        invited=invited,
    )


def _matches(member: Membership, filters: Filters) -> bool:
    if filters.role and filters.role not in member.roles:
        return False
    roles = " ".join(role_labels(member.roles))
    text = fold(f"{member.name} {member.user.email} {member.title} {roles}")
    return all(word in text for word in fold(filters.q).split())


def _members_of(code: str, tribes: list[Tribe], seats: Iterable[tuple]) -> set[int | None] | None:
    """Who sits in the tribe or leads it; None where no tribe is named, or one that does not exist."""
    tribe = next((tribe for tribe in tribes if tribe.code == code), None)
    if tribe is None:
        return None
    return {membership for membership, tribe_id, *_rest in seats if tribe_id == tribe.pk} | {tribe.lead_id}


def role_labels(roles: Iterable[str]) -> list[str]:
    """In the order in which roles are always named."""
    return [str(role.label) for role in Role if role in roles]


def _rows(members: list[Membership], tribes: list[Tribe], seats: list[tuple]) -> list[PersonRow]:
    shown = [member.pk for member in members]
    owned = handover.counts_of(shown)
    acts = AuditEvent.objects.filter(actor__in=shown).order_by().values("actor").annotate(last=Max("at"))
    last = dict(acts.values_list("actor", "last"))
    committees: dict[int, list[str]] = {}
    for seat in CommitteeSeat.objects.filter(membership__in=shown).select_related("committee"):
        name = seat.committee.name
        words = pgettext("on a committee", "%(committee)s, sponsor") % {"committee": name} if seat.is_sponsor else name
        committees.setdefault(seat.membership_id, []).append(words)
    lines = seat_lines(tribes, seats)
    return [
        PersonRow(
            member=member,
            roles=role_labels(member.roles),
            seats=lines.get(member.pk, []),
            committees=committees.get(member.pk, []),
            owned=owned.get(member.pk, 0),
            last=moment(last[member.pk]) if member.pk in last else "",
        )
        for member in members
    ]


def seat_lines(tribes: list[Tribe], seats: Iterable[tuple]) -> dict[int, list[SeatLine]]:
    """By membership, in the order of the tribes: seats, and tribes led without one."""
    by_tribe: dict[int, list[tuple]] = {}
    for membership, tribe_id, function, is_delegate in seats:
        by_tribe.setdefault(tribe_id, []).append((membership, function, is_delegate))
    lines: dict[int, list[SeatLine]] = {}
    for tribe in tribes:
        seated = by_tribe.get(tribe.pk, [])
        for membership, function, is_delegate in seated:
            label = str(Function(function).label)
            leads = tribe.lead_id == membership
            lines.setdefault(membership, []).append(
                SeatLine(tribe.code, tribe.name, function, label, is_delegate, leads)
            )
        if tribe.lead_id and all(membership != tribe.lead_id for membership, *_rest in seated):
            lines.setdefault(tribe.lead_id, []).append(SeatLine(tribe.code, tribe.name, "", "", False, True))
    return lines


def _invitations(filters: Filters) -> tuple[list[InvitationRow], int]:
    pending = Invitation.objects.pending().select_related("tribe", "invited_by__user")
    rows = list(pending.order_by("-sent_at", "-pk")[:INVITATIONS_AT_MOST])
    shown = rows if filters.all_invitations else rows[:INVITATIONS_SHOWN]
    return [
        InvitationRow(row, role_labels(row.roles), str(Function(row.function).label) if row.function else "")
        for row in shown
    ], len(rows)


# ── While inviting ───────────────────────────────────────────────────────────


def seats_after(tribe: Tribe, function: str) -> dict[str, Any]:
    """Which of the four functions the tribe has once the invited sit in it, and the sentence that says so."""
    rows = (
        Seat.objects.filter(tribe=tribe, membership__ended_at=None)
        .order_by()
        .values("function")
        .annotate(n=Count("pk"))
    )
    counts: Mapping[str, int] = dict(rows.values_list("function", "n"))
    offered = Invitation.objects.pending().filter(tribe=tribe).exclude(function="").values_list("function", flat=True)
    filled = set(counts) | set(offered) | ({function} - {""})
    return {"tribe": tribe, "functions": sorted(filled), "open": [str(f.label) for f in Function if f not in filled]}
