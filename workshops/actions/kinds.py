"""What the state of a workshop is while it is planned, and the rules that hold whatever changes it (orgs.actions.editable)."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from okr.models import KeyResult, Objective
from orgs.actions.audit import plain
from orgs.actions.editable import Kind, RowList, register
from orgs.models import Membership
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from workshops.actions.inviting import tell_invited
from workshops.actions.session import EVERYTHING, review_rights, tell
from workshops.models import (
    Ballot,
    Note,
    Participant,
    Phase,
    PhaseKind,
    Subject,
    Workshop,
    WorkshopKind,
    WorkshopTemplate,
)

# What a form may set of its columns.
OWN = (
    "title",
    "starts_at",
    "minutes",
    "place",
    "committee",
    "facilitator",
    "co_facilitator",
    "guests",
    "facilitator_votes",
    "votes_on",
    "dots",
    "dots_an_item",
    "exponent",
    "functions_told",
)
OF_PHASE = ("kind", "title", "round", "question", "minutes", "opens_at", "closes_at")
OF_PERSON = ("membership", "function", "part")
MOST_PHASES, MOST_PEOPLE = 30, 300


# ── The agenda ───────────────────────────────────────────────────────────────


def _read_agenda(workshop: Workshop) -> list[dict[str, Any]]:
    return [
        {"id": phase.pk} | {name: plain(getattr(phase, name)) for name in OF_PHASE}
        for phase in Phase.objects.filter(workshop=workshop)
    ]


def _write_agenda(workshop: Workshop, rows: list[dict[str, Any]]) -> None:
    """Phases keep their id, which notes and votes hang on, as long as they stay."""
    if len(rows) > MOST_PHASES:
        raise RuleBroken(_("At most %(limit)s phases.") % {"limit": MOST_PHASES}, field="agenda")
    stored = {phase.pk: phase for phase in Phase.objects.filter(workshop=workshop)}
    for gone in set(stored) - {row.get("id") for row in rows}:
        if stored[gone].started_at is not None:
            raise RuleBroken(
                _("“%(phase)s” has begun already: it stays in the agenda.") % {"phase": stored[gone]}, field="agenda"
            )
        stored[gone].delete()
    for position, row in enumerate(rows, 1):
        phase = stored.get(row.get("id") or 0) or Phase(workshop=workshop)
        # Its round too: what was voted on is found by it.
        if phase.started_at is not None and (phase.kind, phase.round) != (row["kind"], row["round"]):
            raise RuleBroken(
                _("“%(phase)s” has begun already: it stays what it is.") % {"phase": phase}, field="agenda"
            )
        phase.position = position
        for name in OF_PHASE:
            setattr(phase, name, _moment(row[name]) if name in ("opens_at", "closes_at") else row[name])
        try:
            phase.full_clean(exclude=["org", "workshop"])
        except ValidationError as error:
            raise RuleBroken(error.messages[0], field="agenda") from None
        phase.save()


def _moment(value: Any) -> dt.datetime | None:
    return parse_datetime(value) if isinstance(value, str) else value


# ── The people ───────────────────────────────────────────────────────────────


def _read_people(workshop: Workshop) -> list[dict[str, Any]]:
    """Members alone: guests come by the door, and go by it."""
    people = Participant.objects.filter(workshop=workshop, membership__isnull=False, removed_at=None).order_by("pk")
    return [{"membership": p.membership_id, "function": p.function, "part": p.part} for p in people]


def _write_people(workshop: Workshop, rows: list[dict[str, Any]]) -> None:
    """Who has been in the room keeps their place in its minutes, removed or not."""
    if len(rows) > MOST_PEOPLE:
        raise RuleBroken(_("At most %(limit)s people.") % {"limit": MOST_PEOPLE}, field="participants")
    members = Participant.objects.filter(workshop=workshop, membership__isnull=False).select_related("membership__user")
    stored = {p.membership_id: p for p in members}
    wanted = {row["membership"]: row for row in rows}
    new = set(wanted) - set(stored)
    if new and Membership.objects.active().filter(pk__in=new).count() < len(new):
        raise RuleBroken(_("Choose one of the list."), field="participants")
    now = timezone.now()
    voted = set(Ballot.objects.filter(participant__workshop=workshop).values_list("participant_id", flat=True))
    for pk in set(stored) - set(wanted):
        person = stored[pk]
        if person.joined_at is None:
            person.delete()
        elif person.removed_at is None:
            person.removed_at = now
            person.save(update_fields=["removed_at"])
    for pk, row in wanted.items():
        person = stored.get(pk) or Participant(workshop=workshop, membership_id=pk, invited_at=now)
        if person.pk in voted and row["function"] != person.function:
            # A vote is balanced by it, also one that is closed.
            said = _("%(name)s has voted: the function stays as it was.") % {"name": person.name}
            raise RuleBroken(said, field="participants")
        person.function, person.part, person.removed_at = row["function"], row["part"], None
        person.admitted_at = person.admitted_at or now  # a member who is invited waits for nobody
        person.save()


# ── What notes are written under ─────────────────────────────────────────────


def _read_subjects(workshop: Workshop) -> list[dict[str, Any]]:
    rows = Subject.objects.filter(workshop=workshop)
    return [{"objective": row.objective_id, "key_result": row.key_result_id} for row in rows]


def _write_subjects(workshop: Workshop, rows: list[dict[str, Any]]) -> None:
    stored = {(s.objective_id, s.key_result_id): s for s in Subject.objects.filter(workshop=workshop)}
    wanted = [(row["objective"], row["key_result"]) for row in rows]
    if set(wanted) - set(stored):
        allowed = {(row["objective"], row["key_result"]) for row in map(subject_row, candidates(workshop))}
        if set(wanted) - set(stored) - allowed:
            raise RuleBroken(_("Choose one of the list."), field="subjects")
    gone = [stored[key].pk for key in set(stored) - set(wanted)]
    if Note.objects.filter(workshop=workshop, subject__in=gone).exists():
        raise RuleBroken(_("Notes were written under it already: it stays."), field="subjects")
    Subject.objects.filter(pk__in=gone).delete()
    for position, (objective, key_result) in enumerate(wanted, 1):
        subject = stored.get((objective, key_result))
        if subject is None:
            subject = Subject(workshop=workshop, objective_id=objective, key_result_id=key_result)
            subject.is_retained = key_result is None  # strategic key results are candidates until the room has said
        subject.position = position
        subject.save()


def candidates(workshop: Workshop) -> list[Objective] | list[KeyResult]:
    """What this workshop may be about, by its kind and place; with what their codes and titles need loaded."""
    if workshop.kind == WorkshopKind.TRIBE_OBJECTIVES:
        assert workshop.quarter is not None
        rows = KeyResult.objects.filter(objective__year=workshop.quarter.year_id, archived_at=None)
        rows = rows.filter(objective__archived_at=None).select_related("objective__department", "objective__year")
        return list(rows.order_by("objective__department__position", "objective__position", "position"))
    found = Objective.objects.filter(archived_at=None).select_related("department", "year", "tribe", "quarter__year")
    if workshop.kind == WorkshopKind.CODIR_KEY_RESULTS:
        return list(found.filter(year=workshop.year_id).order_by("department__position", "position"))
    return list(found.filter(tribe=workshop.tribe_id, quarter=workshop.quarter_id).order_by("position"))


def subject_row(thing: Objective | KeyResult) -> dict[str, Any]:
    return {
        "objective": thing.pk if isinstance(thing, Objective) else None,
        "key_result": thing.pk if isinstance(thing, KeyResult) else None,
    }


# ── Rules ────────────────────────────────────────────────────────────────────


def _check(workshop: Workshop) -> None:
    if workshop.dots_an_item > workshop.dots:
        raise RuleBroken(_("No more dots on one item than a person has."), field="dots_an_item")
    if workshop.co_facilitator_id is not None and workshop.co_facilitator_id == workshop.facilitator_id:
        raise RuleBroken(_("Choose somebody else than the facilitator."), field="co_facilitator")
    if not Phase.objects.filter(workshop=workshop).exists():
        raise RuleBroken(_("The agenda is empty. Add a phase first."), field="agenda")
    if workshop.functions_told and Workshop.objects.filter(pk=workshop.pk, functions_told=False).exists():
        # They cast their dots believing that nobody sees those of a function with few voters.
        voted = workshop.phases.filter(kind=PhaseKind.VOTE, started_at__isnull=False).first()
        if voted is not None:
            said = _("“%(phase)s” has begun already: it stays what it is.") % {"phase": voted}
            raise RuleBroken(said, field="functions_told")


def check_open(workshop: Workshop) -> None:
    """Raise RuleBroken where all of it is history."""
    if workshop.state == Workshop.State.CLOSED:
        raise RuleBroken(_("The workshop is closed: it is read only."))


def _announce(workshop: Workshop) -> None:
    tell(workshop, *EVERYTHING)
    # Who was taken out, or leads no more, keeps nothing that they may not see.
    review_rights(workshop, Participant.objects.filter(workshop=workshop, membership__isnull=False))
    tell_invited(workshop)


WORKSHOP = Kind(
    model=Workshop,
    fields=("kind", "year", "quarter", "tribe", "state", *OWN),
    lists={
        "agenda": RowList(_read_agenda, _write_agenda),
        "participants": RowList(_read_people, _write_people),
        "subjects": RowList(_read_subjects, _write_subjects),
    },
    require=lambda member, workshop: require(member, Permission.LEAD_WORKSHOPS, workshop),
    check=_check,
    check_writable=check_open,
    related=("tribe", "quarter__year", "year", "phase", "facilitator__user", "co_facilitator__user"),
    announce=_announce,
)


# ── Templates ────────────────────────────────────────────────────────────────


def _check_template(template: WorkshopTemplate) -> None:
    if not template.phases:
        raise RuleBroken(_("The agenda is empty. Add a phase first."), field="phases")
    if len(template.phases) > MOST_PHASES:
        raise RuleBroken(_("At most %(limit)s phases.") % {"limit": MOST_PHASES}, field="phases")
    same = WorkshopTemplate.objects.filter(kind=template.kind, name__iexact=template.name, archived_at=None)
    if template.archived_at is None and same.exclude(pk=template.pk).exists():
        raise RuleBroken(_("Another template of this kind has this name."), field="name")


TEMPLATE = Kind(
    model=WorkshopTemplate,
    fields=("kind", "name", "phases", "archived_at"),
    require=lambda member, template: require(member, Permission.LEAD_WORKSHOPS, template),
    check=_check_template,
    check_standing=_check_template,
)


def register_kinds() -> None:
    register(WORKSHOP)
    register(TEMPLATE)
