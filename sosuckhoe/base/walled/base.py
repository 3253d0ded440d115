"""Django's engine for PostgreSQL, which tells the second wall of every rollback.

Django finds an engine by the name of its module, `base`, and of its class.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from sosuckhoe.base import wall


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection: what is rolled back may have taken a step of the wall with it, whoever rolls back."""

    def _commit(self) -> Any:
        """Of a transaction in which a statement failed, and the error was swallowed, PostgreSQL rolls back instead."""
        raw = self.connection
        if raw is not None and raw.pgconn.transaction_status == TransactionStatus.INERROR:
            wall.forget()
        return super()._commit()  # type: ignore[misc]  # as below

    def _rollback(self) -> Any:
        wall.forget()
        return super()._rollback()  # type: ignore[misc]  # Django's stubs leave its own hooks out

    def _savepoint_rollback(self, sid: str) -> None:
        wall.forget()
        super()._savepoint_rollback(sid)  # type: ignore[misc]  # as above
