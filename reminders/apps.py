from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from okr.demo.state import Loading


class RemindersConfig(AppConfig):
    name = "reminders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from okr.demo.registry import additions
        from orgs.settings_notes import register_note
        from reminders.actions import scheduling
        from reminders.actions.digesting import send_with_run
        from reminders.channel import tell_missing
        from reminders.channel_digest import tell_digest
        from reminders.checked import follow_check_ins
        from reminders.next_run import next_run_in_words
        from reminders.previews import register_previews
        from reminders.registry import after_run, to_channel

        scheduling.follow_settings()
        to_channel.extend((tell_missing, tell_digest))
        follow_check_ins()
        register_previews()
        register_note("rhythm", next_run_in_words)
        after_run.append(send_with_run)
        additions.append(_write_demo)


def _write_demo(loading: "Loading") -> None:
    from reminders.demo import write_reminders  # the content is read where it is loaded alone

    write_reminders(loading)
