"""PostgreSQL with the tenant kept in step: `app.org` always says whose rows row-level security shows."""

from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from orgs import tenancy


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._told: str | None = None  # what this connection believes app.org to be; None: unknown
        self.execute_wrappers.append(self._tell_tenant)

    def _tell_tenant(self, execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        wanted = tenancy.database_setting()
        # A failed transaction takes no statement but its rollback, after which the setting is told anew.
        if wanted != self._told and self.connection.info.transaction_status != TransactionStatus.INERROR:
            self.connection.execute("SELECT set_config('app.org', %s, false)", [wanted])
            self._told = wanted
        return execute(sql, params, many, context)

    def init_connection_state(self) -> None:
        self._told = None
        super().init_connection_state()

    def _rollback(self) -> None:
        super()._rollback()  # type: ignore[misc]
        self._told = None  # a setting made inside the transaction is rolled back with it

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._told = None
