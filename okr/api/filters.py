"""How lists are narrowed. Ids that lead nowhere give an empty list: the same for unknown ones and another tenant's."""

from typing import Any

from django import forms
from django.db.models import BigIntegerField, Q, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from okr.models import (
    BusinessCase,
    CheckIn,
    Contribution,
    Evidence,
    Initiative,
    KeyResult,
    Objective,
    PeriodState,
    Quarter,
    Year,
)
from orgs.models import Function, Membership, Tribe


@extend_schema_field(OpenApiTypes.INT)
class IdFilter(filters.Filter):
    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=0, max_value=BigIntegerField.MAX_BIGINT, **kwargs)


class EitherIdFilter(IdFilter):
    """One id, in whichever of the fields the row has: a year of its own, or its quarter's."""

    def __init__(self, *fields: str, **kwargs: Any) -> None:
        self.fields = fields
        super().__init__(**kwargs)

    def filter(self, rows: QuerySet, value: int | None) -> QuerySet:
        if value is None:
            return rows
        either = Q()
        for field in self.fields:
            either |= Q(**{field: value})
        return rows.filter(either)


class YearFilters(filters.FilterSet):
    state = filters.ChoiceFilter(choices=PeriodState.choices)

    class Meta:
        model = Year
        fields = ("state",)


class QuarterFilters(filters.FilterSet):
    year = IdFilter("year_id")
    state = filters.ChoiceFilter(choices=PeriodState.choices)

    class Meta:
        model = Quarter
        fields = ("year", "state")


class TribeFilters(filters.FilterSet):
    department = IdFilter("department_id")

    class Meta:
        model = Tribe
        fields = ("department",)


class MemberFilters(filters.FilterSet):
    function = filters.ChoiceFilter(choices=Function.choices)
    active = filters.BooleanFilter("ended_at", lookup_expr="isnull")

    class Meta:
        model = Membership
        fields = ("function", "active")


class ObjectiveFilters(filters.FilterSet):
    level = filters.ChoiceFilter(choices=Objective.Level.choices)
    year = EitherIdFilter("year_id", "quarter__year_id", label="Of the year, or of one of its quarters.")
    quarter = IdFilter("quarter_id")
    tribe = IdFilter("tribe_id")
    department = EitherIdFilter("department_id", "tribe__department_id", label="Its own, or its tribe's.")
    owner = IdFilter("owner_id")

    class Meta:
        model = Objective
        fields = ("level", "year", "quarter", "tribe", "department", "owner")


class KeyResultFilters(filters.FilterSet):
    objective = IdFilter("objective_id")
    level = filters.ChoiceFilter("objective__level", choices=Objective.Level.choices)
    year = EitherIdFilter(
        "objective__year_id", "objective__quarter__year_id", label="Of the year, or of one of its quarters."
    )
    quarter = IdFilter("objective__quarter_id")
    tribe = IdFilter("objective__tribe_id")
    owner = IdFilter("owner_id")
    stage = filters.ChoiceFilter(choices=KeyResult.Stage.choices)
    direction = filters.ChoiceFilter(choices=KeyResult.Direction.choices)
    due_before = filters.DateFilter("next_due_on", lookup_expr="lt", label="Next check-in due before this day.")

    class Meta:
        model = KeyResult
        fields = ("objective", "level", "year", "quarter", "tribe", "owner", "stage", "direction", "due_before")


class ContributionFilters(filters.FilterSet):
    objective = IdFilter("objective_id")
    key_result = IdFilter("key_result_id")

    class Meta:
        model = Contribution
        fields = ("objective", "key_result")


class EvidenceFilters(filters.FilterSet):
    objective = IdFilter("objective_id")
    key_result = IdFilter("key_result_id")
    kind = filters.ChoiceFilter(choices=Evidence.Kind.choices)

    class Meta:
        model = Evidence
        fields = ("objective", "key_result", "kind")


class BusinessCaseFilters(filters.FilterSet):
    key_result = IdFilter("key_result_id")
    year = IdFilter("key_result__objective__year_id")

    class Meta:
        model = BusinessCase
        fields = ("key_result", "year")


class InitiativeFilters(filters.FilterSet):
    tribe = IdFilter("tribe_id")
    quarter = IdFilter("quarter_id")
    owner = IdFilter("owner_id")
    function = filters.ChoiceFilter(choices=Function.choices)
    state = filters.ChoiceFilter(choices=Initiative.State.choices)
    key_result = IdFilter("answers__key_result_id", label="Answers this key result.")

    class Meta:
        model = Initiative
        fields = ("tribe", "quarter", "owner", "function", "state", "key_result")


class CheckInFilters(filters.FilterSet):
    key_result = IdFilter("key_result_id")
    author = IdFilter("author_id")
    since = filters.DateFilter("on", lookup_expr="gte", label="Measured on this day or later.")
    until = filters.DateFilter("on", lookup_expr="lte", label="Measured on this day or earlier.")

    class Meta:
        model = CheckIn
        fields = ("key_result", "author", "since", "until")
