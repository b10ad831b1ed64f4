"""Within an act that has checked who asks and for what: votes are counted, decisions stand, stages follow."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from okr.actions.staging import set_stages
from okr.models import KeyResult
from orgs.actions.audit import Actor
from orgs.actions.editing import Change
from orgs.models import Membership
from orgs.rules import RuleBroken
from planning.actions.rows import STAGES, Rows, regions_of, standing_decisions
from planning.actions.session import AGENDA, AGREED, ALIKE, COVERAGE, DECK, STAGE, tell
from planning.actions.wishes import NeedsSure, Taken, Wish, check_merges, is_so
from planning.board import OPEN, majority
from planning.models import Ballot, Decision, Planning, Voter

VERBS = {"keep": "kept", "defer": "deferred", "merge": "merged_into", "drop": "dropped", "open": "reconsidered"}


@dataclass(frozen=True)
class Chosen:
    """What becomes of a key result. Where the majority decided: by how many of how many, and whose vote brought it about
    (None: whoever acts)."""

    pk: int
    wish: Wish
    in_favour: int | None = None
    present: int | None = None
    voter: Membership | None = None


# ── Majorities ───────────────────────────────────────────────────────────────


def vote(
    planning: Planning,
    rows: Rows,
    wish: Wish,
    before: dict[int, Decision],
    *,
    member: Membership,
    by: Actor,
    act: uuid.UUID,
    sure: bool,
) -> Taken:
    """Count the member's votes, and take what the majority of those present now wants."""
    now = timezone.now()
    Voter.objects.filter(planning=planning, membership=member, came_at=None).update(came_at=now)
    ballots = [
        Ballot(
            planning=planning,
            key_result_id=pk,
            membership=member,
            outcome=wish.outcome,
            reason=wish.reason,
            into_id=wish.into,
            at=now,
        )
        for pk in wish.ids  # also where it stands so already: a vote that was given otherwise is changed
    ]
    Ballot.objects.bulk_create(
        ballots,
        update_conflicts=True,
        unique_fields=["planning", "membership", "key_result"],
        update_fields=["outcome", "reason", "into", "at", "undone_with"],
    )
    found = [one for one, _voter in _majorities(planning, wish.ids, before)]
    if found:
        take(planning, rows, found, before, by=by, act=act, sure=sure)
    else:
        tell(planning, regions_of(rows, set(wish.ids)))
    return Taken(act, [one.pk for one in found])


def recount(planning: Planning, *, by: Actor, sure: bool = False, asks: bool = False) -> None:
    """Take what the majority of those present now wants of what is undecided, for those present have changed.

    What would leave a strategic key result without any stays undecided, unless it `asks`: then NeedsSure, or it is `sure`.
    """
    if not planning.is_open or planning.mode != Planning.Mode.MAJORITY:
        return
    rows, before = Rows(planning), standing_decisions(planning)
    undecided = [pk for pk in rows.key_results if rows.outcome_of(pk) == OPEN]
    found: dict[int, Chosen] = {}
    choices: dict[int, tuple[str, int | None]] = {}
    for one, voter in _majorities(planning, undecided, before):
        further = choices | {one.pk: (one.wish.outcome, one.wish.into)}
        if not rows.broken_by(further) and (asks or not rows.orphans_of(further)):
            found[one.pk], choices = replace(one, voter=voter), further
    take(planning, rows, list(found.values()), before, by=by, act=uuid.uuid4(), sure=sure)


def _majorities(
    planning: Planning, ids: Collection[int], before: Mapping[int, Decision]
) -> list[tuple[Chosen, Membership]]:
    """What the majority of those present wants otherwise than it stands, each with whose vote was the last for it."""
    present = list(
        Voter.objects.filter(planning=planning, came_at__isnull=False).values_list("membership_id", flat=True)
    )
    cast: defaultdict[int, list[Ballot]] = defaultdict(list)
    for ballot in Ballot.objects.filter(planning=planning, key_result__in=ids).counted():
        cast[ballot.key_result_id].append(ballot)
    found = []
    for pk in ids:
        votes = cast[pk]
        result = majority(
            [(vote.membership_id, vote.outcome, vote.into_id) for vote in votes], present, planning.chair_id
        )
        if result is None:
            continue
        agreeing = [v for v in votes if (v.outcome, v.into_id) == result and v.membership_id in present]
        wish = Wish([pk], result[0], next((vote.reason for vote in agreeing if vote.reason), ""), result[1])
        if not is_so(before.get(pk), wish):
            found.append((Chosen(pk, wish, len(agreeing), len(present)), agreeing[-1].membership))
    return found


# ── Decisions ────────────────────────────────────────────────────────────────


def take(
    planning: Planning,
    rows: Rows,
    chosen: Sequence[Chosen],
    before: Mapping[int, Decision],
    *,
    by: Actor,
    act: uuid.UUID,
    sure: bool,
) -> None:
    """Have these stand. Raises NeedsSure unless it is `sure`, or RuleBroken where a merge would end in nothing."""
    if not chosen:
        return
    choices = {one.pk: (one.wish.outcome, one.wish.into) for one in chosen}
    check_merges(rows, choices)
    _check_sure(rows, choices, sure)
    now = timezone.now()
    replaced = [before[pk].pk for pk in choices if pk in before]
    if replaced:
        Decision.objects.filter(pk__in=replaced).update(stands=False)
    Decision.objects.bulk_create(
        Decision(
            planning=planning,
            key_result_id=one.pk,
            act=act,
            outcome=one.wish.outcome,
            reason=one.wish.reason,
            into_id=one.wish.into,
            by=one.voter or by.membership,
            by_name=(one.voter or by.membership).name,
            at=now,
            replaces=before.get(one.pk),
            in_favour=one.in_favour,
            present=one.present,
        )
        for one in chosen
    )
    change = Change(by, reason=next((one.wish.reason for one in chosen if one.wish.reason), ""))
    _restage(planning, rows, choices, change)


def settle(planning: Planning, wanted: Mapping[int, Decision | None], change: Change, *, sure: bool) -> None:
    """Have these decisions stand (None: undecided), in the key results' stages. Raises as `take` does."""
    rows = Rows(planning)
    choices = {pk: (one.outcome, one.into_id) if one else (OPEN, None) for pk, one in wanted.items()}
    if any(pk not in rows.key_results for pk in choices):
        raise RuleBroken(_("It is no longer on the board."))
    for merged, _into in rows.broken_by(choices):
        names = {"merged": rows.code_of(merged.id), "into": rows.code_of(merged.into)}
        raise RuleBroken(_("%(merged)s was merged into %(into)s: decide that one first.") % names)
    _check_sure(rows, choices, sure)
    _restage(planning, rows, choices, change)


def _check_sure(rows: Rows, choices: dict[int, tuple[str, int | None]], sure: bool) -> None:
    if not sure and (orphans := rows.orphans_of(choices)):
        raise NeedsSure(rows.effect_of(choices), strategic_names(orphans))


def _restage(planning: Planning, rows: Rows, choices: Mapping[int, tuple[str, int | None]], change: Change) -> None:
    touched = set(choices) | {into for _outcome, into in choices.values() if into}
    touched |= {into for pk in choices if (into := rows.key_results[pk].merged_into_id)}
    staged: list[tuple[KeyResult, dict[str, Any], str]] = []
    for pk, (outcome, into) in choices.items():
        staged.append((rows.key_results[pk], {"stage": STAGES[outcome], "merged_into": into}, VERBS[outcome]))
    set_stages(staged, change)
    tell(planning, [DECK, AGENDA, AGREED, COVERAGE, ALIKE, STAGE, *regions_of(rows, touched)])


def strategic_names(pks: Sequence[int]) -> list[str]:
    """“3.3 Offres personnalisées activées”, in their order."""
    found = KeyResult.objects.filter(pk__in=pks).select_related("objective").order_by("objective__position", "position")
    return [f"{row.code} {row.title}" for row in found]
