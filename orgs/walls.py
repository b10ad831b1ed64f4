"""Second wall of tenancy, in the database itself, raised after every migration so that no table is forgotten.

PostgreSQL: row-level security, forced, on every tenant table; and composite foreign keys (org_id, x_id), because foreign
key checks bypass row-level security. SQLite has neither: triggers refuse a link between two organizations.
"""

import hashlib
from typing import Any

from django.apps import apps
from django.db import models

from orgs.models.base import TenantModel

POLICY = """
    org_id = (SELECT NULLIF(NULLIF(current_setting('app.org', true), ''), '*')::bigint)
    OR (SELECT current_setting('app.org', true) = '*')
"""


def tenant_models() -> list[type[TenantModel]]:
    return [model for model in apps.get_models(include_auto_created=True) if issubclass(model, TenantModel)]


def _name(*parts: str) -> str:
    """A constraint name that PostgreSQL's 63 characters can hold."""
    name = "_".join(parts)
    return name if len(name) <= 60 else f"{name[:50]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _links(model: type[TenantModel], tables: set[str]) -> list[models.ForeignKey]:
    return [field for field in model.tenant_links() if field.related_model._meta.db_table in tables]


def raise_walls(connection: Any) -> None:
    """Put up whatever is missing. Idempotent; runs in the transaction of the caller, if there is one."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        present = [model for model in tenant_models() if model._meta.db_table in tables]
        if connection.vendor == "postgresql":
            _raise_postgresql(cursor, present, tables)
        elif connection.vendor == "sqlite":
            _raise_sqlite(cursor, present, tables)


def _raise_postgresql(cursor: Any, present: list[type[TenantModel]], tables: set[str]) -> None:
    cursor.execute("SELECT conname FROM pg_constraint WHERE connamespace = current_schema()::regnamespace")
    constraints = {row[0] for row in cursor.fetchall()}
    for model in present:
        table = model._meta.db_table
        cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        cursor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        cursor.execute(f'DROP POLICY IF EXISTS tenant ON "{table}"')
        cursor.execute(f'CREATE POLICY tenant ON "{table}" USING ({POLICY})')
        unique = _name("wall", table, "org_id")
        if unique not in constraints:
            cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{unique}" UNIQUE (org_id, id)')
    for model in present:
        table = model._meta.db_table
        for field in _links(model, tables):
            name = _name("wall", table, field.column)
            if name not in constraints:
                cursor.execute(
                    f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (org_id, "{field.column}") '
                    f'REFERENCES "{field.related_model._meta.db_table}" (org_id, id) DEFERRABLE INITIALLY DEFERRED'
                )


def _raise_sqlite(cursor: Any, present: list[type[TenantModel]], tables: set[str]) -> None:
    for model in present:
        table = model._meta.db_table
        for field in _links(model, tables):
            for event in ("INSERT", f'UPDATE OF "{field.column}", org_id'):
                name = _name("wall", table, field.column, event[:6].lower())
                cursor.execute(
                    f'CREATE TRIGGER IF NOT EXISTS "{name}" BEFORE {event} ON "{table}" '
                    f'WHEN NEW."{field.column}" IS NOT NULL AND NEW.org_id <> '
                    f'(SELECT org_id FROM "{field.related_model._meta.db_table}" WHERE id = NEW."{field.column}") '
                    "BEGIN SELECT RAISE(ABORT, 'link between two organizations'); END"
                )


def lower_walls(connection: Any) -> None:
    """Drop the SQLite triggers: a migration rebuilds tables, and a trigger that names one in the making stops it."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'wall\\_%' ESCAPE '\\'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')
