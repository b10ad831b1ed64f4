"""First wall of tenancy: every tenant row has `org`, every manager filters on it, and none works without a tenant."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models.expressions import Expression

from orgs import tenancy


class CurrentOrg(Expression):
    """The current organization's id, read when the SQL is compiled, so that querysets built at import time are safe."""

    output_field = models.BigIntegerField()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[int]]:
        return "%s", (tenancy.current_org_id(),)


class EveryOrg(Expression):
    """True, but only inside `tenancy.all_tenants()`; anywhere else compiling it raises."""

    output_field = models.BooleanField()
    conditional = True

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[()]]:
        if not tenancy.spans_all_tenants():
            raise tenancy.NoTenant("Model.across_orgs works inside tenancy.all_tenants() only")
        return "1 = 1", ()


class TenantQuerySet(models.QuerySet):
    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        for row in rows:
            row.claim_tenant()
        return super().bulk_create(rows, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        if "org" in kwargs or "org_id" in kwargs:
            raise tenancy.TenantMismatch("a row never changes its organization")
        return super().update(**kwargs)

    def one_or_none(self) -> Any:
        """The row, where at most one can match: unlike first() it asks for no order, which on hot paths is felt."""
        return next(iter(self.order_by()[:1]), None)

    update.alters_data = True  # type: ignore[attr-defined]


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> TenantQuerySet:
        return super().get_queryset().filter(org_id=CurrentOrg())


class AcrossOrgsManager(models.Manager.from_queryset(TenantQuerySet)):  # type: ignore[misc]
    """Every tenant's rows. The named, greppable escape: works inside `tenancy.all_tenants()` only."""

    def get_queryset(self) -> TenantQuerySet:
        return super().get_queryset().filter(EveryOrg())


def tenant_manager(queryset: type[TenantQuerySet]) -> TenantManager:
    """A scoped manager with the methods of `queryset`."""
    return TenantManager.from_queryset(queryset)()


class TenantModel(models.Model):
    """A row that belongs to one organization. Subclasses write `class Meta(TenantModel.Meta)`."""

    org = models.ForeignKey("orgs.Organization", models.CASCADE, related_name="+", editable=False)

    objects = TenantManager()
    across_orgs = AcrossOrgsManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"

    def claim_tenant(self) -> None:
        """Take the current tenant, or confirm that the row already belongs to it, and so do the rows it points to."""
        if tenancy.spans_all_tenants():
            if self.org_id is None:
                raise tenancy.NoTenant(f"{type(self).__name__} needs its organization named")
        elif self.org_id is None:
            self.org_id = tenancy.current_org_id()
        elif self.org_id != tenancy.current_org_id():
            raise tenancy.TenantMismatch(f"{type(self).__name__} belongs to another organization")
        for field in self._meta.concrete_fields:
            related = self._state.fields_cache.get(field.name) if field.is_relation else None
            if isinstance(related, TenantModel) and related.org_id not in (None, self.org_id):
                raise tenancy.TenantMismatch(f"{field.name} belongs to another organization")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.claim_tenant()
        super().save(*args, **kwargs)

    @classmethod
    def tenant_links(cls) -> Sequence[models.ForeignKey]:
        """The foreign keys that lead to rows of the same organization."""
        return [
            field
            for field in cls._meta.concrete_fields
            if isinstance(field, models.ForeignKey) and issubclass(field.related_model, TenantModel)
        ]


class RevisedModel(TenantModel):
    """A row that several people may be editing: each audited change counts `revision` up (orgs.actions.editing)."""

    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta(TenantModel.Meta):
        abstract = True
