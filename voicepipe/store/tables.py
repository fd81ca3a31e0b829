"""Tables that DuckDB makes for people: of an operator's own question to a copy of the records, and Parquet files."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

from voicepipe.errors import RequestRefused
from voicepipe.store.rows import Table

_LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "access_mode": "READ_ONLY",
    "threads": 1,
    "memory_limit": "256MB",
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
"""Nothing but the file can be read, and nothing be written or fetched; the question can't change that."""


def answer(copy: Path, sql: str, limit: int, seconds: float) -> Table:
    """Put a question in SQL to a copy of the records, which stays as it is.

    Raises RequestRefused for what is no question, can't be answered or takes longer than so many seconds.
    """
    with closing(duckdb.connect(str(copy), config=_LOCKED)) as records:
        records.execute("SET lock_configuration = true")
        timer = threading.Timer(seconds, records.interrupt)
        timer.start()
        try:
            return _table(records, sql, limit)
        except duckdb.InterruptException:
            raise RequestRefused(f"The question took longer than {seconds:g} s and was given up") from None
        except duckdb.Error as error:
            raise RequestRefused(f"DuckDB: {error}") from None
        finally:
            timer.cancel()


def _table(records: duckdb.DuckDBPyConnection, sql: str, limit: int) -> Table:
    statements = records.extract_statements(sql)
    if len(statements) != 1 or statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        raise RequestRefused("One question is expected: a single statement that begins with SELECT, WITH or FROM")
    found = records.execute(statements[0])
    rows = found.fetchmany(limit + 1)
    return Table(tuple(column[0] for column in found.description or ()), tuple(rows[:limit]), len(rows) > limit)


def write_parquet(path: Path, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
    """Write rows as a Parquet file, which replaces any other; `columns` are names and DuckDB's types."""
    with closing(duckdb.connect(config={"threads": 1, "memory_limit": "256MB"})) as memory:
        memory.execute(f"CREATE TABLE rows ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
        if rows:
            memory.executemany(f"INSERT INTO rows VALUES ({', '.join('?' * len(columns))})", rows)
        memory.execute("COPY rows TO $path (FORMAT parquet)", {"path": str(path)})
