"""Conversations, the history of things, and the inbox."""

from django.urls import path

from okr.views import comments, history, inbox_answer
from orgs.views import notifications

urlpatterns = [
    path("objectives/<int:pk>/comments/", comments.comments, {"topic": "objective"}, name="objective_comments"),
    path("key-results/<int:pk>/comments/", comments.comments, {"topic": "key_result"}, name="key_result_comments"),
    path("initiatives/<int:pk>/comments/", comments.comments, {"topic": "initiative"}, name="initiative_comments"),
    path("comments/people/", comments.people, name="comment_people"),
    path("comments/<int:pk>/answer/", comments.answer, name="comment_answer"),
    path("comments/<int:pk>/edit/", comments.edit, name="comment_edit"),
    path("comments/<int:pk>/delete/", comments.delete, name="comment_delete"),
    path("comments/<int:pk>/restore/", comments.restore, name="comment_restore"),
    path("comments/<int:pk>/resolve/", comments.resolve, {"resolved": True}, name="comment_resolve"),
    path("comments/<int:pk>/reopen/", comments.resolve, {"resolved": False}, name="comment_reopen"),
    # ── History ──
    path("history/<int:pk>/restore/", history.restore, name="history_restore"),
    # ── Inbox ──
    path("inbox/", notifications.inbox, name="inbox"),
    path("inbox/read/", notifications.read_all, name="inbox_read_all"),
    path("inbox/seen/", notifications.seen, name="inbox_seen"),
    path("inbox/<int:pk>/open/", notifications.open_notice, name="inbox_open"),
    path("inbox/<int:pk>/read/", notifications.read, name="inbox_read"),
    path("inbox/<int:pk>/answer/", inbox_answer.inbox_answer, name="inbox_answer"),
]
