"""Reviews in the API, below /api/v1/."""

from rest_framework.routers import SimpleRouter

from okr.api import about
from reviews.api import views

resources = SimpleRouter(use_regex_path=False)
resources.register("reviews", views.Reviews, "api_reviews")
resources.register("year-reviews", views.YearReviews, "api_year_reviews")
resources.register("trends", views.Trends, "api_trends")
about.name_resources("reviews", "year_reviews", "trends")

urlpatterns = resources.urls
