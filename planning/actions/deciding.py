"""Keep, defer, merge, drop: what the meeting decides, alone or by majority, and taking it back."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from okr.models import KeyResult
from orgs.actions.audit import Actor, record
from orgs.actions.editing import Change
from orgs.models import Membership
from orgs.rules import RuleBroken
from planning.actions.rows import Rows, standing_decisions
from planning.actions.session import ALIKE, check_open, held, require_decides, tell
from planning.actions.taking import Chosen, settle, take, vote
from planning.actions.wishes import Outrun, Taken, Wish, check_rows, checked, is_so
from planning.board import Effect
from planning.models import Ballot, Decision, KeptApart, Planning


@transaction.atomic
def decide(
    planning: Planning,
    wish: Wish,
    *,
    by: Actor,
    act: uuid.UUID,
    seen: Mapping[int, int] | None = None,
    sure: bool = False,
) -> Taken:
    """Decide, or where the majority decides: vote. Sent twice it is taken once, by `act`.

    `seen`: of each key result the decision (id, 0 for none) that was on the person's screen; somebody who decided since is
    not overruled unseen: Outrun. `sure`: also where it leaves a strategic key result without any, else NeedsSure. Raises
    PermissionDenied, or RuleBroken with the field (reason, into).
    """
    planning = held(planning.pk)
    check_open(planning)
    member = by.membership
    require_decides(planning, member)
    wish = checked(wish)
    rows = Rows(planning)
    known = Decision.objects.filter(Q(stands=True, key_result__in=wish.ids) | Q(act=act), planning=planning)
    before, ours = {}, []
    for decision in known:
        if decision.stands and decision.key_result_id in wish.ids:
            before[decision.key_result_id] = decision
        if decision.act == act:
            ours.append(decision)
    if ours:
        return Taken(act, [one.key_result_id for one in ours if one.stands])
    check_rows(rows, wish)
    wanted = [pk for pk in wish.ids if not is_so(before.get(pk), wish)]
    for pk in wanted:
        standing = before.get(pk)
        if seen is not None and standing is not None and seen.get(pk, 0) != standing.pk:
            raise Outrun(standing, rows.code_of(pk))
    if planning.mode == Planning.Mode.MAJORITY:
        return vote(planning, rows, wish, before, member=member, by=by, act=act, sure=sure)
    take(planning, rows, [Chosen(pk, wish) for pk in wanted], before, by=by, act=act, sure=sure)
    return Taken(act, wanted)


@transaction.atomic
def undo(planning: Planning, act: uuid.UUID, *, by: Actor, sure: bool = False) -> None:
    """Take an act back: what it replaced stands again. Raises RuleBroken where something of it was decided otherwise since,
    or what stood before no longer can, and NeedsSure as `decide` does."""
    planning = held(planning.pk)
    check_open(planning)
    require_decides(planning, by.membership)
    ours = list(Decision.objects.filter(planning=planning, act=act).select_related("replaces").order_by("pk"))
    if not ours:
        raise RuleBroken(_("This can no longer be undone."))
    if all(one.undone_at for one in ours):
        return
    if not all(one.stands for one in ours):
        raise RuleBroken(_("Something of this was decided otherwise since: it stays as it is."))
    _check_may_undo(planning, ours, by.membership)
    again = {one.key_result_id: one.replaces for one in ours}
    now = timezone.now()
    settle(planning, again, Change(by), sure=sure)
    Decision.objects.filter(pk__in=[one.pk for one in ours]).update(stands=False, undone_at=now)
    Decision.objects.filter(pk__in=[one.pk for one in again.values() if one]).update(stands=True)
    # Their votes would decide the same again as soon as anybody else votes.
    of_voter: defaultdict[int | None, list[int]] = defaultdict(list)
    for one in ours:
        if one.in_favour is not None:
            of_voter[one.by_id].append(one.key_result_id)
    for voter, ids in of_voter.items():
        theirs = Ballot.objects.filter(planning=planning, key_result__in=ids, membership=voter, undone_with=None)
        theirs.update(undone_with=act)


@transaction.atomic
def redo(planning: Planning, act: uuid.UUID, *, by: Actor, sure: bool = False) -> None:
    """Do again what was undone, where nothing was decided of it since. Raises NeedsSure as `decide` does."""
    planning = held(planning.pk)
    check_open(planning)
    require_decides(planning, by.membership)
    ours = list(Decision.objects.filter(planning=planning, act=act).order_by("pk"))
    if not ours:
        raise RuleBroken(_("This can no longer be undone."))
    if not any(one.undone_at for one in ours):
        return
    standing = dict(
        Decision.objects.filter(
            planning=planning, stands=True, key_result__in=[one.key_result_id for one in ours]
        ).values_list("key_result_id", "pk")
    )
    if any(standing.get(one.key_result_id) != one.replaces_id for one in ours):
        raise RuleBroken(_("Something of this was decided otherwise since: it stays as it is."))
    settle(planning, {one.key_result_id: one for one in ours}, Change(by), sure=sure)
    Decision.objects.filter(pk__in=standing.values()).update(stands=False)
    Decision.objects.filter(pk__in=[one.pk for one in ours]).update(stands=True, undone_at=None)
    Ballot.objects.filter(planning=planning, undone_with=act).update(undone_with=None)


def preview(planning: Planning, wish: Wish) -> tuple[Rows, Effect]:
    """What deciding so would change. Writes nothing. Raises RuleBroken as `decide` does."""
    wish = Wish(wish.ids, wish.outcome, wish.reason or "…", wish.into)
    wish = checked(wish)
    rows = Rows(planning)
    check_rows(rows, wish)
    return rows, rows.effect_of(dict.fromkeys(wish.ids, (wish.outcome, wish.into)))


@transaction.atomic
def keep_apart(planning: Planning, first: int, second: int, *, by: Actor) -> None:
    """These two look alike, and both may stay: no longer shown as probable duplicates."""
    planning = held(planning.pk)
    check_open(planning)
    require_decides(planning, by.membership)
    there = KeyResult.objects.filter(pk__in=(first, second), objective__quarter=planning.quarter_id).order_by("pk")
    if len(there) < 2:
        raise RuleBroken(_("It is no longer on the board."))
    one, other = there
    apart, is_new = KeptApart.objects.get_or_create(
        planning=planning, first=one, second=other, defaults={"by": by.membership}
    )
    if is_new:
        record(by, "kept_apart", apart, after={"first": one.pk, "second": other.pk})
    tell(planning, [ALIKE])


def take_all(planning: Planning, rows: Rows, wish: Wish, *, by: Actor) -> None:
    """Within a larger act, which has checked that the person may: nobody is asked, whatever it leaves without any."""
    wish = checked(wish)
    take(
        planning,
        rows,
        [Chosen(pk, wish) for pk in wish.ids],
        standing_decisions(planning),
        by=by,
        act=uuid.uuid4(),
        sure=True,
    )


# ── Underneath ───────────────────────────────────────────────────────────────


def _check_may_undo(planning: Planning, ours: Sequence[Decision], member: Membership) -> None:
    """What a majority decided is no single member's to take back, but the chair's and theirs whose vote brought it about."""
    if planning.chair_id == member.pk or all(one.in_favour is None or one.by_id == member.pk for one in ours):
        return
    raise RuleBroken(_("The majority decided this: vote otherwise, or have the chair take it back."))
