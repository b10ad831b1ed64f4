"""The resources of quarter planning: to read, and to decide by the same act as the board's."""

from http import HTTPStatus
from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from okr.api.views import Resource, member_of
from okr.models import Contribution, KeyResult
from orgs.actions.audit import Actor
from orgs.api.pagination import NewestFirst
from orgs.models import ApiKey, AuditEvent
from planning.actions import deciding
from planning.actions.rows import proposals_of
from planning.actions.wishes import NeedsSure, Outrun, Wish
from planning.api import filters, serializers
from planning.models import Decision, Opinion, Planning, Presented
from planning.pages.board import Board


class Conflict(APIException):
    """What the caller has to know first, and may then send again saying so: `field` is where."""

    status_code = HTTPStatus.CONFLICT

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.errors = [{"field": field, "message": message}]


class Plannings(Resource):
    """Plannings of quarters. One of them tells its counts, its tribes with their caps, and its coverage."""

    queryset = Planning.objects.with_quarter()
    filterset_class = filters.PlanningFilters

    def get_serializer_class(self) -> type[BaseSerializer]:
        return serializers.PlanningSerializer if self.action == "list" else serializers.PlanningDetailSerializer


class Proposals(Resource):
    """Key results that tribes proposed to a planning, with what was decided of them. `id` is the key result's."""

    serializer_class = serializers.ProposalSerializer
    filterset_class = filters.ProposalFilters
    queryset = KeyResult.objects.none()

    def get_queryset(self) -> Any:
        rows = proposals_of(Decision.objects.filter(stands=True)).filter(objective__quarter__planning__isnull=False)
        links = Contribution.objects.filter(key_result__in=KeyResult.objects.running_or_written())
        return rows.select_related("objective__quarter__planning").prefetch_related(
            Prefetch("presented", Presented.objects.all(), to_attr="seen"),
            Prefetch("decisions", Decision.objects.filter(stands=True), to_attr="ruled"),
            Prefetch("opinions", Opinion.objects.all()),
            Prefetch("objective__contributions", links, to_attr="links"),
        )


class Decisions(Resource):
    """What was decided, the newest first; what was undone or replaced too."""

    queryset = Decision.objects.all()
    serializer_class = serializers.DecisionSerializer
    filterset_class = filters.DecisionFilters
    pagination_class = NewestFirst
    write_scope = ApiKey.Scope.PLAN

    @extend_schema(
        request=serializers.NewDecisionSerializer,
        responses={
            200: serializers.DecidedSerializer,
            409: OpenApiResponse(
                description="Somebody decided since (`errors` names `seen`), or a strategic key result would be left without"
                " any (`sure`): to be sent again only by somebody who knows."
            ),
        },
    )
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Keep, defer, merge, drop or reopen proposals, by the same rules as the board. Needs the scope `plan`.

        403 where the key's member does not decide in this meeting, 422 where a rule refuses it: the meeting is not on, the
        reason is missing, a merge would end in nothing.
        """
        sent = serializers.NewDecisionSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        wish = Wish(said["key_results"], said["outcome"], said.get("reason", ""), said.get("into"))
        try:
            taken = deciding.decide(
                said["planning"],
                wish,
                by=Actor(member_of(request), AuditEvent.Via.API),
                act=said["act"],
                seen=said.get("seen"),
                sure=said.get("sure", False),
            )
        except Outrun as outrun:
            raise Conflict(outrun.message, "seen") from None
        except NeedsSure as asks:
            raise Conflict(asks.message, "sure") from None
        planning = Planning.objects.with_quarter().get(pk=said["planning"].pk)
        board = Board(planning, member_of(request).org)
        return Response({"act": taken.act, "decided": taken.decided, "counts": serializers.counts_of(board)})
