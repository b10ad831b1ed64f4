"""The first steps in a new organization, below /o/<slug>/first-steps/."""

from django.urls import path

from okr.views import first_run

urlpatterns = [
    path("departments/", first_run.departments, name="first_run_departments"),
    path("tribes/", first_run.tribes, name="first_run_tribes"),
    path("year/", first_run.year, name="first_run_year"),
    path("objective/", first_run.objective, name="first_run_objective"),
    path("hide/", first_run.hide, name="first_run_hide"),
]
