"""An organization's pages, below /o/<slug>/. The slug never reaches a view: the middleware turns it into request.org."""

from django.urls import include, path

from okr.views import (
    attention,
    business_case,
    check_in,
    check_in_all,
    coverage,
    evidence,
    following,
    home,
    initiative,
    initiative_edit,
    initiative_in_place,
    key_result,
    moved,
    objective,
    rhythm,
    search,
    strategy,
    tribe,
)
from orgs.views import undo

urlpatterns = [
    # ── My week ──
    path("", home.home, name="home"),
    # ── Search ──
    path("search/", search.search, name="search"),
    # ── Check-in ──
    path("check-in/", check_in.check_in, name="check_in"),
    path("check-in/all/", check_in_all.check_in_all, name="check_in_all"),
    path("check-in/<int:pk>/", check_in.check_in_key_result, name="check_in_key_result"),
    path("check-ins/<int:pk>/correct/", check_in.correct, name="check_in_correct"),
    path("check-in/<int:pk>/take-back/", check_in.take_back, name="check_in_take_back"),
    # ── Strategy ──
    path("strategy/", strategy.strategy, name="strategy"),
    path("strategy/<int:year>/", strategy.strategy, name="strategy_year"),
    path("strategy/<int:year>/coverage/", coverage.coverage, name="coverage"),
    path("strategy/<int:year>/attention/", attention.attention, name="attention"),
    path("strategy/<int:year>/moved/", moved.moved, name="moved"),
    path("strategy/<int:year>/write/", strategy.write, name="strategy_write"),
    path("strategy/branch/<int:pk>/", strategy.branch, name="strategy_branch"),
    path("rhythm/", rhythm.rhythm, name="rhythm"),
    # ── One thing ──
    path("objectives/<int:pk>/", objective.objective, name="objective"),
    path("key-results/<int:pk>/", key_result.key_result, name="key_result"),
    path("key-results/<int:pk>/rationale/", business_case.business_case, name="business_case"),
    path("key-results/<int:pk>/rationale/consolidate/", business_case.consolidate, name="business_case_consolidate"),
    # ── Following ──
    path("following/", following.following, name="following"),
    path("objectives/<int:pk>/follow/", following.objective, {"hears": True}, name="objective_follow"),
    path("objectives/<int:pk>/unfollow/", following.objective, {"hears": False}, name="objective_unfollow"),
    path("key-results/<int:pk>/follow/", following.key_result, {"hears": True}, name="key_result_follow"),
    path("key-results/<int:pk>/unfollow/", following.key_result, {"hears": False}, name="key_result_unfollow"),
    # ── Evidence ──
    path("objectives/<int:pk>/evidence/new/", evidence.new_of_objective, name="objective_evidence_new"),
    path("key-results/<int:pk>/evidence/new/", evidence.new_of_key_result, name="key_result_evidence_new"),
    path("evidence/<int:pk>/edit/", evidence.edit, name="evidence_edit"),
    path("evidence/<int:pk>/move/", evidence.move, name="evidence_move"),
    path("evidence/<int:pk>/archive/", evidence.archive, name="evidence_archive"),
    path("evidence/<int:pk>/file/", evidence.evidence_file, name="evidence_file"),
    path("initiatives/<int:pk>/", initiative.initiative, name="initiative"),
    # ── Writing initiatives ──
    path("tribes/<str:code>/<slug:quarter>/initiatives/new/", initiative_edit.new, name="initiative_new"),
    path("initiatives/<int:pk>/edit/", initiative_edit.edit, name="initiative_edit"),
    path("initiatives/<int:pk>/schedule/", initiative_in_place.schedule, name="initiative_schedule"),
    path("initiatives/<int:pk>/set/", initiative_in_place.set_part, name="initiative_set"),
    path("initiatives/<int:pk>/move/", initiative_in_place.move, name="initiative_move"),
    path("initiatives/<int:pk>/duplicate/", initiative_edit.duplicate, name="initiative_duplicate"),
    path("initiatives/<int:pk>/archive/", initiative_edit.archive, name="initiative_archive"),
    # ── Writing ──
    path("", include("okr.writing_urls")),
    # ── Conversations, inbox ──
    path("", include("okr.conversation_urls")),
    # ── Taking back ──
    path("undo/<uuid:change>/", undo.undo, name="undo"),
    # ── Tribes ──
    path("tribes/", tribe.tribes, name="tribes"),
    path("tribes/<str:code>/", tribe.tribe, name="tribe"),
    path("tribes/<str:code>/follow/", following.tribe, {"hears": True}, name="tribe_follow"),
    path("tribes/<str:code>/unfollow/", following.tribe, {"hears": False}, name="tribe_unfollow"),
    path("tribes/<str:code>/<slug:quarter>/", tribe.tribe, name="tribe_quarter"),
]
