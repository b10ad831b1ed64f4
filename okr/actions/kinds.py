"""What the state of each thing of the OKR pages is, and the rules that hold whatever changes it (orgs.actions.editable)."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from okr.actions.business_case import BUSINESS_CASE
from okr.actions.period_rules import check_writable
from okr.actions.periods import QUARTER, YEAR
from okr.actions.rules import check_figures, check_possible, check_weeks, lacks, require_edit
from okr.actions.staging import check_place, check_standing, taken_back
from okr.models import (
    CheckIn,
    Contribution,
    Evidence,
    Initiative,
    InitiativeDependency,
    InitiativeKeyResult,
    KeyResult,
    Objective,
    Quarter,
    Step,
    StepTarget,
    Year,
)
from okr.querysets import WRITTEN
from orgs.actions.audit import plain
from orgs.actions.editable import Kind, Order, RowList, kind_of, register
from orgs.models import Membership
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken

# What a form may set of their columns.
OF_KEY_RESULT = (
    "title",
    "metric",
    "unit",
    "unit_label",
    "direction",
    "start",
    "target",
    "low",
    "high",
    "tolerance",
    "weight",
    "owner",
    "source",
    "source_url",
    "ambition",
    "baseline_due_on",
)
OF_INITIATIVE = (
    "title",
    "note",
    "owner",
    "function",
    "start_week",
    "end_week",
    "milestone_week",
    "state",
    "delivered_on",
)


def _require_initiative(member: Membership, initiative: Initiative) -> None:
    require(member, Permission.EDIT_INITIATIVES, initiative)


def _require_evidence(member: Membership, evidence: Evidence) -> None:
    thing = evidence.objective or evidence.key_result
    assert thing is not None  # evidence_backs_one_thing
    require_edit(member, thing)


# ── Rows that belong to a thing ──────────────────────────────────────────────


def _check_ours(model: Any, ids: Collection[int], field: str) -> None:
    """Raise RuleBroken unless all are rows of this organization: not every database would notice."""
    if ids and model.objects.filter(pk__in=ids).count() < len(ids):
        raise RuleBroken(_("Choose one of the list."), field=field)


def _keyed(field: str, model: Any, owner: str, key: str, columns: tuple[str, ...]) -> RowList:
    """Rows of `model` below `owner`, one for each `key`; the rest of `columns` may change. Forms call them `field`."""
    attribute = model._meta.get_field(key).attname

    def read(thing: Any) -> list[dict[str, Any]]:
        rows = model.objects.filter(**{owner: thing})
        if key != "on":
            rows = rows.order_by("pk")
        return [{name: plain(getattr(row, model._meta.get_field(name).attname)) for name in columns} for row in rows]

    def write(thing: Any, rows: list[dict[str, Any]]) -> None:
        stored = {plain(getattr(row, attribute)): row for row in model.objects.filter(**{owner: thing})}
        wanted = {plain(row[key]): row for row in rows}
        if model._meta.get_field(key).is_relation:
            _check_ours(model._meta.get_field(key).related_model, set(wanted) - set(stored), field)
        for gone in set(stored) - set(wanted):
            stored[gone].delete()
        for value, row in wanted.items():
            found = stored.get(value) or model(**{owner: thing})
            for name in columns:
                column = model._meta.get_field(name)
                target = column.target_field if column.is_relation else column
                setattr(found, column.attname, target.to_python(row.get(name, "")))
            found.full_clean(
                exclude=["org", owner, *(name for name in columns if model._meta.get_field(name).is_relation)]
            )
            found.save()

    return RowList(read, write)


def _read_steps(key_result: KeyResult) -> list[dict[str, Any]]:
    return [
        {"id": step.pk, "title": step.title, "weight": plain(step.weight), "done_on": plain(step.done_on)}
        for step in Step.objects.filter(key_result=key_result)
    ]


def _write_steps(key_result: KeyResult, rows: list[dict[str, Any]]) -> None:
    """Steps keep their id, which check-in forms name, as long as they stay."""
    stored = {step.pk: step for step in Step.objects.filter(key_result=key_result)}
    for gone in set(stored) - {row.get("id") for row in rows}:
        stored[gone].delete()
    for position, row in enumerate(rows, 1):
        step = stored.get(row.get("id") or 0) or Step(key_result=key_result)
        step.title, step.position = row["title"], position
        step.weight = Step._meta.get_field("weight").to_python(row.get("weight", 1))
        step.done_on = Step._meta.get_field("done_on").to_python(row.get("done_on"))
        step.full_clean(exclude=["org", "key_result"])
        step.save()


def _read_answers(initiative: Initiative) -> list[int]:
    return list(
        InitiativeKeyResult.objects.filter(initiative=initiative).order_by("pk").values_list("key_result_id", flat=True)
    )


def _write_answers(initiative: Initiative, key_results: list[int]) -> None:
    rows = InitiativeKeyResult.objects.filter(initiative=initiative)
    rows.exclude(key_result_id__in=key_results).delete()
    present = set(rows.values_list("key_result_id", flat=True))
    _check_ours(KeyResult, set(key_results) - present, "answers")
    for pk in dict.fromkeys(key_results):
        if pk not in present:
            InitiativeKeyResult.objects.create(initiative=initiative, key_result_id=pk)


# ── Rules ────────────────────────────────────────────────────────────────────


def _check_objective(objective: Objective) -> None:
    _check_weight(objective)
    for contribution in Contribution.objects.filter(objective=objective).select_related("key_result__objective"):
        if objective.is_strategic or not contribution.key_result.is_strategic:
            raise RuleBroken(
                _("An objective of a quarter contributes, and to strategic key results."), field="contributions"
            )


def _check_key_result(key_result: KeyResult) -> None:
    check_figures(key_result)
    _check_weight(key_result)
    if key_result.stage in WRITTEN and CheckIn.objects.filter(key_result=key_result).exists():
        raise RuleBroken(_("It was measured since: it stays published."))
    if key_result.direction == KeyResult.Direction.DONE:
        if StepTarget.objects.filter(key_result=key_result).exists():
            raise RuleBroken(_("What is done or not done has steps, no targets on the way."), field="step_targets")
        return
    _check_step_targets(key_result)


def _check_weight(thing: Objective | KeyResult) -> None:
    """A zero total is refused: a weighted mean of nothing is no progress (method.md § 1)."""
    if thing.weight != 0 or thing.archived_at is not None:
        return
    order = kind_of(thing).order
    assert order is not None
    others = order.siblings(thing).exclude(pk=thing.pk)
    if not others.filter(weight__gt=0).exists():
        raise RuleBroken(_("At least one weight must be more than 0."), field="weight")


def _check_step_targets(key_result: KeyResult) -> None:
    span = key_result.objective.span
    for target in StepTarget.objects.filter(key_result=key_result):
        if not span.starts_on <= target.on <= span.ends_on:
            raise RuleBroken(_("A target on the way lies within %(period)s.") % {"period": span}, field="step_targets")
        check_possible(key_result, target.value, "step_targets")


def _check_initiative(initiative: Initiative) -> None:
    check_weeks(initiative)
    answers = InitiativeKeyResult.objects.filter(initiative=initiative).select_related("key_result__objective")
    if any(answer.key_result.objective.tribe_id != initiative.tribe_id for answer in answers):
        tribe = initiative.tribe.org.tribe_label
        raise RuleBroken(
            _("An initiative answers key results of the same %(tribe)s.") % {"tribe": tribe}, field="answers"
        )


def _span_behind(evidence: Evidence) -> Year | Quarter:
    thing = evidence.objective or evidence.key_result
    assert thing is not None  # evidence_backs_one_thing
    return thing.span if isinstance(thing, Objective) else thing.objective.span


def _check_evidence(evidence: Evidence) -> None:
    if evidence.url and not evidence.url.startswith(("http://", "https://")):
        raise RuleBroken(_("A link begins with https:// or http://."), field="url")


OBJECTIVE = Kind(
    model=Objective,
    fields=(
        "level",
        "title",
        "why",
        "owner",
        "year",
        "department",
        "quarter",
        "tribe",
        "weight",
        "position",
        "archived_at",
    ),
    lists={"contributions": _keyed("contributions", Contribution, "objective", "key_result", ("key_result", "reason"))},
    require=require_edit,
    check=_check_objective,
    check_writable=lambda objective: check_writable(objective.span),
    check_standing=check_standing,
    check_place=check_place,
    taken_back=taken_back,
    order=Order(("level", "year", "quarter", "tribe")),
    related=("year", "quarter__year", "tribe", "owner__user"),
)
KEY_RESULT = Kind(
    model=KeyResult,
    fields=("objective", *OF_KEY_RESULT, "stage", "merged_into", "carried_from", "baseline", "position", "archived_at"),
    lists={
        "steps": RowList(_read_steps, _write_steps),
        "step_targets": _keyed("step_targets", StepTarget, "key_result", "on", ("on", "value")),
    },
    require=require_edit,
    check=_check_key_result,
    check_writable=lambda key_result: check_writable(key_result.objective.span),
    lacks=lacks,
    check_standing=check_standing,
    check_place=check_place,
    taken_back=taken_back,
    order=Order(("objective",)),
    related=("objective__year", "objective__quarter__year", "objective__tribe", "owner__user"),
)
INITIATIVE = Kind(
    model=Initiative,
    fields=("tribe", "quarter", *OF_INITIATIVE, "position", "archived_at"),
    lists={
        "answers": RowList(_read_answers, _write_answers),
        "dependencies": _keyed("dependencies", InitiativeDependency, "initiative", "tribe", ("tribe", "what")),
    },
    require=_require_initiative,
    check=_check_initiative,
    check_writable=lambda initiative: check_writable(initiative.quarter),
    order=Order(("tribe", "quarter")),
    related=("tribe", "quarter__year", "owner__user"),
)
EVIDENCE = Kind(
    model=Evidence,
    fields=(
        "objective",
        "key_result",
        "kind",
        "title",
        "figure",
        "source",
        "url",
        "file",
        "note",
        "table",
        "file_name",
        "file_size",
        "position",
        "archived_at",
    ),
    require=_require_evidence,
    check=_check_evidence,
    check_writable=lambda evidence: check_writable(_span_behind(evidence)),
    order=Order(("objective", "key_result")),
    related=(
        "objective__tribe",
        "objective__year",
        "objective__quarter__year",
        "key_result__objective__tribe",
        "key_result__objective__year",
        "key_result__objective__quarter__year",
    ),
)


def register_kinds() -> None:
    for kind in (YEAR, QUARTER, OBJECTIVE, KEY_RESULT, INITIATIVE, EVIDENCE, BUSINESS_CASE):
        register(kind)
