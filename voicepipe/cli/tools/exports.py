"""Tables for other programs: CSV, JSON and Parquet, on standard output or into a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from voicepipe.errors import RequestRefused

if TYPE_CHECKING:
    from pydantic import BaseModel

SQL_TYPES = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE"}


class Form(StrEnum):
    """How a command writes a table."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def export(columns: Mapping[str, type], rows: Sequence[Sequence[Any]], form: Form, file: Path | None) -> None:
    """Write rows in a form other than a table. Raises RequestRefused where the file can't be written or is missing."""
    if form is Form.PARQUET:
        _write_parquet(columns, rows, file)
        return
    text = _csv(columns, rows) if form is Form.CSV else _json(columns, rows)
    if file is None:
        typer.echo(text, nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise RequestRefused(f"{file} can't be written: {error.strerror}") from None


def print_csv(kind: type[BaseModel], rows: Sequence[BaseModel], *, but: Sequence[str] = ()) -> None:
    """Print rows of one kind as comma-separated values, a column for each field of the kind, `but` for some."""
    names = [name for name in kind.model_fields if name not in but]
    documents = [row.model_dump(mode="json") for row in rows]
    typer.echo(_csv(dict.fromkeys(names, str), [[_flat(each[name]) for name in names] for each in documents]), nl=False)


def _flat(value: Any) -> Any:
    return " ".join(map(str, value)) if isinstance(value, list) else value


def _csv(columns: Mapping[str, type], rows: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def _harmless(cell: Any) -> Any:
    """A spreadsheet would take a text that begins like a formula for one."""
    is_formula = isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{cell}" if is_formula and not cell.removeprefix("-").isdecimal() else cell


def _json(columns: Mapping[str, type], rows: Sequence[Sequence[Any]]) -> str:
    documents = [dict(zip(columns, row, strict=True)) for row in rows]
    return json.dumps(documents, ensure_ascii=False, indent=2) + "\n"


def _write_parquet(columns: Mapping[str, type], rows: Sequence[Sequence[Any]], file: Path | None) -> None:
    if file is None:
        raise RequestRefused("A Parquet file is not text: say where to, with --output FILE")
    from voicepipe.store.tables import write_parquet

    try:
        file.open("ab").close()
        write_parquet(file, {name: SQL_TYPES[kind] for name, kind in columns.items()}, rows)
    except OSError as error:
        raise RequestRefused(f"{file} can't be written: {error.strerror}") from None
