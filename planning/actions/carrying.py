"""Deferred key results offer themselves to the next quarter: its tribe takes them into the draft, or leaves them."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from okr.actions import carrying
from okr.actions.carrying import carry_within
from okr.actions.period_rules import hold_writable
from okr.actions.rules import check_tribe, require_edit
from okr.models import KeyResult, Objective, Quarter
from orgs.actions import once
from orgs.actions.audit import Actor, event_of, hold_organization, record_all
from orgs.actions.editing import Change
from orgs.models import Tribe
from orgs.rules import RuleBroken
from planning.models import LeftBehind, Planning


def deferred_before(tribe: Tribe, previous: Quarter) -> QuerySet[KeyResult]:
    """What was deferred in that quarter and nobody has taken over since, left ones too."""
    return _deferred(previous).filter(objective__tribe=tribe)


def still_offered(previous: Quarter) -> QuerySet[KeyResult]:
    """Of all tribes what the close of that quarter takes over by itself: deferred, and not left (okr.actions.carrying)."""
    left = LeftBehind.objects.filter(key_result=OuterRef("pk"))
    rows: QuerySet[KeyResult] = _deferred(previous).filter(~Exists(left), objective__tribe__archived_at=None)
    return rows.select_related("objective__owner__user", "objective__department")


@transaction.atomic
def carry_over(
    ids: Collection[int], tribe: Tribe, quarter: Quarter, *, by: Actor, client_id: uuid.UUID | None = None
) -> tuple[list[KeyResult], Change]:
    """Copies of these deferred key results, in draft below the same objectives of the quarter: those are made, with what
    they contribute to, where they are not there yet. One act to undo.

    Raises PermissionDenied, or RuleBroken: above all where somebody has taken one over meanwhile.
    """
    change, made = once.begin(KeyResult, by, client_id)
    if made:
        return made, change
    hold_organization()
    rows = _offered(ids, tribe, quarter, by)
    made = carry_within(rows, quarter, change)
    LeftBehind.objects.filter(key_result__in=rows).delete()
    return made, change


@transaction.atomic
def leave(ids: Collection[int], tribe: Tribe, quarter: Quarter, *, by: Actor) -> None:
    """They are not offered any more; they stay findable."""
    hold_organization()
    rows = _offered(ids, tribe, quarter, by)
    left = set(LeftBehind.objects.filter(key_result__in=rows).values_list("key_result_id", flat=True))
    new = [row for row in rows if row.pk not in left]
    LeftBehind.objects.bulk_create(LeftBehind(key_result=row, by=by.membership) for row in new)
    record_all(by, [event_of(by, "left_behind", row) for row in new])


@transaction.atomic
def offer_again(ids: Collection[int], tribe: Tribe, quarter: Quarter, *, by: Actor) -> None:
    hold_organization()
    rows = _offered(ids, tribe, quarter, by)
    LeftBehind.objects.filter(key_result__in=rows).delete()
    record_all(by, [event_of(by, "offered_again", row) for row in rows])


def takes_more(quarter: Quarter) -> bool:
    """Whether its own meeting is still to come: what it decided on is closed."""
    return not _has_met(quarter)


def register_carrying() -> None:
    carrying.register(still_offered, _has_met)


# ── Underneath ───────────────────────────────────────────────────────────────


def _has_met(quarter: Quarter) -> bool:
    return Planning.objects.filter(quarter=quarter).exclude(state=Planning.State.PREPARING).exists()


def _deferred(previous: Quarter) -> Any:
    rows = KeyResult.objects.live().filter(objective__quarter=previous, stage=KeyResult.Stage.DEFERRED)
    return carrying.not_continued(rows).with_span().order_by("objective__position", "position", "pk")


def _offered(ids: Collection[int], tribe: Tribe, quarter: Quarter, by: Actor) -> list[KeyResult]:
    """These rows, which the quarter before has deferred and the person may take. The organization is held."""
    require_edit(by.membership, Objective(level=Objective.Level.TRIBE, tribe=tribe, quarter=quarter))
    hold_writable(quarter)
    check_tribe(tribe)
    if not takes_more(quarter):
        raise RuleBroken(_("The meeting on %(quarter)s has begun: it takes nothing more.") % {"quarter": quarter})
    previous = Quarter.objects.filter(starts_on__lt=quarter.starts_on).order_by("-starts_on").first()
    offered = deferred_before(tribe, previous).select_related("objective__owner__user") if previous else None
    rows = list(offered.filter(pk__in=ids)) if offered is not None else []
    if not rows or len(rows) < len(set(ids)):
        raise RuleBroken(_("Somebody has taken it over meanwhile, or it is no longer deferred."))
    return rows
