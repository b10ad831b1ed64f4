"""The site map. Pages of an organization live under /o/<slug>/, and only the address says whose they are."""

from django.contrib import admin
from django.urls import include, path

from orgs.views import errors
from reminders.views.by_link import check_in_by_link
from workshops.views.door import door
from workshops.views.wall import pair

urlpatterns = [
    # ── Before and around organizations ──
    path("", include("orgs.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("c/<str:token>/", check_in_by_link, name="check_in_by_link"),
    path("w/<slug:code>/", door, name="workshop_door"),
    path("w/<slug:code>/screen/", pair, name="workshop_pair"),
    # ── An organization's pages ──
    path("o/<slug:org>/", include("orgs.brand_urls")),
    path("o/<slug:org>/reach/", include("orgs.reach_urls")),
    path("o/<slug:org>/", include("okr.urls")),
    path("o/<slug:org>/first-steps/", include("okr.first_run_urls")),
    path("o/<slug:org>/settings/", include("okr.settings_urls")),
    path("o/<slug:org>/settings/", include("orgs.people_urls")),
    path("o/<slug:org>/settings/", include("orgs.settings_urls")),
    path("o/<slug:org>/reviews/", include("reviews.urls")),
    path("o/<slug:org>/workshops/<slug:code>/room/", include("workshops.urls")),
    path("o/<slug:org>/workshops/", include("workshops.planning_urls")),
    path("o/<slug:org>/planning/", include("planning.urls")),
    # ── Machines ──
    path("api/v1/", include("okr.api.urls")),
    path("api/v1/", include("planning.api.urls")),
    path("api/v1/", include("reviews.api.urls")),
    # ── Operators ──
    path("operators/", admin.site.urls),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
