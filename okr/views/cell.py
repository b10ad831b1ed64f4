"""One cell of a grid, edited in place: a field of a key result or of an objective, or a check-in."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from okr.actions.check_in import correct_check_in, record_check_in
from okr.actions.key_results import change_key_result
from okr.actions.objectives import change_objective
from okr.forms.check_in import FIRST_CONFIDENCE, figure_field
from okr.forms.fields import FigureField
from okr.forms.inputs import LineField, OwnerField
from okr.forms.key_result import KeyResultForm
from okr.forms.objective import ObjectiveForm
from okr.forms.units import unit_typed
from okr.models import CheckIn, KeyResult
from okr.pages.figures import Figures
from okr.querysets import RUNNING
from okr.readings import Clock
from okr.views.writing import key_result_to_write, objective_to_write, written
from orgs.actions.audit import Actor
from orgs.actions.editing import Clash, EditConflict
from orgs.conflicts import seen_in
from orgs.http import OrgRequest
from orgs.models import Membership
from orgs.permissions import Permission, can
from orgs.rules import RuleBroken

CONFLICT, REFUSED = 409, 422
Direction = KeyResult.Direction
FIGURES = ("start", "target", "low", "high")
CHECK_IN = ("now", "confidence")  # what is measured, not what is defined: another permission


@require_POST
def key_result_cell(request: OrgRequest, pk: int) -> HttpResponse:
    """`field`, `value`, `revision` and perhaps `reason`: the row as it is now. 422 and 409 say what is wrong, for the cell
    to show."""
    field = request.POST.get("field", "")
    if field in CHECK_IN:
        key_result: KeyResult = get_object_or_404(KeyResult.objects.live().with_span(), pk=pk)
    else:
        key_result = key_result_to_write(request, pk)
    try:
        change = _write(request, key_result, field)
    except EditConflict as conflict:
        return _clash(request, conflict.clashes[0], conflict.thing)
    except RuleBroken as broken:
        return _refuse(request, broken.message, asks=broken.field == "reason")
    except ValidationError as error:
        return _refuse(request, " ".join(error.messages))
    return written(request, key_result.objective, change=change, anchor=f"kr-{pk}", rows=[pk])


@require_POST
def objective_cell(request: OrgRequest, pk: int) -> HttpResponse:
    """The same of an objective: its title, its owner."""
    objective = objective_to_write(request, pk)
    field = request.POST.get("field", "")
    if field not in ("title", "owner"):
        return _refuse(request, _("This cannot be edited in its cell."))
    form = ObjectiveForm(strategic=objective.is_strategic, objective=objective, near=[])
    try:
        value = form.fields[field].clean(request.POST.get("value", ""))
        _changed, change = change_objective(
            objective, {field: value}, by=Actor(request.membership), seen=seen_in(request.POST)
        )
    except EditConflict as conflict:
        return _clash(request, conflict.clashes[0], conflict.thing)
    except RuleBroken as broken:
        return _refuse(request, broken.message)
    except ValidationError as error:
        return _refuse(request, " ".join(error.messages))
    return written(request, objective, change=change.id, anchor=f"goal-{pk}", rows=[0])


# ── Key results ──────────────────────────────────────────────────────────────


def _write(request: OrgRequest, key_result: KeyResult, field: str) -> Any:
    """Gives the id of the change; None for a check-in, which is not undone but corrected."""
    typed = request.POST.get("value", "")
    if field in CHECK_IN:
        _check_in(request.membership, key_result, field, typed, Clock.of(request.org))
        return None
    _changed, change = change_key_result(
        key_result,
        _values(key_result, field, typed),
        by=Actor(request.membership),
        seen=seen_in(request.POST),
        reason=request.POST.get("reason", "")[:400],
    )
    return change.id


def _values(key_result: KeyResult, field: str, typed: str) -> dict[str, Any]:
    """What is set: the field, and in a draft what a figure says beside (its unit, which way it goes, and that the title
    names what is measured)."""
    if field in FIGURES:
        return _figure(key_result, field, typed)
    if field == "owner":
        return {"owner": OwnerField(present=key_result.owner, near=[]).clean(typed)}
    if field in ("title", "metric", "source"):
        line: LineField = KeyResultForm.base_fields[field]  # type: ignore[assignment]
        return {field: line.clean(typed)}
    raise RuleBroken(_("This cannot be edited in its cell."))


def _figure(key_result: KeyResult, field: str, typed: str) -> dict[str, Any]:
    unit, label = key_result.unit, key_result.unit_label
    values: dict[str, Any] = {}
    brings = unit_typed([typed])
    is_draft = key_result.stage not in RUNNING
    if is_draft and brings and brings != (unit, label):
        unit, label = brings
        values = {"unit": unit, "unit_label": label}
    value: Decimal | None = FigureField(unit=unit, unit_label=label, required=False).clean(typed)
    values[field] = value
    start, target = (value if name == field else getattr(key_result, name) for name in ("start", "target"))
    moves = key_result.direction in (Direction.UP, Direction.DOWN)
    if is_draft and moves and start is not None and target is not None and start != target:
        values["direction"] = Direction.DOWN if target < start else Direction.UP
    if is_draft and value is not None and not key_result.metric:
        values["metric"] = key_result.title
    if field == "start" and value is not None and key_result.baseline_due_on is not None:
        values["baseline_due_on"] = None
    return values


def _check_in(member: Membership, key_result: KeyResult, field: str, typed: str, clock: Clock) -> None:
    """What is not typed stays as it was. The check-in that the same person made today is corrected, not made twice."""
    if key_result.direction == Direction.DONE:
        raise RuleBroken(_("Check in to say what is done."))
    value, confidence = key_result.current, key_result.confidence or FIRST_CONFIDENCE
    if field == "now":
        value = figure_field(key_result).clean(typed)
    else:
        confidence = _confidence(typed)
    if (value, confidence) == (key_result.current, key_result.confidence):
        return
    latest = CheckIn.objects.filter(key_result=key_result).select_related("key_result__objective__tribe").first()
    mine = latest is not None and latest.on == clock.today and can(member, Permission.CORRECT_CHECK_IN, latest)
    if mine and latest is not None:
        correct_check_in(
            latest, by=Actor(member), value=value, confidence=confidence, comment=latest.comment, mood=latest.mood
        )
    else:
        record_check_in(key_result, by=Actor(member), value=value, confidence=confidence)


def _confidence(typed: str) -> int:
    text = typed.strip()
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 10):
        raise ValidationError(_("Confidence goes from 1 to 10."))
    return int(text[:4])


# ── Refusals ─────────────────────────────────────────────────────────────────


def _refuse(request: OrgRequest, message: str, *, asks: bool = False) -> HttpResponse:
    return render(request, "okr/_cell_refused.html", {"message": message, "asks": asks}, status=REFUSED)


def _clash(request: OrgRequest, clash: Clash, thing: Any) -> HttpResponse:
    figures = Figures.of(thing, Clock.of(request.org)) if clash.name in FIGURES else None
    brings_unit = figures is not None and unit_typed([request.POST.get("value", "")]) is not None
    context = {
        "clash": clash,
        "revision": thing.revision,
        "mine": request.POST["value"] if brings_unit else _shown(clash.name, clash.mine, figures),
        "theirs": _shown(clash.name, clash.theirs, figures),
    }
    return render(request, "okr/_cell_clash.html", context, status=CONFLICT)


def _shown(name: str, value: Any, figures: Figures | None) -> str:
    if value in (None, ""):
        return "–"
    if figures is not None:
        return figures.value(Decimal(value))
    if name == "owner":
        person = Membership.objects.filter(pk=value).select_related("user").first()
        return person.name if person else "–"
    return str(value)
