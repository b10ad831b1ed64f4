"""Reviews of quarters and of the strategy, below /o/<organization>/reviews/."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
