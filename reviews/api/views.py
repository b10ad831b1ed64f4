"""The resources of the reviews: to read."""

from rest_framework.serializers import BaseSerializer

from okr.api.views import Resource
from okr.models import Quarter, Year
from reviews.api import filters, serializers


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
