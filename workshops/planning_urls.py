"""Workshops before the room, below /o/<organization>/workshops/."""

from django.urls import path

from workshops.views import consolidation, door, minutes, parked, planning, practice, replay, templates

urlpatterns = [
    path("", planning.workshops, name="workshops"),
    path("templates/", templates.workshop_templates, name="workshop_templates"),
    path("templates/new/<slug:kind>/", templates.new, name="workshop_template_new"),
    path("templates/<int:pk>/", templates.edit, name="workshop_template"),
    path("templates/<int:pk>/archive/", templates.archive, name="workshop_template_archive"),
    path("templates/<int:pk>/restore/", templates.restore, name="workshop_template_restore"),
    path("new/", planning.new, name="workshop_new"),
    path("new/codir/<int:year>/", planning.new_codir, name="workshop_new_codir"),
    path("new/<slug:kind>/<str:code>/<slug:quarter>/", planning.new_tribe, name="workshop_new_tribe"),
    path("practice/", practice.practice, name="workshop_practice"),
    path("<slug:code>/", planning.workshop, name="workshop"),
    path("<slug:code>/edit/", planning.edit, name="workshop_edit"),
    path("<slug:code>/cancel/", planning.cancel, name="workshop_cancel"),
    path("<slug:code>/join/", planning.join, name="workshop_join"),
    path("<slug:code>/minutes/", minutes.minutes, name="workshop_minutes"),
    path("<slug:code>/minutes/pdf/", minutes.pdf, name="workshop_minutes_pdf"),
    path("<slug:code>/minutes/xlsx/", minutes.xlsx, name="workshop_minutes_xlsx"),
    path("<slug:code>/minutes/send/", minutes.send, name="workshop_minutes_send"),
    path("<slug:code>/replay/", replay.replay, name="workshop_replay"),
    path("<slug:code>/replay/<int:number>/", replay.replay, name="workshop_replay_at"),
    path("<slug:code>/parked/", parked.parked, name="workshop_parked"),
    path("<slug:code>/consolidation/", consolidation.consolidation, name="workshop_consolidation"),
    path("<slug:code>/consolidation/sign/", consolidation.sign_all, name="workshop_sign_all"),
    path("<slug:code>/consolidation/<int:pk>/sign/", consolidation.sign, name="workshop_sign"),
    path("<slug:code>/guests/<int:pk>/admit/", door.admit, name="workshop_admit"),
    path("<slug:code>/guests/<int:pk>/turn-away/", door.turn_away, name="workshop_turn_away"),
]
