"""What the API says of plannings. Relations are ids; what is counted is counted by the board, as pages and files are."""

from collections import Counter
from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from okr.api.fields import PageField
from okr.api.serializers import Resource
from okr.models import KeyResult
from okr.querysets import RUNNING
from orgs.models import Organization
from planning.actions.rows import OUTCOME_OF
from planning.actions.wishes import MOST_AT_ONCE, REASON_LETTERS
from planning.models import Decision, Opinion, Outcome, Planning
from planning.pages.board import Board

# As text, and as a number that a page would show: nothing here is a figure of a metric.
_whole = serializers.IntegerField


class PlanningSerializer(Resource):
    quarter_slug = serializers.CharField(source="quarter.slug", read_only=True, help_text="As in addresses: 2026-q3.")
    page = serializers.SerializerMethodField(help_text="The address of the planning's page for people.")

    class Meta:
        model = Planning
        fields: tuple[str, ...] = (
            "id", "quarter", "quarter_slug", "state", "mode", "chair", "target", "cap", "meets_at", "preread_until",
            "refined_by", "opened_at", "closed_at", "published_at", "page",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.URI)
    def get_page(self, planning: Planning) -> str:
        request: Any = self.context["request"]
        url = reverse("planning", args=[request.org.slug, planning.quarter.slug])
        return str(request.build_absolute_uri(url))


class CountsSerializer(serializers.Serializer):
    """Every proposal is in exactly one of keep, defer, merge, drop and open (undecided)."""

    presented = _whole()
    keep = _whole()
    defer = _whole()
    merge = _whole()
    drop = _whole()
    open = _whole(help_text="Undecided.")
    published = _whole(help_text="Of those that were kept.")


class ShareSerializer(serializers.Serializer):
    tribe = _whole(help_text="Its id.")
    presented = _whole()
    kept = _whole()
    cap = _whole(help_text="As many may be kept.")
    over = _whole(help_text="As many more are kept, at least 0.")
    open = _whole(help_text="Undecided.")


class CoverSerializer(serializers.Serializer):
    key_result = _whole(help_text="Id of the strategic key result.")
    kept = _whole(help_text="Proposals for it that were kept.")
    open = _whole(help_text="Proposals for it that are undecided.")
    tribes = serializers.ListField(child=_whole(), help_text="Ids of the tribes of those that were kept.")
    orphan = serializers.BooleanField(help_text="Nothing serves it, kept or undecided.")


class PlanningDetailSerializer(PlanningSerializer):
    counts = serializers.SerializerMethodField()
    tribes = serializers.SerializerMethodField(help_text="In the order of the agenda.")
    coverage = serializers.SerializerMethodField(help_text="Each strategic key result of the year.")

    class Meta(PlanningSerializer.Meta):
        fields = (*PlanningSerializer.Meta.fields, "counts", "tribes", "coverage")
        read_only_fields = fields

    @property
    def _org(self) -> Organization:
        request: Any = self.context["request"]
        org: Organization = request.org
        return org

    def to_representation(self, planning: Planning) -> dict[str, Any]:
        self.board = Board(planning, self._org)
        return super().to_representation(planning)

    @extend_schema_field(CountsSerializer)
    def get_counts(self, planning: Planning) -> dict[str, int]:
        return counts_of(self.board)

    @extend_schema_field(ShareSerializer(many=True))
    def get_tribes(self, planning: Planning) -> list[dict[str, int]]:
        return [
            {
                "tribe": turn.tribe.pk,
                "presented": turn.share.presented,
                "kept": turn.share.kept,
                "cap": turn.share.cap,
                "over": turn.share.over,
                "open": turn.share.open,
            }
            for turn in self.board.turns
        ]

    @extend_schema_field(CoverSerializer(many=True))
    def get_coverage(self, planning: Planning) -> list[dict[str, Any]]:
        cover = self.board.standing.cover
        return [
            {
                "key_result": row.pk,
                "kept": cover[row.pk].kept,
                "open": cover[row.pk].open,
                "tribes": sorted(cover[row.pk].tribes),
                "orphan": cover[row.pk].is_orphan,
            }
            for row in self.board.strategic
        ]


def counts_of(board: Board) -> dict[str, int]:
    standing = board.standing
    return {
        "presented": standing.presented,
        **{outcome: standing.counts.get(outcome, 0) for outcome in Outcome.values},
        "published": sum(1 for row in board.key_results if row.stage in RUNNING),
    }


# ── Proposals ────────────────────────────────────────────────────────────────


class VotesAheadSerializer(serializers.Serializer):
    keep = _whole()
    drop = _whole()
    discuss = _whole()


class DefinitionSerializer(serializers.Serializer):
    title = serializers.CharField()
    metric = serializers.CharField(allow_blank=True)
    start = serializers.CharField(allow_null=True, help_text="As a figure: 59.2")
    target = serializers.CharField(allow_null=True)


class ProposalSerializer(Resource):
    planning = serializers.IntegerField(source="objective.quarter.planning.pk", read_only=True)
    tribe = serializers.IntegerField(source="objective.tribe_id", read_only=True)
    number = serializers.SerializerMethodField(
        help_text="Within its tribe, as the board shows it; null before it was presented."
    )
    late = serializers.SerializerMethodField(help_text="Proposed when the meeting had begun.")
    presented = serializers.SerializerMethodField(help_text="As the CoDir saw it; null before.")
    outcome = serializers.SerializerMethodField()
    into = serializers.IntegerField(
        source="merged_into_id",
        read_only=True,
        allow_null=True,
        help_text="Of a merged one: the key result that stays.",
    )
    reason = serializers.SerializerMethodField(help_text="Why it was decided so.")
    decision = serializers.SerializerMethodField(
        help_text="Id of the decision that stands: send it as `seen` with the next one. 0 without any."
    )
    serves = serializers.SerializerMethodField(help_text="Ids of the strategic key results that its objective moves.")
    votes_ahead = serializers.SerializerMethodField(
        help_text="What members said alone, in numbers; null before the meeting has begun."
    )
    page = PageField("key_result")

    class Meta:
        model = KeyResult
        fields = read_only_fields = (
            "id", "planning", "tribe", "objective", "number", "title", "stage", "outcome", "into", "reason", "decision",
            "serves", "late", "presented", "votes_ahead", "page",
        )  # fmt: skip

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_number(self, row: Any) -> int | None:
        return row.seen[0].number if row.seen else None

    def get_late(self, row: Any) -> bool:
        return bool(row.seen and row.seen[0].is_late)

    @extend_schema_field(DefinitionSerializer(allow_null=True))
    def get_presented(self, row: Any) -> dict[str, Any] | None:
        if not row.seen:
            return None
        definition = row.seen[0].definition
        return {name: definition.get(name) for name in ("title", "metric", "start", "target")}

    @extend_schema_field(serializers.ChoiceField(Outcome.choices))
    def get_outcome(self, row: KeyResult) -> str:
        return OUTCOME_OF[KeyResult.Stage(row.stage)]

    def get_reason(self, row: Any) -> str:
        return row.ruled[0].reason if row.ruled else ""

    def get_decision(self, row: Any) -> int:
        return row.ruled[0].pk if row.ruled else 0

    def get_serves(self, row: Any) -> list[int]:
        return sorted(link.key_result_id for link in row.objective.links)

    @extend_schema_field(VotesAheadSerializer(allow_null=True))
    def get_votes_ahead(self, row: Any) -> dict[str, int] | None:
        if row.objective.quarter.planning.state == Planning.State.PREPARING:
            return None
        said = Counter(opinion.choice for opinion in row.opinions.all())
        return {choice: said[choice] for choice in (Opinion.Choice.KEEP, Opinion.Choice.DROP, Opinion.Choice.DISCUSS)}


# ── Decisions ────────────────────────────────────────────────────────────────


class DecisionSerializer(Resource):
    by_name = serializers.CharField(read_only=True, help_text="Who it was, also when they have gone.")

    class Meta:
        model = Decision
        fields = read_only_fields = (
            "id", "planning", "key_result", "act", "outcome", "reason", "into", "by", "by_name", "at", "stands",
            "replaces", "undone_at", "in_favour", "present",
        )  # fmt: skip


class NewDecisionSerializer(serializers.Serializer):
    """What to decide of some proposals of one planning."""

    planning = serializers.PrimaryKeyRelatedField(
        queryset=Planning.objects.all(), pk_field=serializers.IntegerField(), help_text="Its id."
    )
    act = serializers.UUIDField(help_text="Chosen by the caller: the same one sent again decides nothing more.")
    key_results = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=MOST_AT_ONCE
    )
    outcome = serializers.ChoiceField(Outcome.choices)
    reason = serializers.CharField(
        required=False, allow_blank=True, max_length=REASON_LETTERS, help_text="Of all but `keep` and `open`."
    )
    into = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=2**63 - 1,
        help_text="Of a merge: the key result that stays.",
    )
    seen = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=2**63 - 1),
        required=False,
        help_text="By key result, the `decision` that was read, 0 for none: who decided since is not overruled (409).",
    )
    sure = serializers.BooleanField(
        required=False, help_text="Also where it leaves a strategic key result without any, which is 409 otherwise."
    )

    def validate_seen(self, value: dict[str, int]) -> dict[int, int]:
        if any(not key.isdecimal() or len(key) > 19 for key in value):
            raise serializers.ValidationError(serializers.IntegerField.default_error_messages["invalid"])
        return {int(key): decision for key, decision in value.items()}


class DecidedSerializer(serializers.Serializer):
    """What became of it. Where the majority decides, a vote was counted for the key results that are not `decided`."""

    act = serializers.UUIDField()
    decided = serializers.ListField(child=_whole(), help_text="Ids of the key results that the act decided.")
    counts = CountsSerializer(help_text="Of the planning, now.")
