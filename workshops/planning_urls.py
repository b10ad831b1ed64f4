"""Workshops before the room, below /o/<organization>/workshops/."""

from django.urls import path

from workshops.views import door, planning

urlpatterns = [
    path("", planning.workshops, name="workshops"),
    path("new/", planning.new, name="workshop_new"),
    path("new/codir/<int:year>/", planning.new_codir, name="workshop_new_codir"),
    path("new/<slug:kind>/<str:code>/<slug:quarter>/", planning.new_tribe, name="workshop_new_tribe"),
    path("<slug:code>/", planning.workshop, name="workshop"),
    path("<slug:code>/edit/", planning.edit, name="workshop_edit"),
    path("<slug:code>/cancel/", planning.cancel, name="workshop_cancel"),
    path("<slug:code>/guests/<int:pk>/admit/", door.admit, name="workshop_admit"),
    path("<slug:code>/guests/<int:pk>/turn-away/", door.turn_away, name="workshop_turn_away"),
]
