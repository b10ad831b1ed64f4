"""What an organization looks like, below /o/<slug>/."""

from django.urls import path

from orgs.views import brand

urlpatterns = [
    path("brand.css", brand.style_sheet, name="brand_css"),
    path("logo.png", brand.logo, name="organization_logo"),
]
