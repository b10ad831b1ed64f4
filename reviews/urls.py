"""Reviews of quarters and of the strategy, below /o/<organization>/reviews/."""

from django.urls import path

from reviews.views import closing, meeting, meeting_said, meetings, notes, opening, results, review, trend, verdict

urlpatterns = [
    path("", review.reviews, name="reviews"),
    path("trend/", trend.trend, name="reviews_trend"),
    path("trend/export.csv", trend.export, name="reviews_trend_export"),
    # ── One key result, initiative, note ──
    path("verdicts/<int:pk>/", verdict.verdict, name="review_verdict"),
    path("verdicts/<int:pk>/correct/", verdict.correct, name="review_correct"),
    path("initiatives/<int:pk>/", notes.initiative, name="review_initiative"),
    path("notes/<int:pk>/", notes.change, name="review_note"),
    path("notes/<int:pk>/remove/", notes.remove, name="review_note_remove"),
    # ── A committee's meetings ──
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/series/new/", meetings.new, name="meeting_series_new"),
    path("meetings/series/<int:pk>/", meetings.change, name="meeting_series"),
    path("meetings/series/<int:pk>/end/", meetings.end, name="meeting_series_end"),
    path("meetings/<int:pk>/", meeting.meeting, name="meeting"),
    path("meetings/<int:pk>/move/", meeting.move, name="meeting_move"),
    path("meetings/<int:pk>/off/", meeting.call_off, name="meeting_off"),
    path("meetings/<int:pk>/begin/", meeting.begin, name="meeting_begin"),
    path("meetings/<int:pk>/end/", meeting.end, name="meeting_end"),
    path("meetings/<int:pk>/minutes/", meeting.minutes, name="meeting_minutes"),
    path("meetings/<int:pk>/presence/", meeting.presence, name="meeting_presence"),
    path("meetings/<int:pk>/points/", meeting_said.add_point, name="meeting_points"),
    path("meetings/<int:pk>/decisions/", meeting_said.add_decision, name="meeting_decisions"),
    path("meetings/<int:pk>/actions/", meeting_said.add_action, name="meeting_actions"),
    path("meetings/points/<int:pk>/", meeting_said.change_point, name="meeting_point"),
    path("meetings/points/<int:pk>/place/", meeting_said.place_point, name="meeting_point_place"),
    path("meetings/points/<int:pk>/remove/", meeting_said.remove_point, name="meeting_point_remove"),
    path("meetings/decisions/<int:pk>/", meeting_said.change_decision, name="meeting_decision"),
    path("meetings/decisions/<int:pk>/remove/", meeting_said.remove_decision, name="meeting_decision_remove"),
    path("meetings/actions/<int:pk>/", meeting_said.action, name="meeting_action"),
    path("meetings/actions/<int:pk>/settle/", meeting_said.settle, name="meeting_action_settle"),
    path("meetings/actions/<int:pk>/remove/", meeting_said.remove_action, name="meeting_action_remove"),
    # ── A quarter or a year: “2026-q2”, “2026” ──
    path("<slug:period>/", review.review, name="review"),
    path("<slug:period>/tribes/<slug:code>/", review.tribe, name="review_tribe"),
    path("<slug:period>/tribes/<slug:code>/notes/", notes.write, name="review_notes"),
    path("<slug:period>/tribes/<slug:code>/carry/", notes.carry, name="review_carry"),
    path("<slug:period>/strategy/", review.strategy, name="review_strategy"),
    path("<slug:period>/opening/", opening.opening, name="review_opening"),
    path("<slug:period>/close/", closing.close, name="review_close"),
    path("<slug:period>/results/", results.results, name="review_results"),
]
