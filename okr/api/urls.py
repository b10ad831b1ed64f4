"""The API, below /api/v1/. The organization is the key's: no address names one."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from okr.api import about, batch, coach, views

resources = SimpleRouter(use_regex_path=False)
resources.register("years", views.Years, "api_years")
resources.register("quarters", views.Quarters, "api_quarters")
resources.register("departments", views.Departments, "api_departments")
resources.register("tribes", views.Tribes, "api_tribes")
resources.register("members", views.Members, "api_members")
resources.register("objectives", views.Objectives, "api_objectives")
resources.register("key-results", views.KeyResults, "api_key_results")
resources.register("contributions", views.Contributions, "api_contributions")
resources.register("evidence", views.EvidenceList, "api_evidence")
resources.register("business-cases", views.BusinessCases, "api_business_cases")
resources.register("initiatives", views.Initiatives, "api_initiatives")
resources.register("check-ins", views.CheckIns, "api_check_ins")

urlpatterns = [
    # ── About the API ──
    path("", about.index, name="api_index"),
    path("schema/", about.schema, name="api_schema"),
    path("docs/", about.docs, name="api_docs"),
    # ── The wording coach ──
    path("coach/", coach.Coach.as_view(), name="api_coach"),
    # ── Many at once ──
    path("check-ins/batch/", batch.CheckInBatch.as_view(), name="api_check_ins_batch"),
    # ── Resources ──
    *resources.urls,
]
