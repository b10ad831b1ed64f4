from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from okr.demo.state import Loading


class ReviewsConfig(AppConfig):
    name = "reviews"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy

        from okr.actions.periods import register_turn
        from okr.demo.registry import additions
        from okr.pages.years import register_view
        from okr.shell import Place, register_place
        from orgs.actions.audit import listen
        from orgs.deliveries import register_kind
        from reviews import handover, meeting_handover
        from reviews.actions import meeting_kinds
        from reviews.actions.closing import turn
        from reviews.actions.kinds import register_kinds
        from reviews.actions.meeting_mails import KIND, MINUTES_KIND
        from reviews.actions.telling import hear
        from reviews.audit_words import tell_audit
        from reviews.meeting_calls import register_calls
        from reviews.meeting_landmarks import register_landmarks
        from reviews.trays import register_trays
        from reviews.tribe_notices import register_notices

        register_place(Place("reviews", gettext_lazy("Reviews"), "flag"))
        register_view("reviews_trend", gettext_lazy("Trend"))
        register_trays()
        additions.append(_write_demo)
        register_kinds()
        register_turn(turn)
        register_notices()
        handover.register_all()
        meeting_handover.register_all()
        tell_audit()
        listen(hear)
        meeting_kinds.register_kinds()
        register_calls()
        register_landmarks()
        register_kind(KIND, gettext_lazy("Invitation to a meeting"))
        register_kind(MINUTES_KIND, gettext_lazy("Minutes of a meeting"))


def _write_demo(loading: "Loading") -> None:
    from reviews.demo.meetings import write_meetings
    from reviews.demo.rows import write_reviews  # the content is read where it is loaded alone

    write_reviews(loading)
    write_meetings(loading)
