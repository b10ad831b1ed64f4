"""Whom to ask: who is away or wants to be left alone, and who stands in. Says it; the rooms above act on it."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from orgs.models import Absence, CommitteeSeat, Membership, Organization, Role

STANDS_IN_FOR = "_stands_in_for"


def today_of(org: Organization) -> dt.date:
    """In the organization's time zone."""
    return timezone.now().astimezone(org.zone).date()


def whom_to_ask(
    members: Iterable[Membership], day: dt.date, *, nobody_is_away: bool = False
) -> dict[Membership, Membership | None]:
    """By member, who is asked on `day` in their place: themself, else whoever stands in for them, and for those.

    None where nobody is: the person has paused or left, or is away and nobody stands in who is there. Somebody away whose
    substitute is away too leads on to the next, nobody twice. One query, within one organization; `members` need `user`
    loaded, and whoever is answered has it. No query for who knows that `nobody_is_away`.
    """
    away = {} if nobody_is_away else _away_on(day)
    return {member: _asked(member, away, day) for member in members}


def stands_in_for(member: Membership, day: dt.date) -> dict[int, Absence]:
    """Whose place the member takes on `day`, today: by membership id, the absence, `member.user` loaded. One query, kept
    with the member for the rest of the request; none where the door already knows that nobody named them."""
    if not getattr(member, "is_named_substitute", True):
        return {}
    kept: dict[dt.date, dict[int, Absence]] = member.__dict__.setdefault(STANDS_IN_FOR, {})
    if day not in kept:
        away = _away_on(day)
        reached = {pk: _follow(absence, away) for pk, absence in away.items() if pk != member.pk}
        kept[day] = {pk: away[pk] for pk, who in reached.items() if who is not None and who.pk == member.pk}
    return kept[day]


def gets_digest(member: Membership, *, is_seated: bool) -> bool:
    """Whether the weekly digest goes to them: as they chose, else to sponsors and who sits in a CoDir, by role or seat."""
    if member.weekly_digest is not None:
        return member.weekly_digest
    return is_seated or member.has_role(Role.SPONSOR, Role.CODIR)


def is_seated(member: Membership) -> bool:
    """One query."""
    return bool(CommitteeSeat.objects.filter(membership=member).exists())


def _away_on(day: dt.date) -> dict[int, Absence]:
    rows = Absence.objects.on(day).select_related("member__user", "substitute__user").order_by("-starts_on", "-pk")
    return {absence.member_id: absence for absence in rows}


def _asked(member: Membership, away: dict[int, Absence], day: dt.date) -> Membership | None:
    if not _is_here(member):
        return None
    reached = _follow(away[member.pk], away) if member.pk in away else member
    return None if reached is None or _has_paused(reached, day) else reached


def _follow(absence: Absence, away: dict[int, Absence]) -> Membership | None:
    """Who takes the place, after as many steps as there are people away; None where it leads nowhere, or in a circle."""
    seen = {absence.member_id}
    who = absence.substitute
    while who is not None and _is_here(who) and who.pk in away:
        if who.pk in seen:
            return None
        seen.add(who.pk)
        who = away[who.pk].substitute
    return who if who is not None and _is_here(who) else None


def _is_here(member: Membership) -> bool:
    return member.ended_at is None and member.user.is_active


def _has_paused(member: Membership, day: dt.date) -> bool:
    return member.paused_until is not None and day <= member.paused_until
