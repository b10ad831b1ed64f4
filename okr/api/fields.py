"""Fields that several resources share."""

from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

SHARE_DECIMALS = 6


class Figure(serializers.DecimalField):
    """A stored figure, written exactly and without trailing zeros: "59.2"."""

    def __init__(self, max_digits: int | None, decimal_places: int | None, **kwargs: Any) -> None:
        super().__init__(max_digits, decimal_places, normalize_output=True, **kwargs)


class Computed(Figure):
    """A share (1 is the whole way) or a value that arithmetic made, to six decimals."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(None, SHARE_DECIMALS, read_only=True, allow_null=True, **kwargs)


@extend_schema_field(OpenApiTypes.URI)
class PageField(serializers.Field):
    """The address of the thing's page for people."""

    def __init__(self, url_name: str, **kwargs: Any) -> None:
        self.url_name = url_name
        super().__init__(read_only=True, source="*", **kwargs)

    def to_representation(self, row: Any) -> str:
        return page_url(self.context["request"], self.url_name, row.pk)


def page_url(request: Any, url_name: str, pk: int | None) -> str:
    return request.build_absolute_uri(reverse(url_name, args=[request.org.slug, pk]))
