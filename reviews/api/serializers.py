"""What the API says of reviews. Relations are ids; scores are those of reviews.results, as pages have them."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from okr.api.fields import Computed
from okr.api.serializers import Resource
from okr.models import KeyResult, PeriodState, Quarter, Year
from orgs.models import Tribe
from reviews.access import slug_of
from reviews.models import RetroNote, Verdict
from reviews.results import Goal, Line, Part, results_of
from reviews.timing import opens_on
from reviews.trend import Point

_whole = serializers.IntegerField


def _text(score: Decimal | None) -> str | None:
    return None if score is None else f"{score:.1f}"


class VerdictSerializer(serializers.Serializer):
    key_result = _whole(help_text="Its id.")
    title = serializers.CharField()
    ambition = serializers.ChoiceField(KeyResult.Ambition.choices)
    score = serializers.CharField(allow_null=True, help_text="0.0 to 1.0; null without verdict, and of health metrics.")
    kept = serializers.BooleanField(allow_null=True, help_text="Of a health metric: whether it stayed within its band.")
    proposed = serializers.CharField(allow_null=True, help_text="From progress; null without any figure.")
    learning = serializers.CharField()
    miss_reason = serializers.CharField()
    afterwards = serializers.ChoiceField(["", *Verdict.Afterwards.values])
    corrected_at = serializers.DateTimeField(allow_null=True)
    correction = serializers.CharField(help_text="Why it was corrected after the close.")


class JudgedObjectiveSerializer(serializers.Serializer):
    objective = _whole(help_text="Its id.")
    title = serializers.CharField()
    score = serializers.CharField(allow_null=True, help_text="Mean of its key results' scores by their weights.")
    verdicts = VerdictSerializer(many=True)


class RetroNoteSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(RetroNote.Kind.choices)
    text = serializers.CharField()
    author = _whole(allow_null=True, help_text="Id of the member.")


class JudgedTribeSerializer(serializers.Serializer):
    tribe = _whole(allow_null=True, help_text="Its id; null for the strategy.")
    score = serializers.CharField(allow_null=True, help_text="Mean of its objectives' scores by their weights.")
    total = _whole(help_text="Key results that ran.")
    given = _whole(help_text="Of those with a verdict.")
    committed = _whole()
    reached = _whole(help_text="Of the committed ones, those at 1.0.")
    objectives = JudgedObjectiveSerializer(many=True)
    notes = RetroNoteSerializer(many=True)


class _ReviewSerializer(Resource):
    opens_on = serializers.SerializerMethodField(help_text="The first day on which verdicts are given.")
    page = serializers.SerializerMethodField(help_text="The address of the review's page for people.")

    def get_opens_on(self, period: Year | Quarter) -> dt.date:
        return opens_on(period)

    @extend_schema_field(OpenApiTypes.URI)
    def get_page(self, period: Year | Quarter) -> str:
        request: Any = self.context["request"]
        return str(request.build_absolute_uri(reverse("review", args=[request.org.slug, slug_of(period)])))


class ReviewSerializer(_ReviewSerializer):
    quarter_slug = serializers.CharField(source="slug", read_only=True, help_text="As in addresses: 2026-q3.")

    class Meta:
        model = Quarter
        fields: tuple[str, ...] = ("id", "year", "quarter_slug", "state", "opens_on", "ends_on", "page")
        read_only_fields = fields


class YearReviewSerializer(_ReviewSerializer):
    class Meta:
        model = Year
        fields: tuple[str, ...] = ("id", "number", "state", "opens_on", "ends_on", "page")
        read_only_fields = fields


class ReviewDetailSerializer(ReviewSerializer):
    tribes = serializers.SerializerMethodField(help_text="Those with key results in it.")

    class Meta(ReviewSerializer.Meta):
        fields = (*ReviewSerializer.Meta.fields, "tribes")
        read_only_fields = fields

    @extend_schema_field(JudgedTribeSerializer(many=True))
    def get_tribes(self, quarter: Quarter) -> list[dict[str, Any]]:
        return [_part(part) for part in results_of(quarter).parts]


class YearReviewDetailSerializer(YearReviewSerializer):
    strategy = serializers.SerializerMethodField(help_text="null where nothing ran.")

    class Meta(YearReviewSerializer.Meta):
        fields = (*YearReviewSerializer.Meta.fields, "strategy")
        read_only_fields = fields

    @extend_schema_field(JudgedTribeSerializer(allow_null=True))
    def get_strategy(self, year: Year) -> dict[str, Any] | None:
        parts = results_of(year).parts
        return _part(parts[0]) if parts else None


def _part(part: Part) -> dict[str, Any]:
    return {
        "tribe": part.tribe.pk if part.tribe else None,
        "score": _text(part.score),
        "total": part.total,
        "given": part.given,
        "committed": part.committed,
        "reached": part.reached,
        "objectives": [_goal(goal) for goal in part.goals],
        "notes": [{"kind": note.kind, "text": note.text, "author": note.author_id} for note in part.notes],
    }


def _goal(goal: Goal) -> dict[str, Any]:
    return {
        "objective": goal.objective.pk,
        "title": goal.objective.title,
        "score": _text(goal.score),
        "verdicts": [_line(line) for line in goal.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "key_result": line.key_result.pk,
        "title": line.key_result.title,
        "ambition": line.key_result.ambition,
        "score": _text(line.score),
        "kept": line.kept,
        "proposed": _text(line.proposed),
        "learning": line.learning,
        "miss_reason": line.miss_reason,
        "afterwards": line.afterwards,
        "corrected_at": line.verdict.corrected_at if line.verdict else None,
        "correction": line.verdict.correction if line.verdict else "",
    }


class TrendPointSerializer(serializers.Serializer):
    quarter = _whole(source="period.pk", help_text="Its id.")
    quarter_slug = serializers.CharField(source="period.slug", help_text="As in addresses: 2026-q3.")
    state = serializers.ChoiceField(PeriodState.choices, source="period.state")
    score = serializers.SerializerMethodField(
        help_text="Mean of its objectives' scores; null until closed with verdicts."
    )
    total = _whole(help_text="Key results that ran.")
    committed = _whole(allow_null=True, help_text="Of those; null until closed with verdicts.")
    reached = _whole(allow_null=True, help_text="Of the committed ones; those without verdict are not.")
    hit_rate = Computed(help_text="reached / committed; null where nothing was committed.")
    check_ins_due = _whole(source="check_ins.asked", help_text="Check-ins that were made, or no longer can be.")
    check_ins_made = _whole(source="check_ins.made", help_text="Of those, on time or late.")
    discipline = Computed(help_text="check_ins_made / check_ins_due; null where none was due.")

    def get_score(self, point: Point) -> str | None:
        return _text(point.score)


class TrendSerializer(Resource):
    quarters = serializers.SerializerMethodField(help_text="The oldest first.")

    class Meta:
        model = Tribe
        fields = read_only_fields = ("id", "code", "name", "quarters")

    @extend_schema_field(TrendPointSerializer(many=True))
    def get_quarters(self, tribe: Tribe) -> Any:
        return TrendPointSerializer(self.context["trend"].tribes[tribe.pk], many=True).data
