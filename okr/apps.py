from django.apps import AppConfig


class OkrConfig(AppConfig):
    name = "okr"
    verbose_name = "OKR"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from okr import handover
        from okr.actions.due_days import follow_settings
        from okr.actions.kinds import register_kinds
        from okr.actions.news_left import hear
        from orgs.actions.audit import listen

        register_kinds()
        handover.register_all()
        follow_settings()
        listen(hear)
