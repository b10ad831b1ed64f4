"""The current tenant: which organization's rows this piece of work may touch.

Kept free of models so that anything may import it. The value lives in a ContextVar and is read when SQL is compiled
(first wall, see orgs.models.base) and before each statement on PostgreSQL (second wall, see orgs.db.postgresql).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

EVERY: Final = "*"
_current: ContextVar[int | str | None] = ContextVar("polaris_tenant", default=None)


class NoTenant(RuntimeError):
    """A tenant's rows were asked for while no single organization was current."""


class TenantMismatch(RuntimeError):
    """A row of one organization was about to be saved or linked under another."""


def current_org_id() -> int:
    """Id of the current organization; raises NoTenant when there is none, or when all of them are open."""
    value = _current.get()
    if not isinstance(value, int):
        raise NoTenant("no organization is current: use tenancy.tenant(org_id), or Model.across_orgs")
    return value


def spans_all_tenants() -> bool:
    return _current.get() == EVERY


def database_setting() -> str:
    """What PostgreSQL's `app.org` must hold now: an id, '*' for every tenant, '' for none."""
    value = _current.get()
    return "" if value is None else str(value)


def enter(org_id: int) -> object:
    """Make one organization current until `leave(token)`; for middleware, where no `with` block can span the request."""
    return _current.set(org_id)


def leave(token: object) -> None:
    _current.reset(token)  # type: ignore[arg-type]


@contextmanager
def tenant(org_id: int) -> Iterator[None]:
    token = _current.set(org_id)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def all_tenants() -> Iterator[None]:
    """Open every tenant's rows to `Model.across_orgs` (and to raw SQL): migrations, operators, clock ticks."""
    token = _current.set(EVERY)
    try:
        yield
    finally:
        _current.reset(token)
