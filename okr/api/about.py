"""The API about itself: an index, the OpenAPI schema, and the documentation made from it. Open to everybody."""

from functools import cache

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

RESOURCES = [
    "years",
    "quarters",
    "departments",
    "tribes",
    "members",
    "objectives",
    "key_results",
    "contributions",
    "evidence",
    "business_cases",
    "initiatives",
    "check_ins",
]


def name_resources(*names: str) -> None:
    """Have the index name these too, whose lists are called api_<name>-list: other rooms have resources of their own."""
    RESOURCES.extend(name for name in names if name not in RESOURCES)


@require_safe
def index(request: HttpRequest) -> JsonResponse:
    others = {"schema": "api_schema", "docs": "api_docs", "coach": "api_coach"}
    names = {**others, **{name: f"api_{name}-list" for name in RESOURCES}}
    return JsonResponse({key: request.build_absolute_uri(reverse(name)) for key, name in names.items()})


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_schema(), content_type="application/vnd.oai.openapi+json")


@cache
def _schema() -> bytes:
    """Made once a process: it depends on nothing but the code."""
    with translation.override("en"):
        return OpenApiJsonRenderer().render(SchemaGenerator().get_schema(request=None, public=True))


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "okr/api_docs.html")
