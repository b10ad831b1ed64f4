"""What workshops keep for people, tribes and departments, and how it passes to others (orgs.handover)."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orgs.actions import editing
from orgs.actions.editing import Change
from orgs.handover import Contents, Estate, Holding, register, register_contents
from orgs.models import Committee, Department, Membership, Tribe
from orgs.rules import RuleBroken
from workshops.actions.planning import with_leaders
from workshops.models import Workshop

NOT_OVER = Q(state__in=(Workshop.State.PLANNED, Workshop.State.RUNNING))


# ── Who leads what is still to come ──────────────────────────────────────────


def _led(membership: Membership) -> list[Holding]:
    return _holdings("workshop", Q(facilitator=membership))


def _led_along(membership: Membership) -> list[Holding]:
    return _holdings("workshop_along", Q(co_facilitator=membership))


def _holdings(estate: str, whose: Q) -> list[Holding]:
    rows = Workshop.objects.filter(NOT_OVER, whose).with_place().order_by("starts_at", "pk")
    return [
        Holding(
            estate,
            row.pk,
            "",
            row.title,
            f"{row.tribe.name}, {row.quarter}" if row.tribe else str(row.year),
            f"workshops/{row.code}/",
        )
        for row in rows
    ]


def _hand_over(pk: int, heir: Membership | None, change: Change) -> None:
    """To nobody: the co-facilitator leads on. Raises RuleBroken where there is none."""
    workshop = editing.locked(Workshop, pk)
    leader = heir or workshop.co_facilitator
    if leader is None:
        raise RuleBroken(_("Choose who leads the workshop, or cancel it first."), field=f"to-workshop-{pk}")
    second = workshop.co_facilitator if workshop.co_facilitator_id != leader.pk else None
    _led_by(workshop, leader, second, change, gone=workshop.facilitator_id)


def _hand_over_along(pk: int, heir: Membership | None, change: Change) -> None:
    """To nobody, or to who leads it: the facilitator leads alone."""
    workshop = editing.locked(Workshop, pk)
    second = heir if heir is not None and heir.pk != workshop.facilitator_id else None
    _led_by(workshop, workshop.facilitator, second, change, gone=workshop.co_facilitator_id)


def _led_by(
    workshop: Workshop, leader: Membership, second: Membership | None, change: Change, *, gone: int | None
) -> None:
    """With both among those who take part, and without whoever is gone."""
    led = Workshop(facilitator=leader, co_facilitator=second, facilitator_votes=workshop.facilitator_votes)
    people = editing.state_of(workshop, ["participants"])["participants"]
    people = with_leaders(led, [row for row in people if row["membership"] != gone])
    values = {"facilitator": leader, "co_facilitator": second, "participants": people}
    editing.amend(workshop, values, change, verb="handed_over")


# ── What hangs below tribes, and below the committees of departments ─────────


def _of(thing: Tribe | Department) -> Q:
    return Q(tribe=thing) if isinstance(thing, Tribe) else Q(committee__department=thing)


def _hindrances(thing: Tribe | Department) -> list[str]:
    number = Workshop.objects.filter(_of(thing), NOT_OVER).count()
    if not number:
        return []
    message = ngettext(
        "It has %(n)s workshop that is not over. Close or cancel it first.",
        "It has %(n)s workshops that are not over. Close or cancel them first.",
        number,
    )
    return [message % {"n": number}]


def _inventory(thing: Tribe | Department) -> list[str]:
    number = Workshop.objects.filter(_of(thing)).count()
    return [ngettext("%(n)s workshop", "%(n)s workshops", number) % {"n": number}] if number else []


def _move(thing: Tribe | Department, into: Tribe | Department, change: Change) -> None:
    """Those that are over too: their objectives, or their committee's people, are the other's now."""
    values = {"tribe": into} if isinstance(into, Tribe) else {"committee": Committee.objects.get(department=into)}
    for pk in list(Workshop.objects.filter(_of(thing)).order_by("pk").values_list("pk", flat=True)):
        workshop = editing.locked(Workshop, pk)
        editing.amend(workshop, values, change, verb="moved")


def register_all() -> None:
    register(Estate("workshop", gettext_lazy("Workshops"), _led, _hand_over))
    register(Estate("workshop_along", gettext_lazy("Workshops, as co-facilitator"), _led_along, _hand_over_along))
    register_contents(Contents(Tribe, _hindrances, _inventory, _move))
    register_contents(Contents(Department, _hindrances, _inventory, _move))
