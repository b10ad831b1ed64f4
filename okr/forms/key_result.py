"""The form of a key result, strategic or of a tribe. What it measures decides which of its fields matter."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from okr import numbers
from okr.forms.fields import FigureField
from okr.forms.inputs import LineField, OwnerField
from okr.forms.units import LONGEST, NAMED, unit_typed
from okr.language import language
from okr.models import KeyResult, Objective, Step, StepTarget
from okr.querysets import RUNNING
from orgs.actions.audit import plain
from orgs.models import Membership
from orgs.rules import RuleBroken

Direction, Unit = KeyResult.Direction, KeyResult.Unit
FIGURES = ("start", "target", "low", "high", "tolerance")
MOST_STEPS = 30
EMPTY_STEPS = 3
SMALLEST_WEIGHT = Decimal("0.01")
STEP_NAME = re.compile(r"step-(\d{1,2})-title")
SIMPLE = ("title", "metric", "unit", "unit_label", "direction", *FIGURES, "weight", "source", "source_url", "ambition",
          "baseline_due_on")  # fmt: skip


def _length(name: str) -> int | None:
    return KeyResult._meta.get_field(name).max_length  # type: ignore[union-attr]


class KeyResultForm(forms.Form):
    """Gives what okr.actions.key_results.OWN names. Only the title has to be there: what a key result lacks to be published
    is said where it is published.

    Without a direction start and target say it, as the first figures of a draft do; without a unit the figures bring it
    ("27 %", "1,2 M€", "4.5 min"); of a new one that has figures and no metric, the title says what is measured.
    As owner the tribe's people are offered first; `near`, where given, are the only ones.
    """

    title = LineField(
        label=_("Key result"),
        max_length=_length("title"),
        error_messages={"required": _("Say what should move, in one line.")},
    )
    start = FigureField(label=_("Start"), required=False)
    target = FigureField(label=_("Target"), required=False)
    unit = forms.ChoiceField(
        label=_("Unit"), required=False, error_messages={"invalid_choice": _("Choose one of the units.")}
    )
    unit_label = LineField(
        label=_("Unit name"), max_length=LONGEST, required=False, help_text=_("For counts: min, orders…")
    )
    metric = LineField(
        label=_("Metric"),
        max_length=_length("metric"),
        required=False,
        help_text=_("What exactly is measured, on what."),
    )
    source = LineField(
        label=_("Data source"),
        max_length=_length("source"),
        required=False,
        help_text=_("The report or system that gives the figure."),
    )
    source_url = forms.URLField(
        label=_("Link to the source"),
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("Enter a whole address, such as https://example.org/report.")},
    )
    direction = forms.ChoiceField(
        label=_("How it moves"), required=False, error_messages={"invalid_choice": _("Choose one of the directions.")}
    )
    low = FigureField(label=_("Band from"), required=False)
    high = FigureField(label=_("Band to"), required=False)
    tolerance = FigureField(
        label=_("Tolerance"), required=False, help_text=_("How far outside the band counts as off; else its width.")
    )
    baseline_due_on = forms.DateField(
        label=_("Start measured by"),
        required=False,
        help_text=_("While the start is not known: the day by which it is measured."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages={"invalid": _("Enter a day, such as 2026-05-31.")},
    )
    ambition = forms.ChoiceField(
        label=_("Ambition"),
        choices=KeyResult.Ambition.choices,
        required=False,
        help_text=_("Committed expects the whole target; aspirational about 70% of it."),
        error_messages={"invalid_choice": _("Choose committed or aspirational.")},
    )
    weight = FigureField(
        label=_("Weight"),
        max_digits=6,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=_("1 unless it should count for more, or less, than the others."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        objective: Objective,
        today: dt.date,
        key_result: KeyResult | None = None,
        near: Iterable[Membership] | None = None,
        initial: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.objective, self.today, self.key_result = objective, today, key_result
        new: dict[str, Any] = {"ambition": KeyResult.Ambition.ASPIRATIONAL}
        stored = {name: getattr(key_result, name) for name in SIMPLE} if key_result else new
        if key_result is not None:
            stored["owner"] = key_result.owner_id
        super().__init__(data, initial={**stored, **(initial or {})}, **kwargs)
        self.fields["owner"] = OwnerField(
            tribe=objective.tribe, present=key_result.owner if key_result else None, near=near
        )
        self._choose_unit()
        self._offer_directions()
        self._add_steps()
        self._add_way()
        if self.is_frozen:
            self.fields["reason"] = LineField(
                label=_("Why do the published figures change?"), max_length=400, required=False
            )

    # ── What the page shows ──────────────────────────────────────────────────

    @property
    def is_frozen(self) -> bool:
        """Published: its baseline changes for a reason only."""
        return self.key_result is not None and self.key_result.stage in RUNNING

    @property
    def shape(self) -> str:
        """Which fields matter: "moves", "within" or "done"."""
        value = self["direction"].value()
        return str(value) if value in (Direction.WITHIN, Direction.DONE) else "moves"

    @property
    def steps(self) -> list[tuple[BoundField, BoundField, str]]:
        """Title and weight of each step, with the day that it was done on."""
        done = [step["done_on"] for step in self._stored_steps]
        return [
            (
                self[f"step-{number}-title"],
                self[f"step-{number}-weight"],
                self._day(done[number]) if number < len(done) and done[number] else "",
            )
            for number in range(self._step_count)
        ]

    @property
    def way(self) -> list[BoundField]:
        """Targets on the way, month by month."""
        return [self[name] for name in self._way]

    @property
    def opens_more(self) -> bool:
        """Whether something below "More" needs attention."""
        first = {"title", "start", "target", "unit", "unit_label", "owner", "metric", "source", "reason"}
        return bool(self.errors and set(self.errors) - first - {NON_FIELD_ERRORS}) or self.shape != "moves"

    # ── What it gives ────────────────────────────────────────────────────────

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self._late_baseline(said.get("baseline_due_on")):
            self.add_error("baseline_due_on", self._late_baseline(said["baseline_due_on"]))
        if not said.get("direction") and "direction" not in self.errors:
            said["direction"] = self._direction_of(said.get("start"), said.get("target"))
        return said

    def values(self) -> dict[str, Any]:
        """For okr.actions.key_results, once the form is valid: what its direction does not need is emptied."""
        said = self.cleaned_data
        direction = said["direction"]
        moves, within, done = (direction in (Direction.UP, Direction.DOWN), direction == Direction.WITHIN,
                               direction == Direction.DONE)  # fmt: skip
        figures = {name: said[name] if name in self._needed(direction) else None for name in FIGURES}
        return {
            **{name: said[name] for name in ("title", "source", "source_url", "owner")},
            **figures,
            "metric": said["metric"]
            or (said["title"] if self.key_result is None and any(v is not None for v in figures.values()) else ""),
            "direction": direction,
            "unit": Unit.DONE if done else self._unit,
            "unit_label": "" if done else self._unit_label,
            "weight": Decimal(1) if said["weight"] is None else said["weight"],
            "ambition": said["ambition"] or KeyResult.Ambition.ASPIRATIONAL,
            "baseline_due_on": said["baseline_due_on"] if moves and said["start"] is None else None,
            "steps": self._steps_said() if done else [],
            "step_targets": [] if done or within else self._way_said(),
        }

    @property
    def said_reason(self) -> str:
        return str(self.cleaned_data.get("reason", ""))

    def refuse(self, broken: RuleBroken) -> None:
        """Put the refusal of an action beside its field, or on top of the form."""
        field = broken.field
        if field == "steps" and self._step_count:
            field = "step-0-title"
        elif field == "step_targets" and self._way:
            # A figure below 0 is what most units refuse; otherwise the first one typed.
            typed = {name: value for name in self._way if (value := self.cleaned_data.get(name)) is not None}
            field = next((name for name, value in typed.items() if value < 0), next(iter(typed or self._way)))
        self.add_error(field if field in self.fields else None, broken.message)

    # ── Underneath ───────────────────────────────────────────────────────────

    def _choose_unit(self) -> None:
        """The unit said, else the stored one, else the one that the typed figures bring."""
        choices: list[tuple[str, Any]] = [choice for choice in Unit.choices if choice[0] != Unit.DONE]
        choices += NAMED.items()
        stored = self.key_result.unit if self.key_result else ""
        stored_label = self.key_result.unit_label if self.key_result else ""
        if stored == Unit.COUNT and stored_label in NAMED:
            self.initial["unit"] = stored_label
        if stored in ("", Unit.DONE):
            choices.insert(0, ("", _("As typed")))
            self.initial["unit"] = self.initial.get("unit") if self.initial.get("unit") != Unit.DONE else ""
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]
        data = self.data if self.is_bound else {}
        said = str(data.get(self.add_prefix("unit"), ""))
        self._unit_label = " ".join(str(data.get(self.add_prefix("unit_label"), "")).split())[:LONGEST]
        self._unit: str = Unit.COUNT
        if said in NAMED:
            renamed = said == stored_label and self._unit_label not in ("", stored_label)
            self._unit_label = self._unit_label if renamed else said
        elif said in Unit.values:
            self._unit = said
            if self._unit_label in NAMED and self._unit_label == stored_label:
                self._unit_label = ""  # the choice that was left
        elif stored and stored != Unit.DONE:
            self._unit = stored
        else:
            typed = unit_typed(str(data.get(self.add_prefix(name), "")) for name in FIGURES)
            self._unit, label = typed or (Unit.COUNT, "")
            self._unit_label = self._unit_label or label
        for name in FIGURES:
            figure: Any = self.fields[name]
            figure.unit, figure.unit_label = self._unit, self._unit_label

    def _offer_directions(self) -> None:
        choices = list(Direction.choices)
        row = self.key_result
        if row is None or (row.direction == Direction.UP and row.start is None and row.target is None):
            choices.insert(0, ("", _("From start to target")))  # what it says without figures is nobody's choice yet
            self.initial["direction"] = self.initial.get("direction") if row is None else ""
        self.fields["direction"].choices = choices  # type: ignore[attr-defined]

    def _add_steps(self) -> None:
        self._stored_steps: list[dict[str, Any]] = []
        if self.key_result is not None:
            self._stored_steps = [
                {"id": step.pk, "title": step.title, "weight": step.weight, "done_on": plain(step.done_on)}
                for step in Step.objects.filter(key_result=self.key_result)
            ]
        start = f"{self.prefix}-" if self.prefix else ""
        named = (name.removeprefix(start) for name in (self.data or {}) if name.startswith(start))
        sent = [int(found[1]) + 1 for name in named if (found := STEP_NAME.fullmatch(name))]
        self._step_count = min(max([len(self._stored_steps) + EMPTY_STEPS, *sent]), MOST_STEPS)
        for number in range(self._step_count):
            stored = self._stored_steps[number] if number < len(self._stored_steps) else {}
            label = gettext("Step %(number)d") % {"number": number + 1}
            self.fields[f"step-{number}-title"] = LineField(
                label=label, max_length=160, required=False, initial=stored.get("title", "")
            )
            self.fields[f"step-{number}-weight"] = FigureField(
                label=gettext("Weight of step %(number)d") % {"number": number + 1},
                max_digits=6,
                decimal_places=2,
                min_value=SMALLEST_WEIGHT,
                required=False,
                initial=stored.get("weight"),
            )

    def _steps_said(self) -> list[dict[str, Any]]:
        rows = []
        for number in range(self._step_count):
            title = self.cleaned_data[f"step-{number}-title"]
            stored = self._stored_steps[number] if number < len(self._stored_steps) else {}
            weight = self.cleaned_data[f"step-{number}-weight"]
            if title:
                rows.append(
                    {
                        **({"id": stored["id"]} if stored else {}),
                        "title": title,
                        "weight": plain(Decimal(1) if weight is None else weight),
                        "done_on": stored.get("done_on"),
                    }
                )
        return rows

    def _add_way(self) -> None:
        """A field at the end of each month but the last, which is the target's, and for each day that has a target."""
        stored = {}
        if self.key_result is not None:
            stored = {row.on: row.value for row in StepTarget.objects.filter(key_result=self.key_result)}
        self._way = {f"on-{day.isoformat()}": day for day in sorted({*_month_ends(self.objective), *stored})}
        for name, day in self._way.items():
            self.fields[name] = FigureField(
                label=self._day(day.isoformat()),
                unit=self._unit,
                unit_label=self._unit_label,
                required=False,
                initial=stored.get(day),
            )

    def _way_said(self) -> list[dict[str, Any]]:
        said = ((day, self.cleaned_data[name]) for name, day in self._way.items())
        return [{"on": day.isoformat(), "value": plain(value)} for day, value in said if value is not None]

    def _direction_of(self, start: Decimal | None, target: Decimal | None) -> str:
        if start is not None and target is not None and start != target:
            return Direction.DOWN if target < start else Direction.UP
        stored = self.key_result.direction if self.key_result else Direction.UP
        return str(stored)

    def _late_baseline(self, day: dt.date | None) -> str:
        """Why this day cannot be the one by which the start is measured; "" where it can."""
        if day is None or (self.key_result is not None and day == self.key_result.baseline_due_on):
            return ""
        if day < self.today:
            return gettext("This day has passed: choose one that is still to come.")
        if day > self.objective.span.ends_on:
            return gettext("%(period)s is over by then: choose an earlier day.") % {"period": self.objective.span}
        return ""

    def _needed(self, direction: str) -> tuple[str, ...]:
        if direction == Direction.DONE:
            return ()
        return ("low", "high", "tolerance") if direction == Direction.WITHIN else ("start", "target")

    def _day(self, iso: str) -> str:
        return numbers.format_date(dt.date.fromisoformat(iso), language(), "short")


def _month_ends(objective: Objective) -> list[dt.date]:
    span = objective.span
    days: list[dt.date] = []
    first = span.starts_on.replace(day=1)
    while True:
        first = (first + dt.timedelta(days=32)).replace(day=1)
        day = first - dt.timedelta(days=1)
        if day >= span.ends_on:
            return days
        days.append(day)
