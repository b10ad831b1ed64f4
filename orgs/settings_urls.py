from django.urls import path

from orgs.views import api_keys, settings

urlpatterns = [
    path("organization/", settings.organization, name="settings_organization"),
    path("organization/logo/", settings.logo, name="settings_organization_logo"),
    path("organization/colour/", settings.colour, name="settings_organization_colour"),
    path("api-keys/", api_keys.api_keys, name="settings_api_keys"),
    path("api-keys/<int:pk>/revoke/", api_keys.revoke, name="settings_api_key_revoke"),
]
