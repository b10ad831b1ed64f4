"""What plannings keep for people and tribes, and how it passes to others (orgs.handover)."""

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orgs.actions import editing
from orgs.actions.editing import Change
from orgs.handover import Contents, Estate, Holding, register, register_contents
from orgs.models import Membership, Tribe
from orgs.rules import RuleBroken
from planning.models import Planning, Presented, Slot

State = Planning.State
TO_COME = (State.PREPARING, State.OPEN)  # in which somebody chairs


# ── Who chairs ───────────────────────────────────────────────────────────────


def _chaired(membership: Membership) -> list[Holding]:
    rows = Planning.objects.with_quarter().filter(chair=membership, state__in=TO_COME).order_by("quarter__starts_on")
    title = _("Quarter planning")
    return [Holding("planning", row.pk, "", title, str(row), f"planning/{row.quarter.slug}/") for row in rows]


def _hand_over(pk: int, heir: Membership | None, change: Change) -> None:
    """The heir has a vote too. To nobody: who leads the planning names another before the meeting. Raises RuleBroken where
    it is on, for a meeting has a chair."""
    planning = editing.locked(Planning, pk)
    if heir is None and planning.is_open:
        raise RuleBroken(_("Choose who chairs: the meeting is on."), field=f"to-planning-{pk}")
    voters = [one for one in editing.state_of(planning, ["voters"])["voters"] if one != planning.chair_id]
    if heir is not None and heir.pk not in voters:
        voters.insert(0, heir.pk)
    editing.amend(planning, {"voters": voters, "chair": heir}, change, verb="handed_over")


# ── The agenda, and what tribes presented ────────────────────────────────────


def _hindrances(tribe: Tribe) -> list[str]:
    on = Planning.objects.filter(state=State.OPEN, slots__tribe=tribe).with_quarter().first()
    if on is None:
        return []
    return [_("The CoDir is deciding on %(quarter)s, where it presents. Close the meeting first.") % {"quarter": on}]


def _inventory(tribe: Tribe) -> list[str]:
    number = Slot.objects.filter(tribe=tribe).count()
    if not number:
        return []
    return [ngettext("%(n)s turn at quarter planning", "%(n)s turns at quarter planning", number) % {"n": number}]


def _move(tribe: Tribe, into: Tribe, change: Change) -> None:
    """Its turns are the other's, where that has none. What it presented is numbered on behind what the other did: its key
    results are the other's already."""
    for planning in Planning.objects.with_quarter().filter(slots__tribe=tribe).order_by("pk"):
        if planning.state == State.OPEN:
            raise RuleBroken(
                _("The CoDir is deciding on %(quarter)s. Merge once the meeting is closed.") % {"quarter": planning}
            )
        mine = Slot.objects.get(planning=planning, tribe=tribe)
        theirs = Slot.objects.filter(planning=planning, tribe=into).first()
        if planning.state != State.PREPARING:
            _number_on(planning, tribe, into)
            if theirs is None:
                mine.tribe = into
                mine.save(update_fields=["tribe"])
            continue
        slots = editing.state_of(planning, ["slots"])["slots"]
        if theirs is None:
            slots = [{**row, "tribe": into.pk} if row["tribe"] == tribe.pk else row for row in slots]
        else:
            slots = [row for row in slots if row["tribe"] != tribe.pk]
        editing.amend(editing.locked(Planning, planning.pk), {"slots": slots}, change, verb="changed")


def _number_on(planning: Planning, tribe: Tribe, into: Tribe) -> None:
    """The key results may have moved already: of those of both tribes, the ones that share a number with another follow."""
    rows = Presented.objects.filter(planning=planning, key_result__objective__tribe__in=(tribe, into)).order_by("pk")
    last = rows.aggregate(last=Max("number"))["last"] or 0
    taken: set[int] = set()
    for row in rows:
        if row.number in taken:
            last += 1
            row.number = last
            row.save(update_fields=["number"])
        taken.add(row.number)


def register_all() -> None:
    register(Estate("planning", gettext_lazy("Quarter plannings, as chair"), _chaired, _hand_over))
    register_contents(Contents(Tribe, _hindrances, _inventory, _move))
