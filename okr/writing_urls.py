"""Where objectives and key results are written, below /o/<slug>/."""

from django.urls import path

from okr.views import cell, coach, contributions, key_result_edit, objective_edit, paste

urlpatterns = [
    # ── The wording coach ──
    path("coach/", coach.coach, name="coach"),
    path("coach/keep/", coach.coach_dismiss, name="coach_dismiss"),
    # ── Objectives ──
    path("tribes/<str:code>/<slug:quarter>/objectives/new/", objective_edit.new_of_tribe, name="objective_new"),
    path("strategy/<int:year>/objectives/new/", objective_edit.new_strategic, name="strategic_objective_new"),
    path("objectives/<int:pk>/edit/", objective_edit.edit, name="objective_edit"),
    path("objectives/<int:pk>/archive/", objective_edit.archive, name="objective_archive"),
    path("objectives/<int:pk>/duplicate/", objective_edit.duplicate, name="objective_duplicate"),
    path("objectives/<int:pk>/move/", objective_edit.move, name="objective_move"),
    path("objectives/<int:pk>/publish/", objective_edit.publish, name="objective_publish"),
    path("objectives/<int:pk>/propose/", objective_edit.propose, name="objective_propose"),
    path("objectives/<int:pk>/take-back/", objective_edit.take_back, name="objective_take_back"),
    path("objectives/<int:pk>/cell/", cell.objective_cell, name="objective_cell"),
    path("objectives/<int:pk>/contributions/", contributions.contributions, name="objective_contributions"),
    path("objectives/<int:pk>/initiative/", key_result_edit.new_to_initiative, name="objective_to_initiative"),
    # ── Key results ──
    path("objectives/<int:pk>/key-results/new/", key_result_edit.new, name="key_result_new"),
    path("objectives/<int:pk>/key-results/paste/", paste.paste, name="key_result_paste"),
    path("key-results/<int:pk>/cell/", cell.key_result_cell, name="key_result_cell"),
    path("key-results/<int:pk>/edit/", key_result_edit.edit, name="key_result_edit"),
    path("key-results/<int:pk>/archive/", key_result_edit.archive, name="key_result_archive"),
    path("key-results/<int:pk>/duplicate/", key_result_edit.duplicate, name="key_result_duplicate"),
    path("key-results/<int:pk>/move/", key_result_edit.move, name="key_result_move"),
    path("key-results/<int:pk>/initiative/", key_result_edit.to_initiative, name="key_result_to_initiative"),
]
