"""The wording coach: judge statements, stored or not."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from okr.coach import Level, Statement, Words, judge
from okr.coach_words import words_of_organization
from orgs.models import ApiKey, Language

MOST_STATEMENTS = 100
LONGEST = 10_000  # characters


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "integer"}]})
class CallersId(serializers.Field):
    """Whatever the caller knows the statement by."""

    default_error_messages = {"invalid": _("Send a text or a whole number.")}

    def to_internal_value(self, data: Any) -> str | int:
        if isinstance(data, bool) or not isinstance(data, str | int):
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class StatementSerializer(serializers.Serializer):
    id = CallersId(required=False, help_text="Sent back as it is.")
    level = serializers.ChoiceField([(level.value, level.name) for level in Level])
    text = serializers.CharField(allow_blank=True, trim_whitespace=False, max_length=LONGEST)
    language = serializers.ChoiceField(
        Language.choices, required=False, help_text="Detected from the text where it is not sent."
    )


class StatementsSerializer(serializers.Serializer):
    statements = serializers.ListField(child=StatementSerializer(), max_length=MOST_STATEMENTS)


class FindingSerializer(serializers.Serializer):
    rule = serializers.CharField(help_text="The stable id of the rule.")
    message = serializers.CharField(help_text="One sentence, in the language of Accept-Language.")
    suggestion = serializers.CharField(help_text="A rewording or its pattern, in the text's language; may be empty.")


class JudgedSerializer(StatementSerializer):
    findings = FindingSerializer(many=True)


class JudgedListSerializer(serializers.Serializer):
    statements = JudgedSerializer(many=True)


def _either(name: str, *kinds: type[serializers.Serializer]) -> PolymorphicProxySerializer:
    return PolymorphicProxySerializer(component_name=name, serializers=list(kinds), resource_type_field_name=None)


class Coach(APIView):
    write_scope = ApiKey.Scope.READ  # nothing is written

    @extend_schema(
        operation_id="coach",
        request=_either("StatementOrList", StatementSerializer, StatementsSerializer),
        responses={200: _either("JudgedOrList", JudgedSerializer, JudgedListSerializer)},
    )
    def post(self, request: Request) -> Response:
        """Judge the wording of one objective or key result, or of up to 100 in `statements`.

        The answer is what was sent, with the `findings` of each: none where the wording is good. The organization's own
        words count. Needs the scope `read`; nothing is stored.
        """
        several = isinstance(request.data, dict) and "statements" in request.data
        kind = StatementsSerializer if several else StatementSerializer
        sent = kind(data=request.data)
        sent.is_valid(raise_exception=True)
        words = words_of_organization()
        if several:
            return Response({"statements": [_judged(row, words) for row in sent.validated_data["statements"]]})
        return Response(_judged(sent.validated_data, words))


def _judged(row: dict[str, Any], words: Words) -> dict[str, Any]:
    statement = Statement(Level(row["level"]), row["text"], row.get("language"))
    return {**row, "findings": FindingSerializer(judge(statement, words), many=True).data}
