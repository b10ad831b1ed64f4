from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "reminders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from orgs.settings_notes import register_note
        from reminders.actions import scheduling
        from reminders.checked import follow_check_ins
        from reminders.next_run import next_run_in_words
        from reminders.previews import register_previews

        scheduling.follow_settings()
        follow_check_ins()
        register_previews()
        register_note("rhythm", next_run_in_words)
