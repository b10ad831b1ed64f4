"""Quarter planning in the API, below /api/v1/."""

from rest_framework.routers import SimpleRouter

from okr.api import about
from planning.api import views

resources = SimpleRouter(use_regex_path=False)
resources.register("plannings", views.Plannings, "api_plannings")
resources.register("proposals", views.Proposals, "api_proposals")
resources.register("decisions", views.Decisions, "api_decisions")
about.name_resources("plannings", "proposals", "decisions")

urlpatterns = resources.urls
