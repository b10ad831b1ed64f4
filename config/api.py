"""The API's conventions: its parts of Django REST framework, and what its generated description says."""

from typing import Any


def configuration(*, rate: str) -> dict[str, Any]:
    """Django REST framework's REST_FRAMEWORK; `rate` is that of one key, such as "600/min"."""
    return {
        "DEFAULT_AUTHENTICATION_CLASSES": ["orgs.api.authentication.ApiKeyAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["orgs.api.authentication.HasScope"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["orgs.api.parsers.JSONParser"],
        "DEFAULT_PAGINATION_CLASS": "orgs.api.pagination.CursorPagination",
        "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
        "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
        "DEFAULT_THROTTLE_CLASSES": ["orgs.api.authentication.KeyThrottle"],
        "DEFAULT_THROTTLE_RATES": {"key": rate},
        "EXCEPTION_HANDLER": "orgs.api.problems.problem_details",
        "URL_FORMAT_OVERRIDE": None,  # there is JSON only: ?format= is an unknown parameter like any other
        "COERCE_DECIMAL_TO_STRING": True,
        "UNAUTHENTICATED_USER": None,
    }


DESCRIPTION: dict[str, Any] = {
    "TITLE": "Polaris",
    "DESCRIPTION": "Objectives and key results of one organization: the hierarchy to read, check-ins to write.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "PeriodStateEnum": "okr.models.PeriodState",
        "InitiativeStateEnum": "okr.models.Initiative.State",
        "PlanningStateEnum": "planning.models.Planning.State",
        "LevelEnum": "okr.models.Objective.Level",
        "StatementLevelEnum": "okr.coach.Level",
    },
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "okr.api.schema.add_problems"],
}
