"""Making drafts of what the room retained: a tribe's objective, or a key result, strategic ones as candidates.

Whoever leads the workshop may (Permission.DRAFT_RETAINED), whatever they may write elsewhere. What is made goes through the
same acts as on the OKR pages: the organization is held first, then the workshop. Of a workshop for practice nothing is made:
the hierarchy is real, and only the title of what it would have become is kept.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from okr.actions.initiatives import create_initiative_within
from okr.actions.key_results import create_key_result_within
from okr.actions.objectives import create_objective_within
from okr.models import Initiative, KeyResult, Objective
from okr.readings import Clock
from orgs.actions import editing, once
from orgs.actions.audit import Actor
from orgs.actions.editable import kind_of
from orgs.actions.editing import Change
from orgs.models import AuditEvent, Membership
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from workshops.actions.deciding import decision_of
from workshops.actions.session import leading, tell
from workshops.models import Decision, Participant, Subject, Workshop, WorkshopKind

TITLE = Initiative._meta.get_field("title").max_length or 0


@transaction.atomic
def draft_objective(
    workshop: Workshop,
    uid: uuid.UUID,
    values: Mapping[str, Any],
    *,
    by: Participant,
    contributes_because: str = "",
    client_id: uuid.UUID | None = None,
) -> tuple[Objective, Change]:
    """A draft of the workshop's tribe and quarter, which contributes to the strategic key result that the item was written
    under. `values`: `title`, `why`, `owner`. A second call with the same `client_id` answers the first.

    Raises PermissionDenied, or RuleBroken: also where somebody else has made a draft of it meanwhile.
    """
    workshop, decision, change, made = _begin(workshop, uid, Objective, by, client_id)
    if made is not None:
        return made, change
    subject = _subject(decision)
    if workshop.kind != WorkshopKind.TRIBE_OBJECTIVES or subject.key_result_id is None:
        raise RuleBroken(_("This workshop makes key results."))
    objective = Objective(level=Objective.Level.TRIBE, tribe=workshop.tribe, quarter=workshop.quarter, **values)
    contribution = {"key_result": subject.key_result_id, "reason": contributes_because}
    with _for_good(workshop):
        create_objective_within(objective, change, contributions=[contribution])
    _link(workshop, decision, objective=objective)
    return objective, change


@transaction.atomic
def draft_key_result(
    workshop: Workshop,
    uid: uuid.UUID,
    values: Mapping[str, Any],
    *,
    by: Participant,
    find_by: dt.date | None = None,
    client_id: uuid.UUID | None = None,
) -> tuple[KeyResult, Change]:
    """A draft below the objective that the item was written under; `values` as okr.actions.key_results.OWN.

    `find_by` is the day by which its figure is found: of a tribe's key result that becomes its first initiative. Otherwise
    as `draft_objective`.
    """
    workshop, decision, change, made = _begin(workshop, uid, KeyResult, by, client_id)
    if made is not None:
        return made, change
    subject = _subject(decision)
    if workshop.kind == WorkshopKind.TRIBE_OBJECTIVES or subject.objective is None:
        raise RuleBroken(_("This workshop makes objectives."))
    with _for_good(workshop):
        key_result = create_key_result_within(subject.objective, change, **values)
        if find_by is not None and not key_result.is_strategic:
            _first_step(key_result, find_by, change)
    _link(workshop, decision, key_result=key_result)
    return key_result, change


@transaction.atomic
def take_back_draft(workshop: Workshop, uid: uuid.UUID, *, by: Participant) -> None:
    """Archive the draft that was made of the item, with the first step that came with it; where it is gone already, nothing.

    Raises RuleBroken where it is a draft no more, or holds key results: that is decided on its own page.
    """
    workshop, by = leading(workshop, by)
    decision = decision_of(workshop, uid)
    if decision is not None and decision.would_become:
        decision.would_become = ""
        decision.save(update_fields=["would_become"])
        tell(workshop, "board")
    made = decision.made if decision else None
    if made is None:
        return
    actor = _actor(by, workshop)
    thing = editing.locked(type(made), made.pk)
    if isinstance(thing, KeyResult):
        is_draft = thing.stage == KeyResult.Stage.DRAFT
    else:
        is_draft = not KeyResult.objects.live().filter(objective=thing).exists()
    if not is_draft:
        raise RuleBroken(_("People have gone on working with it: archive it on its own page."))
    change = Change(actor)
    kind_of(thing).check_writable(thing)
    for step in _steps_with(thing):
        editing.archive(step, change)
    editing.archive(thing, change)
    tell(workshop, "board")


def _begin(
    workshop: Workshop, uid: uuid.UUID, model: type[Any], by: Participant, client_id: uuid.UUID | None
) -> tuple[Workshop, Decision, Change, Any]:
    """The workshop, locked, what was decided of the item, the act, and what it made when it came before."""
    workshop, by = leading(workshop, by)
    actor = _actor(by, workshop)
    if workshop.state not in (Workshop.State.RUNNING, Workshop.State.CLOSED):
        raise RuleBroken(_("The workshop is not running."))
    decision = decision_of(workshop, uid)
    if decision is None or decision.outcome != Decision.Outcome.RETAINED:
        raise RuleBroken(_("Retain it first: drafts are made of what the room retained."))
    change, made = once.begin(model, actor, client_id)
    if not made and (there := decision.made) is not None:
        raise RuleBroken(_("A draft was made of it meanwhile: “%(title)s”.") % {"title": there.title})
    return workshop, decision, change, made[0] if made else None


def _actor(by: Participant, workshop: Workshop) -> Actor:
    member = by.membership
    assert member is not None  # guests lead nothing
    require(member, Permission.DRAFT_RETAINED, workshop)
    return Actor(member, AuditEvent.Via.PAGE)


def _subject(decision: Decision) -> Subject:
    item = decision.note or decision.family
    assert item is not None  # decision_is_of_one_item
    return item.subject


@contextmanager
def _for_good(workshop: Workshop) -> Iterator[None]:
    """What is done within stays, unless it is for practice: then it is tried, by all rules, and taken back at once."""
    with transaction.atomic():
        yield
        if workshop.is_practice:
            transaction.set_rollback(True)


def _link(workshop: Workshop, decision: Decision, **made: Objective | KeyResult) -> None:
    for name, thing in made.items():
        if workshop.is_practice:
            decision.would_become = thing.title
        else:
            setattr(decision, name, thing)
    decision.save(update_fields=["would_become", *made])
    tell(workshop, "board")


# ── The first step of what cannot be measured yet ────────────────────────────


def _first_step(key_result: KeyResult, by: dt.date, change: Change) -> None:
    """An initiative that ends in the week of that day, or in the quarter's nearest."""
    objective = key_result.objective
    assert objective.tribe is not None  # not strategic
    assert objective.quarter is not None
    org = change.by.membership.org
    weeks = objective.quarter.weeks()
    start, end = (_within(weeks, _monday(day)) for day in (Clock.of(org).today, by))
    owner: Membership | None = key_result.owner
    with translation.override(org.language):  # content, as what people write
        title = _("Find the figure: %(title)s") % {"title": key_result.title}
    create_initiative_within(
        objective.tribe,
        objective.quarter,
        change,
        title=title[:TITLE],
        owner=owner,
        function=owner.function if owner else "",
        start_week=min(start, end),
        end_week=end,
        milestone_week=end,
        answers=[key_result.pk],
    )


def _steps_with(thing: Objective | KeyResult) -> list[Initiative]:
    """The initiatives that the same act made, locked, as far as they are as they were."""
    if not isinstance(thing, KeyResult):
        return []
    made = AuditEvent.objects.filter(object_type="keyresult", object_id=thing.pk, before={}).order_by("pk").first()
    if made is None or made.change is None:
        return []
    events = AuditEvent.objects.filter(change=made.change, object_type="initiative", before={})
    rows = Initiative.objects.live().filter(pk__in=events.values("object_id"), revision=1)
    return [editing.locked(Initiative, pk) for pk in rows.values_list("pk", flat=True)]


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def _within(weeks: list[dt.date], monday: dt.date) -> dt.date:
    return max(weeks[0], min(monday, weeks[-1]))
