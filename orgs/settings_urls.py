from django.urls import path

from orgs.views import api_keys, channels, deliveries, settings

urlpatterns = [
    path("organization/", settings.organization, name="settings_organization"),
    path("organization/logo/", settings.logo, name="settings_organization_logo"),
    path("organization/colour/", settings.colour, name="settings_organization_colour"),
    path("deliveries/", deliveries.deliveries, name="settings_deliveries"),
    path("deliveries/retry/", deliveries.retry_all, name="settings_deliveries_retry"),
    path("deliveries/preview/", deliveries.preview, name="settings_deliveries_preview"),
    path("deliveries/<int:pk>/retry/", deliveries.retry_one, name="settings_delivery_retry"),
    path("channels/", channels.channels, name="settings_channels"),
    path("channels/test/", channels.send_test, name="settings_channels_test"),
    path("channels/remove/", channels.remove, name="settings_channels_remove"),
    path("api-keys/", api_keys.api_keys, name="settings_api_keys"),
    path("api-keys/<int:pk>/revoke/", api_keys.revoke, name="settings_api_key_revoke"),
]
