"""Many check-ins in one request: each answered for itself, whatever becomes of the others."""

from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from okr.actions.check_in import record_check_in
from okr.api.serializers import CheckInSerializer, NewCheckInSerializer
from okr.api.views import member_of
from orgs.actions.audit import Actor
from orgs.api.problems import field_errors
from orgs.models import ApiKey, AuditEvent
from orgs.rules import RuleBroken

AT_ONCE = 100


class BatchSerializer(serializers.Serializer):
    """Check-ins to record, in their order."""

    check_ins = NewCheckInSerializer(many=True, allow_empty=False, max_length=AT_ONCE)  # type: ignore[call-arg]


class ReadSerializer(serializers.Serializer):
    """The same, each still unread: what is wrong with one is its own answer."""

    check_ins = serializers.ListField(child=serializers.JSONField(), allow_empty=False, max_length=AT_ONCE)


class ErrorSerializer(serializers.Serializer):
    field = serializers.CharField(allow_blank=True, help_text="Empty where the whole is meant.")
    message = serializers.CharField()


class AnswerSerializer(serializers.Serializer):
    """What became of one of them."""

    status = serializers.IntegerField(
        help_text="200, 201, 400, 403 or 422: as `POST /check-ins/` would have answered for it alone."
    )
    check_in = CheckInSerializer(required=False, help_text="With 200 and 201.")
    errors = ErrorSerializer(many=True, required=False, help_text="With 400, 403 and 422.")  # type: ignore[assignment]


class AnswersSerializer(serializers.Serializer):
    results = AnswerSerializer(many=True, help_text="One for each that was sent, in the same order.")


class CheckInBatch(APIView):
    """Record many check-ins."""

    write_scope = ApiKey.Scope.CHECK_IN

    @extend_schema(
        operation_id="check_ins_batch_create",
        tags=["check-ins"],
        request=BatchSerializer,
        responses={
            200: OpenApiResponse(AnswersSerializer, "What became of each; nothing is lost for another's fault.")
        },
    )
    def post(self, request: Request) -> Response:
        """Record up to 100 check-ins, each by itself. Needs the scope `check_in`.

        Each is answered as `POST /check-ins/` would have: 201, 200 for a `client_id` that was sent before, 400 for fields
        that are not right, 403, 422 for a refusal by the rules. Send a `client_id` with each, and a retry of the whole is
        safe. 400 for the whole only where it is no list of 1 to 100.
        """
        sent = ReadSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return Response({"results": [_answer(request, item) for item in sent.validated_data["check_ins"]]})


def _answer(request: Request, item: Any) -> dict[str, Any]:
    sent = NewCheckInSerializer(data=item)
    if not sent.is_valid():
        return {"status": status.HTTP_400_BAD_REQUEST, "errors": field_errors(sent.errors)}
    by = Actor(member_of(request), AuditEvent.Via.API)
    try:
        made = record_check_in(sent.validated_data.pop("key_result"), by=by, **sent.validated_data)
    except RuleBroken as broken:
        return {"status": 422, "errors": [{"field": broken.field, "message": broken.message}]}
    except PermissionDenied as denied:
        return {"status": status.HTTP_403_FORBIDDEN, "errors": [{"field": "", "message": str(denied)}]}
    shown = CheckInSerializer(made, context={"request": request}).data
    return {"status": status.HTTP_200_OK if made.is_repeat else status.HTTP_201_CREATED, "check_in": shown}
