"""Quarter planning, below /o/<organization>/planning/."""

from django.urls import path

from planning.views import board, carrying, deciding, documents, planning, plannings, refinement, results, setup, votes

urlpatterns = [
    path("", plannings.plannings, name="plannings"),
    # ── A quarter ──
    path("<slug:quarter>/", planning.planning, name="planning"),
    path("<slug:quarter>/setup/", setup.setup, name="planning_setup"),
    path("<slug:quarter>/call-off/", setup.call_off, name="planning_call_off"),
    path("<slug:quarter>/propose/<slug:code>/", planning.propose, name="planning_propose"),
    # ── Votes alone ──
    path("<slug:quarter>/votes/", votes.votes, name="planning_votes"),
    path("<slug:quarter>/votes/<int:pk>/", votes.vote, name="planning_vote"),
    # ── The meeting ──
    path("<slug:quarter>/board/", board.board, name="planning_board"),
    path("<slug:quarter>/board/wall/", board.wall, name="planning_wall"),
    path("<slug:quarter>/board/decide/", deciding.decide, name="planning_decide"),
    path("<slug:quarter>/board/preview/", deciding.preview, name="planning_preview"),
    path("<slug:quarter>/board/undo/", deciding.undo, name="planning_undo"),
    path("<slug:quarter>/board/redo/", deciding.redo, name="planning_redo"),
    path("<slug:quarter>/board/apart/", deciding.keep_apart, name="planning_apart"),
    path("<slug:quarter>/board/come/", deciding.come, name="planning_come"),
    path("<slug:quarter>/board/present/", deciding.present, name="planning_present"),
    path("<slug:quarter>/board/turn/", deciding.turn, name="planning_turn"),
    path("<slug:quarter>/board/clock/", deciding.clock, name="planning_clock"),
    path("<slug:quarter>/board/notes/<int:pk>/", deciding.note, name="planning_note"),
    path("<slug:quarter>/open/", deciding.open_meeting, name="planning_open"),
    path("<slug:quarter>/close/", deciding.close, name="planning_close"),
    path("<slug:quarter>/reopen/", deciding.reopen, name="planning_reopen"),
    # ── Documents ──
    path("<slug:quarter>/xlsx/", documents.xlsx, name="planning_xlsx"),
    path("<slug:quarter>/pdf/", documents.pdf, name="planning_pdf"),
    path("<slug:quarter>/funnel/", documents.funnel, name="planning_funnel"),
    path("<slug:quarter>/funnel/pdf/", documents.funnel_pdf, name="planning_funnel_pdf"),
    path("<slug:quarter>/funnel/png/", documents.funnel_png, name="planning_funnel_png"),
    # ── After the meeting ──
    path("<slug:quarter>/decisions/", results.results, name="planning_results"),
    path("<slug:quarter>/refinement/", refinement.refinement, name="planning_refinement"),
    path("<slug:quarter>/refinement/accept/", refinement.accept, name="planning_accept"),
    path("<slug:quarter>/publish/", refinement.publish, name="planning_publish"),
    path("<slug:quarter>/carry/<slug:code>/", carrying.carry, name="planning_carry"),
]
