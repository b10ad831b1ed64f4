"""Reviews of quarters and of the strategy, below /o/<organization>/reviews/."""

from django.urls import path

from reviews.views import closing, notes, opening, results, review, trend, verdict

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
