"""How lists of the API are narrowed."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from okr.api.filters import IdFilter
from okr.models import KeyResult
from planning.actions.rows import OUTCOME_OF
from planning.models import Decision, Outcome, Planning


class PlanningFilters(filters.FilterSet):
    quarter = IdFilter("quarter_id")
    state = filters.ChoiceFilter(choices=Planning.State.choices)

    class Meta:
        model = Planning
        fields = ("quarter", "state")


class ProposalFilters(filters.FilterSet):
    planning = IdFilter("objective__quarter__planning")
    tribe = IdFilter("objective__tribe_id")
    outcome = filters.ChoiceFilter(choices=Outcome.choices, method="filter_outcome")

    class Meta:
        model = KeyResult
        fields = ("planning", "tribe", "outcome")

    def filter_outcome(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(stage__in=[stage for stage, outcome in OUTCOME_OF.items() if outcome == value])


class DecisionFilters(filters.FilterSet):
    planning = IdFilter("planning_id")
    key_result = IdFilter("key_result_id")
    outcome = filters.ChoiceFilter(choices=Outcome.choices)
    stands = filters.BooleanFilter(label="False for those that were undone or replaced.")

    class Meta:
        model = Decision
        fields = ("planning", "key_result", "outcome", "stands")
