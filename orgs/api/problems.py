"""Errors as problem details (RFC 9457): {type, title, status, detail, errors: [{field, message}]}."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, views
from rest_framework.response import Response

from orgs.rules import RuleBroken

MEDIA_TYPE = "application/problem+json"
# The same as JSON Schema, for the API's own description.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "What the status means."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What went wrong here, in the language of Accept-Language."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {
                    "field": {"type": "string", "description": "Empty where the whole is meant."},
                    "message": {"type": "string"},
                },
            },
        },
    },
}


class TooLarge(exceptions.APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("The request is too large.")


def _problem(status: int, detail: str, errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return body


def problem_response(request: HttpRequest, status: int) -> JsonResponse:
    """For what never reaches a view of the API: unknown addresses, failures."""
    details = {
        400: _("The request could not be read."),
        403: _("This is not allowed."),
        404: _("There is nothing at this address."),
        500: _("Something went wrong on our side."),
    }
    return JsonResponse(_problem(status, details[status]), status=status, content_type=MEDIA_TYPE)


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: rules of the method answer 422, field errors 400, each naming its field."""
    if isinstance(error, RuleBroken):
        errors = [{"field": error.field, "message": error.message}] if error.field else None
        return Response(_problem(422, error.message, errors), status=422, content_type=MEDIA_TYPE)
    if isinstance(error, Http404):
        error = exceptions.NotFound(_("Nothing with this id exists in your organization."))
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(str(error) or None)
    elif isinstance(error, RequestDataTooBig):
        error = TooLarge()
    response = views.exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        body = _problem(response.status_code, _("Some fields are not right."), field_errors(error.detail))
    else:
        body = _problem(response.status_code, str(getattr(error, "detail", "")), getattr(error, "errors", None))
    response.data = body
    response.content_type = MEDIA_TYPE
    return response


def field_errors(detail: Any, path: str = "") -> list[dict[str, str]]:
    """What a serializer found, as `errors` of a problem."""
    if isinstance(detail, dict):
        return [row for key, value in detail.items() for row in field_errors(value, f"{path}.{key}".lstrip("."))]
    if isinstance(detail, list):
        return [row for value in detail for row in field_errors(value, path)]
    return [{"field": "" if path == "non_field_errors" else path, "message": str(detail)}]
