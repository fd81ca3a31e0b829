"""Tables for other programs: CSV, JSON and Parquet, on standard output or into a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

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
    write_file(file, text.encode())


def write_file(file: Path, content: bytes) -> None:
    """Raises RequestRefused where that can't be done."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise RequestRefused(f"{file} can't be written: {error.strerror}") from None


def print_csv(kind: type[BaseModel], rows: Sequence[BaseModel], *, but: Sequence[str] = ()) -> None:
    """Print rows of one kind as comma-separated values, a column for each field of the kind, `but` for some."""
    typer.echo(_csv_of(kind, rows, but), nl=False)


def csv_of_report(report: BaseModel, *, but: Sequence[str] = ()) -> str:
    """A line for each row of a report that is a list of one kind; else one line, without the fields in `but`."""
    kinds = {name: _kinds(field.annotation) for name, field in type(report).model_fields.items() if name not in but}
    lists = [name for name in kinds if kinds[name] and isinstance(getattr(report, name), tuple)]
    if len(lists) == 1 and not but:
        return _csv_of(kinds[lists[0]][0], getattr(report, lists[0]))
    document = report.model_dump(mode="json", include=set(kinds))
    nothing = {name: dict.fromkeys(kinds[name][0].model_fields) for name in kinds if kinds[name]}
    return csv_of_document({name: nothing.get(name) if value is None else value for name, value in document.items()})


def csv_of_document(document: Mapping[str, Any]) -> str:
    """A line for each row of its only list; of tables one for each, or for each of their keys; else one line."""
    lists = [name for name, value in document.items() if isinstance(value, list | tuple)]
    rows_of = [name for name in lists if _is_list_of_rows(document[name])]
    if len(rows_of) == 1:
        return _csv_of_rows(document[rows_of[0]])
    if len(document) == len(lists) == 1:
        return _csv_of_rows([{lists[0]: word} for word in document[lists[0]]], lists)
    if document and all(isinstance(value, Mapping) for value in document.values()):
        return _csv_of_rows(_rows_of_tables(document))
    return _csv_of_rows([document])


def _rows_of_tables(tables: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """A row each where all have the same keys."""
    if len({tuple(table) for table in tables.values()}) == 1:
        return [{"name": name, **table} for name, table in tables.items()]
    return [{"name": name, "value": value} for name, value in _flat(tables)]


def _kinds(annotation: Any) -> list[type[BaseModel]]:
    """What a list's rows are, or a value that may be missing, if these are tables."""
    from pydantic import BaseModel

    return [kind for kind in get_args(annotation) if isinstance(kind, type) and issubclass(kind, BaseModel)]


def _is_list_of_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, Mapping) for each in value)


def _csv_of(kind: type[BaseModel], rows: Sequence[BaseModel], but: Sequence[str] = ()) -> str:
    names = [name for name in kind.model_fields if name not in but]
    return _csv_of_rows([row.model_dump(mode="json", exclude=set(but)) for row in rows], names)


def _csv_of_rows(rows: Sequence[Mapping[str, Any]], columns: Iterable[str] = ()) -> str:
    flat = [dict(_flat(row)) for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row)) or list(columns)
    return _csv(dict.fromkeys(names, str), [[row.get(name) for name in names] for row in flat])


def _flat(row: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """A table's fields become columns by the name `table.field`, the words of a list one cell."""
    for name, value in row.items():
        match value:
            case Mapping():
                yield from _flat(value, f"{above}{name}.")
            case list() | tuple():
                yield f"{above}{name}", " ".join(map(str, value))
            case bool():
                yield f"{above}{name}", str(value).lower()
            case _:
                yield f"{above}{name}", value


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
