"""What each resource of the API says. Relations are ids; figures are strings; what is computed is read as pages read it."""

from typing import Any

from django.db import models
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from okr import scoring
from okr.api.fields import Computed, Figure, PageField, page_url
from okr.models import (
    BusinessCase,
    CheckIn,
    Contribution,
    Evidence,
    Initiative,
    InitiativeDependency,
    KeyResult,
    Objective,
    PeriodState,
    Quarter,
    Step,
    StepTarget,
    Year,
)
from okr.querysets import PROPOSED, RUNNING
from okr.readings import Clock, read, summarize
from orgs.models import Department, Function, Membership, Tribe

STATUSES = [(status.value, status.value) for status in scoring.Status]


class Resource(serializers.ModelSerializer):
    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DecimalField: Figure,
        models.URLField: serializers.CharField,  # "" where there is none
    }

    @property
    def clock(self) -> Clock:
        """Today for the key's organization: one for a whole list."""
        context: Any = self.context
        if "clock" not in context:
            context["clock"] = Clock.of(context["request"].org)
        return context["clock"]


# ── Periods and people ───────────────────────────────────────────────────────


class YearSerializer(Resource):
    class Meta:
        model = Year
        fields = read_only_fields = ("id", "number", "starts_on", "ends_on", "state")


class QuarterSerializer(Resource):
    slug = serializers.CharField(read_only=True, help_text="As in addresses of pages: 2026-q2.")

    class Meta:
        model = Quarter
        fields = read_only_fields = ("id", "year", "number", "slug", "starts_on", "ends_on", "state")


class DepartmentSerializer(Resource):
    archived = serializers.SerializerMethodField(help_text="True for one that is gone, but is still referred to.")

    class Meta:
        model = Department
        fields = read_only_fields = ("id", "name", "archived", "merged_into")

    def get_archived(self, department: Department) -> bool:
        return department.archived_at is not None


class TribeSerializer(Resource):
    class Meta:
        model = Tribe
        fields = read_only_fields = ("id", "code", "name", "mission", "department", "lead")


class MemberSerializer(Resource):
    name = serializers.CharField(source="user.name", read_only=True)
    function = serializers.ChoiceField(Function.choices, read_only=True, allow_blank=True)
    active = serializers.SerializerMethodField(help_text="False for somebody who has left, but is still referred to.")

    class Meta:
        model = Membership
        fields = read_only_fields = ("id", "name", "function", "active")

    def get_active(self, member: Membership) -> bool:
        return member.ended_at is None


# ── The hierarchy ────────────────────────────────────────────────────────────


class ObjectiveSerializer(Resource):
    code = serializers.CharField(read_only=True)
    progress = Computed(source="summary.progress", help_text="Weighted mean of its key results that have data, 0 to 1.")
    expected = Computed(source="summary.expected", help_text="What the same key results should have reached today.")
    status = serializers.ChoiceField(STATUSES, source="summary.status", read_only=True)
    updated = serializers.IntegerField(
        source="summary.updated",
        read_only=True,
        help_text="Coverage: how many of its key results have a measurement that is not silent…",
    )
    total = serializers.IntegerField(source="summary.total", read_only=True, help_text="…of how many.")
    page = PageField("objective")

    class Meta:
        model = Objective
        fields = read_only_fields = (
            "id",
            "level",
            "code",
            "title",
            "why",
            "owner",
            "year",
            "department",
            "quarter",
            "tribe",
            "weight",
            "progress",
            "expected",
            "status",
            "updated",
            "total",
            "page",
        )

    def to_representation(self, objective: Objective) -> dict[str, Any]:
        clock = self.clock
        stages = PROPOSED if objective.span.state == PeriodState.DRAFT else RUNNING
        rows = [row for row in objective.key_results.all() if row.stage in stages]
        objective.summary = summarize([read(row, clock) for row in rows], clock)  # type: ignore[attr-defined]
        return super().to_representation(objective)


class StepSerializer(Resource):
    class Meta:
        model = Step
        fields = read_only_fields = ("id", "title", "weight", "done_on")


class StepTargetSerializer(Resource):
    class Meta:
        model = StepTarget
        fields = read_only_fields = ("on", "value")


class KeyResultSerializer(Resource):
    level = serializers.ChoiceField(Objective.Level.choices, source="objective.level", read_only=True)
    code = serializers.CharField(read_only=True)
    steps = StepSerializer(many=True, read_only=True, help_text="Of a milestone (direction “done”).")
    step_targets = StepTargetSerializer(many=True, read_only=True)
    progress = Computed(source="reading.progress", help_text="Share of the way, not clamped: below 0, above 1.")
    expected = Computed(source="reading.expected", help_text="Share of the way expected today.")
    expected_value = Computed(source="reading.expected_value", help_text="The same in the metric's unit.")
    status = serializers.ChoiceField(STATUSES, source="reading.status", read_only=True)
    low_confidence = serializers.BooleanField(
        source="reading.low_confidence", read_only=True, help_text="Low, or fallen sharply since the last check-in."
    )
    page = PageField("key_result")

    class Meta:
        model = KeyResult
        fields = read_only_fields = (
            "id",
            "objective",
            "level",
            "code",
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
            "stage",
            "steps",
            "step_targets",
            "current",
            "checked_on",
            "confidence",
            "previous_confidence",
            "low_confidence",
            "next_due_on",
            "progress",
            "expected",
            "expected_value",
            "status",
            "score",
            "learning",
            "miss_reason",
            "page",
        )

    def to_representation(self, key_result: KeyResult) -> dict[str, Any]:
        key_result.reading = read(key_result, self.clock)  # type: ignore[attr-defined]
        return super().to_representation(key_result)


class ContributionSerializer(Resource):
    class Meta:
        model = Contribution
        fields = read_only_fields = ("id", "objective", "key_result", "reason")


class EvidenceSerializer(Resource):
    has_file = serializers.SerializerMethodField(help_text="A file is kept with it: people open it from the page.")
    page = serializers.SerializerMethodField(help_text="Page of the objective or key result that it backs.")

    class Meta:
        model = Evidence
        fields = read_only_fields = (
            "id",
            "objective",
            "key_result",
            "kind",
            "title",
            "figure",
            "source",
            "url",
            "note",
            "has_file",
            "page",
        )

    def get_has_file(self, evidence: Evidence) -> bool:
        return bool(evidence.file)

    @extend_schema_field(OpenApiTypes.URI)
    def get_page(self, evidence: Evidence) -> str:
        request = self.context["request"]
        if evidence.key_result_id:
            return page_url(request, "key_result", evidence.key_result_id)
        return page_url(request, "objective", evidence.objective_id)


class BusinessCaseSerializer(Resource):
    class Meta:
        model = BusinessCase
        fields = read_only_fields = (
            "id",
            "key_result",
            "revenue_effect",
            "profitability_effect",
            "budget_share",
            "note",
            "consolidated_at",
            "consolidated_by",
        )


class DependencySerializer(Resource):
    class Meta:
        model = InitiativeDependency
        fields = read_only_fields = ("tribe", "what")


class InitiativeSerializer(Resource):
    function = serializers.ChoiceField(Function.choices, read_only=True, allow_blank=True)
    key_results = serializers.SerializerMethodField(help_text="The key results it answers.")
    dependencies = DependencySerializer(many=True, read_only=True, help_text="What it needs from other tribes.")
    page = PageField("initiative")

    class Meta:
        model = Initiative
        fields = read_only_fields = (
            "id",
            "tribe",
            "quarter",
            "title",
            "note",
            "owner",
            "function",
            "start_week",
            "end_week",
            "milestone_week",
            "state",
            "delivered_on",
            "key_results",
            "dependencies",
            "page",
        )

    def get_key_results(self, initiative: Initiative) -> list[int]:
        return [answer.key_result_id for answer in initiative.answers.all()]


# ── Check-ins ────────────────────────────────────────────────────────────────


class CheckInSerializer(Resource):
    mood = serializers.ChoiceField(CheckIn.Mood.choices, read_only=True, allow_blank=True)

    class Meta:
        model = CheckIn
        fields = read_only_fields = (
            "id",
            "key_result",
            "on",
            "value",
            "confidence",
            "comment",
            "mood",
            "author",
            "client_id",
            "created_at",
            "corrected_at",
        )


class NewCheckInSerializer(serializers.Serializer):
    """A check-in to record; `value`, or for a milestone with steps `done_steps`."""

    key_result = serializers.PrimaryKeyRelatedField(
        queryset=KeyResult.objects.all(), pk_field=serializers.IntegerField(), help_text="Its id."
    )
    value = Figure(
        18,
        4,
        required=False,
        allow_null=True,
        help_text="What was measured, in the metric's unit; a milestone's share.",
    )
    done_steps = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        max_length=200,
        help_text="Ids of all the steps that are done now: those left out are not done.",
    )
    confidence = serializers.IntegerField(min_value=1, max_value=10)
    comment = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    mood = serializers.ChoiceField(CheckIn.Mood.choices, required=False, allow_blank=True)
    on = serializers.DateField(required=False, help_text="Day of the measurement; today without it.")
    client_id = serializers.UUIDField(
        required=False, help_text="Chosen by the caller: the same one sent again records nothing more."
    )
