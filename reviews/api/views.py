"""The resources of the reviews: to read."""

from typing import Any

from rest_framework.serializers import BaseSerializer

from okr.api.views import Resource
from okr.models import Quarter, Year
from okr.readings import Clock
from orgs.models import Tribe
from reviews.api import filters, serializers
from reviews.trend import trend_of


class Reviews(Resource):
    """Reviews of quarters, by the quarter's id. One of them tells its tribes, their scores and each verdict."""

    queryset = Quarter.objects.with_year()
    filterset_class = filters.ReviewFilters

    def get_serializer_class(self) -> type[BaseSerializer]:
        return serializers.ReviewSerializer if self.action == "list" else serializers.ReviewDetailSerializer


class YearReviews(Resource):
    """Reviews of the strategy, by the year's id. One of them tells each verdict."""

    queryset = Year.objects.all()
    filterset_class = filters.YearReviewFilters

    def get_serializer_class(self) -> type[BaseSerializer]:
        return serializers.YearReviewSerializer if self.action == "list" else serializers.YearReviewDetailSerializer


class Trends(Resource):
    """What the last quarters (up to eight, the oldest first) of each tribe came to: mean score, commitments, key results,
    check-ins. By the tribe's id, in the order of ids: it is no ranking."""

    queryset = Tribe.objects.filter(archived_at=None)
    serializer_class = serializers.TrendSerializer

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer:
        """One reading for all tribes of the answer."""
        serializer = super().get_serializer(*args, **kwargs)
        if args:
            tribes = args[0] if kwargs.get("many") else [args[0]]
            request: Any = self.request
            only = None if kwargs.get("many") else args[0]
            context: Any = serializer.context
            context["trend"] = trend_of([tribe.pk for tribe in tribes], Clock.of(request.org), years=[], only=only)
        return serializer
