"""Check-in reminders and what was sent, below /o/<organization>/reminders/."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
