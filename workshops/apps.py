from django.apps import AppConfig


class WorkshopsConfig(AppConfig):
    name = "workshops"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy

        from okr.shell import Place, register_place
        from orgs import outbox
        from workshops import handover
        from workshops.actions.kinds import register_kinds
        from workshops.actions.sending import KIND as MINUTES
        from workshops.audit_words import tell_audit
        from workshops.documents.minutes_pdf import made as minutes_made
        from workshops.origins import register_origins
        from workshops.room_live import register_room

        register_place(Place("workshops", gettext_lazy("Workshops"), "sticky-note"))
        register_kinds()
        register_origins()
        handover.register_all()
        tell_audit()
        register_room()
        outbox.register_maker(MINUTES, minutes_made)
