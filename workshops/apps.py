from django.apps import AppConfig


class WorkshopsConfig(AppConfig):
    name = "workshops"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from workshops import handover
        from workshops.actions.kinds import register_kinds
        from workshops.audit_words import tell_audit
        from workshops.room_live import register_room

        register_kinds()
        handover.register_all()
        tell_audit()
        register_room()
