from django.urls import path

from orgs.views import api_keys

urlpatterns = [
    path("api-keys/", api_keys.api_keys, name="settings_api_keys"),
    path("api-keys/<int:pk>/revoke/", api_keys.revoke, name="settings_api_key_revoke"),
]
