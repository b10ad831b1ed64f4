"""Settings of an organization that are about its OKRs, below /o/<slug>/settings/."""

from django.urls import path

from okr.views import audit, periods, wording

urlpatterns = [
    # ── Years and quarters ──
    path("periods/", periods.periods, name="settings_periods"),
    path("periods/new/", periods.year_new, name="settings_year_new"),
    path("periods/<int:pk>/", periods.year_days, name="settings_year"),
    path("periods/<int:pk>/state/", periods.year_state, name="settings_year_state"),
    path("periods/<int:pk>/remove/", periods.year_remove, name="settings_year_remove"),
    path("periods/quarters/<int:pk>/state/", periods.quarter_state, name="settings_quarter_state"),
    # ── Words of the wording coach ──
    path("wording/", wording.wording, name="settings_wording"),
    path("wording/<int:pk>/remove/", wording.word_remove, name="settings_wording_remove"),
    # ── Audit ──
    path("audit/", audit.audit, name="settings_audit"),
    path("audit/export/", audit.export, name="settings_audit_export"),
]
