from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from okr.demo.state import Loading


class PlanningConfig(AppConfig):
    name = "planning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy

        from okr.actions.staging import register_gate
        from okr.demo.registry import additions
        from okr.shell import Place, register_place
        from orgs.deliveries import register_kind
        from planning import handover
        from planning.actions.carrying import register_carrying
        from planning.actions.kinds import register_kinds
        from planning.actions.presenting import tell_gate
        from planning.actions.telling import DECIDED, PUBLISHED
        from planning.audit_words import tell_audit
        from planning.board_live import register_board
        from planning.calls import register_calls
        from planning.coming import register_coming
        from planning.rulings import register_rulings
        from planning.trays import register_tray
        from planning.tribe_notices import register_notices

        register_place(Place("plannings", gettext_lazy("Quarter planning"), "list-checks"))
        additions.append(_write_demo)
        register_kinds()
        register_carrying()
        register_gate(tell_gate)
        register_board()
        register_rulings()
        register_tray()
        register_calls()
        register_coming()
        register_notices()
        handover.register_all()
        tell_audit()
        register_kind(DECIDED, gettext_lazy("Decided at quarter planning"))
        register_kind(PUBLISHED, gettext_lazy("Quarter published"))


def _write_demo(loading: "Loading") -> None:
    from planning.demo.rows import write_plannings  # the content is read where it is loaded alone

    write_plannings(loading)
