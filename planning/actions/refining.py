"""After the meeting: both sides accept what was kept, and the quarter is published with its frozen baseline."""

import hashlib
import json
from collections.abc import Collection, Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr.actions.key_results import MOST
from okr.actions.rules import missing
from okr.actions.staging import baseline_of, set_stages
from okr.models import KeyResult, Objective, PeriodState, Quarter
from okr.querysets import RUNNING
from okr.readings import Clock
from orgs.actions import editing
from orgs.actions.audit import Actor, event_of, record_all
from orgs.actions.editing import Change
from orgs.models import Membership, Role
from orgs.permissions import Permission, can, require
from orgs.rules import RuleBroken
from planning.actions.presenting import definition_of
from planning.actions.rows import before_the_codir
from planning.actions.session import held
from planning.actions.telling import tell_published
from planning.models import Acceptance, Planning

Side = Acceptance.Side
NAMED = 3  # so many wait by their names, more are counted


class NotReady(RuleBroken):
    """The quarter cannot be published yet: sentences that say what it waits for."""

    def __init__(self, waits: list[str]) -> None:
        super().__init__(" ".join(waits))
        self.waits = waits


@transaction.atomic
def accept(
    planning: Planning,
    ids: Collection[int],
    side: str,
    *,
    by: Actor,
    accepted: bool = True,
    seen: Mapping[int, str] | None = None,
) -> None:
    """One side accepts kept key results (ids) as they stand, or no longer. Who changes one after that asks both anew.

    `seen`: of each the digest (`digest_of`) of the definition that the person read: what was changed since is accepted by
    nobody unread. Raises PermissionDenied, or RuleBroken.
    """
    planning = held(planning.pk)
    _check_refining(planning)
    rows = list(kept(planning).filter(pk__in=ids))
    if len(rows) < len(set(ids)):
        raise RuleBroken(_("It is not among those that were kept."))
    there_is_one = side != Side.CPO or has_cpo()
    if not all(may_accept(side, row, by.membership, has_cpo=there_is_one) for row in rows):
        raise PermissionDenied(_("This side is accepted by somebody else."))
    for row in rows:
        if accepted and seen is not None and seen.get(row.pk) != digest_of(row):
            raise RuleBroken(_("“%(title)s” was changed meanwhile: read it again first.") % {"title": row.title})
    verb = f"{'' if accepted else 'un'}accepted_{side}"
    record_all(by, [event_of(by, verb, row) for row in rows])
    if not accepted:
        Acceptance.objects.filter(planning=planning, side=side, key_result__in=ids).delete()
        return
    now = timezone.now()
    Acceptance.objects.bulk_create(
        [
            Acceptance(planning=planning, key_result=row, side=side, digest=digest_of(row), by=by.membership, at=now)
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["planning", "key_result", "side"],
        update_fields=["digest", "by", "at"],
    )


@transaction.atomic
def publish(planning: Planning, *, by: Actor) -> Change:
    """Open the quarter with the definitions of what was kept as its baseline. Raises PermissionDenied, NotReady or RuleBroken."""
    planning = held(planning.pk)
    require(by.membership, Permission.PUBLISH_QUARTER)
    change = Change(by)
    if planning.state == Planning.State.PUBLISHED:
        return change
    _check_refining(planning)
    rows = list(kept(planning))
    if waits := waits_for(planning, rows):
        raise NotReady(waits)
    set_stages(
        [(row, {"stage": KeyResult.Stage.PUBLISHED, "baseline": baseline_of(row)}, "published") for row in rows], change
    )
    quarter = editing.locked(Quarter, planning.quarter_id)
    if not quarter.is_open:
        editing.amend(quarter, {"state": PeriodState.OPEN}, change, verb="opened")
    _ask_from_now_on(rows, quarter, by)
    planning = editing.locked(Planning, planning.pk)
    planning.published_at = timezone.now()
    planning.save(update_fields=["published_at"])
    editing.amend(planning, {"state": Planning.State.PUBLISHED}, change, verb="quarter_published")
    tell_published(planning, rows, by=by)
    return change


def kept(planning: Planning) -> QuerySet[KeyResult]:
    """In the order of the board."""
    rows = before_the_codir(planning).filter(stage__in=(KeyResult.Stage.KEPT, *RUNNING))
    return rows.filter(archived_at=None, objective__archived_at=None).select_related(
        "objective__year", "objective__quarter__year", "objective__tribe", "owner__user"
    )


def waits_for(planning: Planning, rows: list[KeyResult], codes: Mapping[int, str] | None = None) -> list[str]:
    """What publishing the kept rows waits for, in sentences; nothing where it may happen. `codes`: what the page calls
    them, “FID 04”."""
    if not rows:
        return [_("Nothing was kept.")]
    waits = []
    signed = accepted(planning)
    for side in Side:
        open_ = [row for row in rows if not is_accepted(row, side, signed)]
        if not open_:
            continue
        if codes and len(open_) <= NAMED:
            names = ", ".join(codes[row.pk] for row in open_)
            if side == Side.LEAD:
                said = ngettext(
                    "%(codes)s is not accepted by its lead.", "%(codes)s are not accepted by their leads.", len(open_)
                )
            else:
                said = ngettext(
                    "%(codes)s is not accepted by the CPO.", "%(codes)s are not accepted by the CPO.", len(open_)
                )
            waits.append(said % {"codes": names})
            continue
        if side == Side.LEAD:
            said = ngettext(
                "%(n)s key result is not accepted by its lead.",
                "%(n)s key results are not accepted by their leads.",
                len(open_),
            )
        else:
            said = ngettext(
                "%(n)s key result is not accepted by the CPO.",
                "%(n)s key results are not accepted by the CPO.",
                len(open_),
            )
        waits.append(said % {"n": len(open_)})
    for row in rows:
        if lacks := missing(row):
            name = codes[row.pk] if codes else _named(row.objective, row.code)
            waits.append(f"{name}: {' '.join(lacks.values())}")
    by_objective: dict[int, list[KeyResult]] = {}
    for row in rows:
        by_objective.setdefault(row.objective_id, []).append(row)
    for found in by_objective.values():
        objective = found[0].objective
        name = _named(objective, objective.code)
        if objective.owner_id is None:
            waits.append(_("%(objective)s: the objective needs an owner.") % {"objective": name})
        if len(found) > MOST:
            waits.append(
                _("%(objective)s has %(count)s key results, and five are the most.")
                % {"objective": name, "count": len(found)}
            )
    quarter = planning.quarter
    if quarter.state == PeriodState.CLOSED:
        waits.append(_("%(period)s is closed: it is read only.") % {"period": quarter})
    elif not quarter.year.is_open:
        waits.append(_("Open %(year)s first: a quarter runs within its year.") % {"year": quarter.year})
    return waits


def _named(objective: Objective, code: str) -> str:
    return f"{objective.tribe.code} {code}" if objective.tribe else code


# ── Sides ────────────────────────────────────────────────────────────────────


def may_accept(side: str, row: KeyResult, member: Membership, *, has_cpo: bool) -> bool:
    """The tribe's lead, and the CPO; where there is no such person, whoever leads the planning. Needs `objective__tribe`."""
    if side == Side.CPO:
        return can(member, Permission.ACCEPT_AS_CPO) or (not has_cpo and can(member, Permission.LEAD_PLANNING))
    tribe = row.objective.tribe
    assert tribe is not None  # of a quarter
    if tribe.lead_id is None:
        return can(member, Permission.LEAD_PLANNING)
    return tribe.lead_id == member.pk


def has_cpo() -> bool:
    return any(member.has_role(Role.CPO) for member in Membership.objects.active().only("roles"))


def accepted(planning: Planning) -> dict[tuple[int, str], Acceptance]:
    """By key result and side."""
    rows = Acceptance.objects.filter(planning=planning).select_related("by__user")
    return {(row.key_result_id, row.side): row for row in rows}


def is_accepted(row: KeyResult, side: str, signed: dict[tuple[int, str], Acceptance]) -> bool:
    """By that side, as it stands now."""
    found = signed.get((row.pk, side))
    return found is not None and found.digest == digest_of(row)


def digest_of(row: KeyResult) -> str:
    return hashlib.sha256(json.dumps(definition_of(row), sort_keys=True).encode()).hexdigest()


# ── Underneath ───────────────────────────────────────────────────────────────


def _check_refining(planning: Planning) -> None:
    if planning.state in (Planning.State.PREPARING, Planning.State.OPEN):
        raise RuleBroken(_("The CoDir has not closed its meeting yet."))
    if planning.state == Planning.State.PUBLISHED:
        raise RuleBroken(_("The quarter is published: its planning is history."))


def _ask_from_now_on(rows: list[KeyResult], quarter: Quarter, by: Actor) -> None:
    clock = Clock.of(by.membership.org)
    start = max(clock.today, quarter.starts_on)
    for row in rows:
        row.next_due_on = clock.rhythm.next_due(start)
    KeyResult.objects.bulk_update(rows, ["next_due_on"])
