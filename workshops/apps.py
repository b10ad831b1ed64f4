from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from okr.demo.state import Loading


class WorkshopsConfig(AppConfig):
    name = "workshops"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy

        from okr.demo.registry import additions
        from okr.shell import Place, register_place
        from orgs import outbox
        from orgs.deliveries import register_kind
        from workshops import handover
        from workshops.actions.inviting import KIND as INVITATION
        from workshops.actions.inviting import OPEN_KIND as OPEN_VOTE
        from workshops.actions.kinds import register_kinds
        from workshops.actions.sending import KIND as MINUTES
        from workshops.audit_words import tell_audit
        from workshops.calls import register_calls
        from workshops.documents.minutes_pdf import made as minutes_made
        from workshops.origins import register_origins
        from workshops.room_live import register_room

        register_place(Place("workshops", gettext_lazy("Workshops"), "sticky-note"))
        additions.append(_write_demo)
        register_kinds()
        register_origins()
        register_calls()
        handover.register_all()
        tell_audit()
        register_room()
        outbox.register_maker(MINUTES, minutes_made)
        register_kind(MINUTES, gettext_lazy("Minutes of a workshop"))
        register_kind(INVITATION, gettext_lazy("Invitation to a workshop"))
        register_kind(OPEN_VOTE, gettext_lazy("Workshop that waits for you"))


def _write_demo(loading: "Loading") -> None:
    from workshops.demo.rows import write_workshops  # the content is read where it is loaded alone

    write_workshops(loading)
