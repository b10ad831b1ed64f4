"""The room of a workshop and its commands, below /o/<organization>/workshops/<code>/room/."""

from django.urls import path

from workshops.views import deciding, grouping, leading, room, writing

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
    path("items/<uuid:uid>/", deciding.word, name="workshop_word"),
    path("items/<uuid:uid>/decide/", deciding.decide, name="workshop_decide"),
    path("items/<uuid:uid>/now/", deciding.point, name="workshop_point"),
    path("items/<uuid:uid>/draft/", deciding.draft, name="workshop_draft"),
    path("items/<uuid:uid>/draft/back/", deciding.draft_back, name="workshop_draft_back"),
    path("notes/", writing.write, name="workshop_notes"),
    path("notes/<uuid:uid>/", writing.reword, name="workshop_note"),
    path("notes/<uuid:uid>/withdraw/", writing.withdraw, name="workshop_note_withdraw"),
    path("notes/<uuid:uid>/back/", writing.bring_back, name="workshop_note_back"),
    path("notes/<uuid:uid>/split/", grouping.split_note, name="workshop_note_split"),
    path("grouping/move/", grouping.move_notes, name="workshop_move_notes"),
    path("grouping/merge/", grouping.merge_notes, name="workshop_merge_notes"),
    path("grouping/hold/", grouping.hold, name="workshop_hold"),
    path("grouping/undo/", grouping.undo, name="workshop_undo"),
    path("grouping/redo/", grouping.redo, name="workshop_redo"),
    path("grouping/suggestions/", grouping.dismiss, name="workshop_dismiss"),
    path("families/", grouping.start, name="workshop_families"),
    path("families/<uuid:uid>/", grouping.rename, name="workshop_family"),
    path("families/<uuid:uid>/place/", grouping.place, name="workshop_family_place"),
    path("families/<uuid:uid>/merge/", grouping.merge, name="workshop_family_merge"),
    path("families/<uuid:uid>/dissolve/", grouping.dissolve, name="workshop_family_dissolve"),
]
