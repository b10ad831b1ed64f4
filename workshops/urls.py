"""The room of a workshop and its commands, below /o/<organization>/workshops/<code>/room/."""

from django.urls import path

from workshops.views import leading, room, writing

urlpatterns = [
    path("", room.room, name="workshop_room"),
    path("mine/", room.mine, name="workshop_mine"),
    path("done/", room.done, name="workshop_done"),
    path("begin/", leading.begin, name="workshop_begin"),
    path("phases/<int:pk>/", leading.go_to, name="workshop_phase"),
    path("timer/", leading.timer, name="workshop_timer"),
    path("shown/", leading.show, name="workshop_show"),
    path("lead/", leading.lead, name="workshop_lead"),
    path("close/", leading.close, name="workshop_close"),
    path("reopen/", leading.reopen, name="workshop_reopen"),
    path("notes/", writing.write, name="workshop_notes"),
    path("notes/<uuid:uid>/", writing.reword, name="workshop_note"),
    path("notes/<uuid:uid>/withdraw/", writing.withdraw, name="workshop_note_withdraw"),
    path("notes/<uuid:uid>/back/", writing.bring_back, name="workshop_note_back"),
]
