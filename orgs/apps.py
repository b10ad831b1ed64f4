from typing import Any

from django.apps import AppConfig
from django.core.checks import Error, register
from django.db.models.signals import post_migrate, pre_migrate


class OrgsConfig(AppConfig):
    name = "orgs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Sent once per app and migration run; the first is enough to lower the walls, the last to raise them all.
        pre_migrate.connect(_lower_walls, dispatch_uid="orgs.walls.lower")
        post_migrate.connect(_raise_walls, dispatch_uid="orgs.walls.raise")
        register(_tenant_models_are_scoped)
        _register_kinds()


def _register_kinds() -> None:
    from orgs import outbox
    from orgs.actions import absences, kinds, memberships, previews, settings
    from orgs.actions.editable import register as register_kind
    from orgs.channels.way import ChannelWay
    from orgs.models import OutboxMail

    kinds.register_kinds()
    previews.register_kinds()
    memberships.register_estates()
    register_kind(settings.ORGANIZATION)
    register_kind(absences.ABSENCE)
    outbox.register_way(OutboxMail.Channel.WEBHOOK, ChannelWay)


def _lower_walls(sender: AppConfig, using: str, **kwargs: Any) -> None:
    from django.db import connections

    from orgs import walls

    if sender.name == "orgs":
        walls.lower_walls(connections[using])


def _raise_walls(sender: AppConfig, using: str, **kwargs: Any) -> None:
    from django.apps import apps
    from django.db import connections

    from orgs import walls

    if sender.name == _last_app_with_models(apps):
        walls.raise_walls(connections[using])


def _last_app_with_models(apps: Any) -> str:
    return [config.name for config in apps.get_app_configs() if config.models_module is not None][-1]


def _tenant_models_are_scoped(app_configs: Any, **kwargs: Any) -> list[Error]:
    """A tenant model whose Meta forgot TenantModel.Meta would follow foreign keys through an unscoped manager."""
    from orgs import walls

    return [
        Error(f"{model.__name__}.Meta must inherit TenantModel.Meta", obj=model, id="orgs.E001")
        for model in walls.tenant_models()
        if model._meta.base_manager_name != "objects" or model._meta.default_manager_name != "objects"
    ]
