"""Closing a quarter or a year: verdicts are final, nothing is written in it any more, and what goes on stands in the next."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr.actions import carrying
from okr.actions.rules import require_edit
from okr.models import KeyResult, Objective, PeriodState, Quarter, Year
from orgs.actions import editing
from orgs.actions.audit import Actor, hold_organization
from orgs.actions.editing import Change
from orgs.models import Tribe
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from reviews.access import running_in
from reviews.actions.telling import tell_closed
from reviews.actions.verdicts import freeze
from reviews.models import Verdict

Stage = KeyResult.Stage
GOES_ON = (Verdict.Afterwards.CARRY, Verdict.Afterwards.CHANGE)


@dataclass(frozen=True, slots=True)
class Closed:
    without: int  # key results that were closed without verdict
    made: list[KeyResult]  # drafts of the next period
    change: Change  # that made them, and can be undone


@transaction.atomic
def close_period(period: Year | Quarter, *, by: Actor, reason: str = "") -> Closed:
    """Lock it. Key results without verdict ask for a `reason`, and close without one.

    Raises PermissionDenied, or RuleBroken: with the field `reason` where verdicts are missing, where it is not open, or
    where an open quarter lies in the year.
    """
    require(by.membership, Permission.CLOSE_PERIOD, period)
    hold_organization()
    period = editing.locked(type(period), period.pk)
    if not period.is_open:
        raise RuleBroken(_("%(period)s is not open: there is nothing to close.") % {"period": period})
    change = Change(by, reason=reason.strip())
    missing = _settle(period, change)
    if missing and not change.reason:
        raise RuleBroken(_missing_said(missing), field="reason")
    editing.amend(period, {"state": PeriodState.CLOSED}, change, verb="closed")
    made, taking = carry_all(period, by=by)
    tell_closed(period, by=by)
    return Closed(missing, made, taking)


@transaction.atomic
def carry_all(
    period: Year | Quarter, *, by: Actor, tribe: Tribe | None = None, ids: Iterable[int] | None = None
) -> tuple[list[KeyResult], Change]:
    """Drafts in the next period of what shall go on, and of what quarter planning deferred, each once; of one `tribe`, or
    of these alone. Nothing where there is no next one, or where what it holds is decided on already."""
    change = Change(by)
    hold_organization()
    into = carrying.after(period)
    if into is None or not carrying.takes_more(into):
        return [], change
    verdicts = {verdict.key_result_id: verdict for verdict in waiting_in(period, tribe)}
    rows = [verdict.key_result for verdict in verdicts.values()]
    if isinstance(period, Quarter):
        rows += carrying.offered(period)
    if tribe is not None:
        rows = [row for row in rows if row.objective.tribe_id == tribe.pk]
    if ids is not None:
        chosen = set(ids)
        rows = [row for row in rows if row.pk in chosen]
    for objective in {row.objective_id: row.objective for row in rows}.values():
        require_edit(by.membership, objective)
    keeps = Verdict.Afterwards.CARRY
    anew = {
        pk: carrying.from_measured(one.key_result, keep_target=one.afterwards == keeps) for pk, one in verdicts.items()
    }
    return carrying.carry_within(rows, into, change, anew), change


def waiting_in(period: Year | Quarter, tribe: Tribe | None = None) -> list[Verdict]:
    """Verdicts on what shall go on, and does not stand in the next period yet; of one `tribe`, or of all."""
    running = carrying.not_continued(running_in(period))
    of_it = Verdict.objects.filter(key_result__in=running.values("pk"), afterwards__in=GOES_ON)
    if tribe is not None:
        of_it = of_it.filter(key_result__objective__tribe=tribe)
    rows = of_it.select_related(
        "key_result__objective__year",
        "key_result__objective__quarter__year",
        "key_result__objective__tribe",
        "key_result__objective__department",
        "key_result__objective__owner__user",
        "key_result__owner__user",
    ).order_by("key_result__objective__tribe__position", "key_result__objective__position", "key_result__position")
    return [row for row in rows if _stands(row.key_result.objective)]


def turn(period: Year | Quarter, change: Change) -> None:
    """Closed or reopened in the settings (okr.actions.periods)."""
    if period.state == PeriodState.OPEN:
        _thaw(period, change)
        return
    missing = _settle(period, change)
    if missing:
        where = _("Close it from its review.")
        raise RuleBroken(f"{_missing_said(missing)} {where}")
    carry_all(period, by=change.by)
    tell_closed(period, by=change.by)


# ── Underneath ───────────────────────────────────────────────────────────────


def _stands(objective: Objective) -> bool:
    return objective.tribe is None or objective.tribe.archived_at is None


def _settle(period: Year | Quarter, change: Change) -> int:
    """Write the verdicts onto their key results; how many have none."""
    rows = list(running_in(period).select_related("objective"))
    verdicts = {one.key_result_id: one for one in Verdict.objects.filter(key_result__in=[row.pk for row in rows])}
    given = [(row, verdicts[row.pk]) for row in rows if row.pk in verdicts and verdicts[row.pk].is_given]
    freeze(given, change)
    return len(rows) - len(given)


def _thaw(period: Year | Quarter, change: Change) -> None:
    """What was scored runs again. Its verdict stays, to be given anew or to be kept."""
    rows = list(running_in(period).filter(stage=Stage.SCORED).select_related("objective"))
    known = set(Verdict.objects.filter(key_result__in=[row.pk for row in rows]).values_list("key_result_id", flat=True))
    Verdict.objects.bulk_create(
        Verdict(key_result=row, score=row.score, learning=row.learning, miss_reason=row.miss_reason)
        for row in rows
        if row.pk not in known and row.score is not None
    )
    values = {"stage": Stage.PUBLISHED, "score": None, "learning": "", "miss_reason": ""}
    editing.amend_all([(row, values, "reopened") for row in rows], change)


def _missing_said(missing: int) -> str:
    said = ngettext(
        "%(n)s key result has no verdict yet: say why it is closed without.",
        "%(n)s key results have no verdict yet: say why they are closed without.",
        missing,
    )
    return said % {"n": missing}
