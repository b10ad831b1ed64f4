"""How I am reached, and when somebody is away, below /o/<slug>/reach/."""

from django.urls import path

from orgs.views import absences, reach

urlpatterns = [
    path("", reach.reach, name="reach"),
    path("pause/", reach.pause, name="reach_pause"),
    path("resume/", reach.resume, name="reach_resume"),
    path("absences/new/", absences.new, name="absence_new"),
    path("absences/<int:pk>/", absences.edit, name="absence_edit"),
    path("absences/<int:pk>/remove/", absences.remove, name="absence_remove"),
    path("people/<int:pk>/absences/", absences.of, name="absences_of"),
]
