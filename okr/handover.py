"""What OKR pages keep for people, tribes and departments, and how it passes to others (orgs.handover)."""

from collections.abc import Collection
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from okr.models import Follow, Initiative, InitiativeDependency, KeyResult, Objective, PeriodState
from orgs.actions import editing
from orgs.actions.editing import Change
from orgs.handover import Contents, Estate, Holding, register, register_contents
from orgs.models import Department, Membership, Seat, Tribe

HANDED_OVER = "handed_over"


# ── What people answer for: of years and quarters that are not over ──────────


def _now(prefix: str = "") -> Q:
    """Of an objective whose period has not been closed."""
    closed = Q(**{f"{prefix}year__state": PeriodState.CLOSED}) | Q(**{f"{prefix}quarter__state": PeriodState.CLOSED})
    return ~closed


def _objectives(membership: Membership) -> list[Holding]:
    rows = Objective.objects.live().filter(_now(), owner=membership).with_span()
    rows = rows.order_by("-level", "tribe__position", "quarter__starts_on", "position")
    return [Holding("objective", row.pk, row.code, row.title, _where(row), f"objectives/{row.pk}/") for row in rows]


def _key_results(membership: Membership) -> list[Holding]:
    rows = _live_key_results().filter(owner=membership).with_span()
    rows = rows.order_by("-objective__level", "objective__tribe__position", "objective__position", "position")
    return [
        Holding("key_result", row.pk, row.code, row.title, _where(row.objective), f"key-results/{row.pk}/")
        for row in rows
    ]


def _live_key_results() -> Any:
    over = ("deferred", "dropped", "merged", "scored")
    return KeyResult.objects.live().filter(_now("objective__")).exclude(stage__in=over)


def _initiatives(membership: Membership) -> list[Holding]:
    rows = Initiative.objects.live().filter(owner=membership).exclude(quarter__state=PeriodState.CLOSED)
    rows = rows.exclude(state__in=("delivered", "cancelled")).select_related("tribe", "quarter__year")
    rows = rows.order_by("tribe__position", "quarter__starts_on", "position")
    return [
        Holding("initiative", row.pk, "", row.title, f"{row.tribe.name}, {row.quarter}", f"initiatives/{row.pk}/")
        for row in rows
    ]


def _where(objective: Objective) -> str:
    return f"{objective.tribe.name}, {objective.quarter}" if objective.tribe else str(objective.year)


def _owned_by(memberships: Collection[int]) -> dict[int, int]:
    rows = _live_key_results().filter(owner__in=memberships).order_by().values("owner").annotate(n=Count("pk"))
    return dict(rows.values_list("owner", "n"))


def _hand_over(model: Any) -> Any:
    def hand_over(pk: int, heir: Membership | None, change: Change) -> None:
        editing.amend(editing.locked(model, pk), {"owner": heir}, change, verb=HANDED_OVER)

    return hand_over


# ── What hangs below a tribe ─────────────────────────────────────────────────


def _hindrances_of_tribe(tribe: Tribe) -> list[str]:
    objectives = Objective.objects.live().filter(_now(), tribe=tribe)
    work = Initiative.objects.live().filter(tribe=tribe).exclude(quarter__state=PeriodState.CLOSED)
    work = work.exclude(state__in=("delivered", "cancelled"))
    counted = [*_objectives_in_words(objectives.count()), *_initiatives_in_words(work.count())]
    if not counted:
        return []
    message = _("It holds %(what)s of quarters that are not over. Archive them first, or merge it into another.")
    return [message % {"what": _(" and ").join(counted)}]


def _inventory_of_tribe(tribe: Tribe) -> list[str]:
    key_results = KeyResult.objects.filter(objective__tribe=tribe, archived_at=None, objective__archived_at=None)
    return [
        *_objectives_in_words(Objective.objects.live().filter(tribe=tribe).count()),
        *_key_results_in_words(key_results.count()),
        *_initiatives_in_words(Initiative.objects.live().filter(tribe=tribe).count()),
    ]


def _objectives_in_words(number: int) -> list[str]:
    return [ngettext("%(n)s objective", "%(n)s objectives", number) % {"n": number}] if number else []


def _key_results_in_words(number: int) -> list[str]:
    return [ngettext("%(n)s key result", "%(n)s key results", number) % {"n": number}] if number else []


def _initiatives_in_words(number: int) -> list[str]:
    return [ngettext("%(n)s initiative", "%(n)s initiatives", number) % {"n": number}] if number else []


def _move_tribe(tribe: Tribe, into: Tribe, change: Change) -> None:
    """All quarters, behind what the other tribe has there. Objectives first: initiatives answer key results of their own
    tribe."""
    for model in (Objective, Initiative):
        there: Any = model.objects.live().filter(tribe=into).order_by().values("quarter").annotate(n=Count("pk"))
        last = dict(there.values_list("quarter", "n"))
        rows = model.objects.filter(tribe=tribe).order_by("quarter_id", "position", "pk")
        for pk in list(rows.values_list("pk", flat=True)):
            thing = editing.locked(model, pk)
            values: dict[str, Any] = {"tribe": into}
            if thing.archived_at is None:
                last[thing.quarter_id] = values["position"] = last.get(thing.quarter_id, 0) + 1
            editing.amend(thing, values, change, verb="moved")
    _move_dependencies(tribe, into, change)
    _move_followers(tribe, into)


def _move_followers(tribe: Tribe, into: Tribe) -> None:
    """Each once: what somebody has said of the other tribe stands. Whoever muted this one and sits in the other, or leads it,
    goes on hearing of that."""
    said = Follow.objects.filter(tribe=into).values("membership")
    theirs = Seat.objects.filter(tribe=into).values("membership")
    rows = Follow.objects.filter(tribe=tribe).exclude(membership__in=said)
    rows.exclude(Q(membership__in=theirs) | Q(membership=into.lead_id), muted=True).update(tribe=into)
    Follow.objects.filter(tribe=tribe).delete()


def _move_dependencies(tribe: Tribe, into: Tribe, change: Change) -> None:
    """Whoever waited for the one waits for the other; nobody for itself, nor twice."""
    waiting = InitiativeDependency.objects.filter(tribe=tribe).values_list("initiative_id", flat=True)
    own = InitiativeDependency.objects.filter(tribe=into, initiative__tribe=into).values_list(
        "initiative_id", flat=True
    )
    for pk in sorted({*waiting, *own}):
        initiative = editing.locked(Initiative, pk)
        rows: dict[int, dict[str, Any]] = {}
        for row in editing.state_of(initiative, ["dependencies"])["dependencies"]:
            awaited = into.pk if row["tribe"] == tribe.pk else row["tribe"]
            if awaited == initiative.tribe_id:
                continue
            known = rows.get(awaited)
            rows[awaited] = {"tribe": awaited, "what": known["what"] or row["what"] if known else row["what"]}
        editing.amend(initiative, {"dependencies": list(rows.values())}, change)


# ── What hangs below a department ────────────────────────────────────────────


def _hindrances_of_department(department: Department) -> list[str]:
    number = Objective.objects.live().filter(_now(), department=department).count()
    if not number:
        return []
    message = _("It holds %(what)s of years that are not over. Archive them first, or merge it into another.")
    return [message % {"what": _strategic_in_words(number)}]


def _inventory_of_department(department: Department) -> list[str]:
    number = Objective.objects.live().filter(department=department).count()
    return [_strategic_in_words(number)] if number else []


def _strategic_in_words(number: int) -> str:
    return ngettext("%(n)s strategic objective", "%(n)s strategic objectives", number) % {"n": number}


def _move_department(department: Department, into: Department, change: Change) -> None:
    for pk in list(Objective.objects.filter(department=department).values_list("pk", flat=True)):
        editing.amend(editing.locked(Objective, pk), {"department": into}, change, verb="moved")


def register_all() -> None:
    key_results, initiatives = gettext_lazy("Key results"), gettext_lazy("Initiatives")
    register(Estate("key_result", key_results, _key_results, _hand_over(KeyResult), _owned_by))
    register(Estate("objective", gettext_lazy("Objectives"), _objectives, _hand_over(Objective)))
    register(Estate("initiative", initiatives, _initiatives, _hand_over(Initiative)))
    register_contents(Contents(Tribe, _hindrances_of_tribe, _inventory_of_tribe, _move_tribe))
    register_contents(Contents(Department, _hindrances_of_department, _inventory_of_department, _move_department))
