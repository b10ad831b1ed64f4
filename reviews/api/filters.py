"""How lists of the API are narrowed."""

from django_filters import rest_framework as filters

from okr.api.filters import IdFilter
from okr.models import PeriodState, Quarter, Year


class ReviewFilters(filters.FilterSet):
    year = IdFilter("year_id")
    state = filters.ChoiceFilter(choices=PeriodState.choices)

    class Meta:
        model = Quarter
        fields = ("year", "state")


class YearReviewFilters(filters.FilterSet):
    state = filters.ChoiceFilter(choices=PeriodState.choices)

    class Meta:
        model = Year
        fields = ("state",)
