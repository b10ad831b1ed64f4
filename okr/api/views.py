"""The resources of the API: the hierarchy to read, check-ins to write. Every list is cursor-paged by id."""

from typing import Any, cast

from django.db.models import Prefetch
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import ReadOnlyModelViewSet

from okr.actions.check_in import record_check_in
from okr.api import filters, serializers
from okr.models import (
    BusinessCase,
    CheckIn,
    Contribution,
    Evidence,
    Initiative,
    InitiativeDependency,
    InitiativeKeyResult,
    KeyResult,
    Objective,
    Quarter,
    Year,
)
from orgs.actions.audit import Actor
from orgs.api.authentication import HasScope
from orgs.api.pagination import CursorPagination, NewestFirst
from orgs.models import ApiKey, AuditEvent, Department, Membership, Tribe
from orgs.permissions import Permission, require


def member_of(request: Request) -> Membership:
    """Whom the request's key acts as."""
    return cast(ApiKey, request.auth).membership


class Resource(ReadOnlyModelViewSet):
    lookup_value_converter = "int"
    filterset_class: type[FilterSet] | None = None

    # No docstring: it would describe each list in place of its resource's own.
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        # A filter that is misspelt must not pass for one that let everything through.
        known = {CursorPagination.cursor_query_param, CursorPagination.page_size_query_param}
        if self.filterset_class:
            known |= self.filterset_class.base_filters.keys()
        if unknown := request.query_params.keys() - known:
            message = _("There is no such parameter here, only: %(known)s.") % {"known": ", ".join(sorted(known))}
            raise ValidationError({name: [message] for name in sorted(unknown)})
        return super().list(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Nothing that a key opened stays in a cache on the way."""
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        patch_vary_headers(response, ["Authorization"])
        return response


class Years(Resource):
    """Years of the strategy."""

    queryset = Year.objects.all()
    serializer_class = serializers.YearSerializer
    filterset_class = filters.YearFilters


class Quarters(Resource):
    """Quarters of the tribes."""

    queryset = Quarter.objects.with_year()
    serializer_class = serializers.QuarterSerializer
    filterset_class = filters.QuarterFilters


class Departments(Resource):
    """Departments, each with a leadership committee."""

    queryset = Department.objects.all()
    serializer_class = serializers.DepartmentSerializer


class Tribes(Resource):
    """Tribes that exist today."""

    queryset = Tribe.objects.filter(archived_at=None)
    serializer_class = serializers.TribeSerializer
    filterset_class = filters.TribeFilters


class Members(Resource):
    """People of the organization, by name and function."""

    queryset = Membership.objects.select_related("user")
    serializer_class = serializers.MemberSerializer
    filterset_class = filters.MemberFilters


class Objectives(Resource):
    """Objectives, strategic (of a year) and of a tribe (of a quarter), with their roll-up and its coverage."""

    queryset = (
        Objective.objects.live()
        .select_related("year", "quarter__year")
        .prefetch_related(Prefetch("key_results", KeyResult.objects.live().prefetch_related("step_targets")))
    )
    serializer_class = serializers.ObjectiveSerializer
    filterset_class = filters.ObjectiveFilters


class KeyResults(Resource):
    """Key results with what they say today: progress, expectation, status, confidence."""

    queryset = (
        KeyResult.objects.live()
        .select_related("objective__year", "objective__quarter")
        .prefetch_related("step_targets", "steps")
    )
    serializer_class = serializers.KeyResultSerializer
    filterset_class = filters.KeyResultFilters


class Contributions(Resource):
    """Which tribe objectives mean to move which strategic key results, and why."""

    queryset = Contribution.objects.filter(
        objective__archived_at=None, key_result__archived_at=None, key_result__objective__archived_at=None
    )
    serializer_class = serializers.ContributionSerializer
    filterset_class = filters.ContributionFilters


class EvidenceList(Resource):
    """The facts behind objectives and key results."""

    queryset = Evidence.objects.filter(
        archived_at=None,
        objective__archived_at=None,
        key_result__archived_at=None,
        key_result__objective__archived_at=None,
    )
    serializer_class = serializers.EvidenceSerializer
    filterset_class = filters.EvidenceFilters


class MayViewRationale(BasePermission):
    """Business rationale is confidential: the member that the key acts as must be allowed to see it."""

    def has_permission(self, request: Request, view: Any) -> bool:
        require(member_of(request), Permission.VIEW_RATIONALE)
        return True


class BusinessCases(Resource):
    """The business rationale of strategic key results. 403 where the key's member may not see it."""

    queryset = BusinessCase.objects.filter(key_result__archived_at=None, key_result__objective__archived_at=None)
    serializer_class = serializers.BusinessCaseSerializer
    filterset_class = filters.BusinessCaseFilters
    permission_classes = (HasScope, MayViewRationale)


class Initiatives(Resource):
    """The tribes' work of a quarter, and the key results it answers."""

    queryset = Initiative.objects.live().prefetch_related(
        Prefetch("answers", InitiativeKeyResult.objects.all()),
        Prefetch("dependencies", InitiativeDependency.objects.all()),
    )
    serializer_class = serializers.InitiativeSerializer
    filterset_class = filters.InitiativeFilters


class CheckIns(Resource):
    """What was measured, the newest first."""

    queryset = CheckIn.objects.filter(key_result__archived_at=None, key_result__objective__archived_at=None)
    serializer_class = serializers.CheckInSerializer
    filterset_class = filters.CheckInFilters
    pagination_class = NewestFirst
    write_scope = ApiKey.Scope.CHECK_IN

    @extend_schema(
        request=serializers.NewCheckInSerializer,
        responses={
            201: serializers.CheckInSerializer,
            200: OpenApiResponse(serializers.CheckInSerializer, "This `client_id` was sent before: here is the first."),
        },
    )
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Record a check-in, by the same rules as the page. Needs the scope `check_in`.

        An unknown key result is a field error (400), like any other unknown id in a body. A refusal by the rules of the
        method (closed quarter, figures that make no sense) is 422; a key whose member may not check in gets 403.
        """
        sent = serializers.NewCheckInSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        by = Actor(member_of(request), AuditEvent.Via.API)
        made = record_check_in(sent.validated_data.pop("key_result"), by=by, **sent.validated_data)
        shown = self.get_serializer(made)
        where = {"Location": reverse("api_check_ins-detail", args=[made.pk], request=request)}
        return Response(shown.data, status.HTTP_200_OK if made.is_repeat else status.HTTP_201_CREATED, headers=where)
