"""Quotas of many users as a CSV file: read with every mistake named, and written."""

from __future__ import annotations

import csv
import difflib
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import typer
from pydantic import ValidationError

from voicepipe.cli.tools.exports import write_file
from voicepipe.control.many import DEFAULT, QuotaLine
from voicepipe.errors import RequestRefused

COLUMNS = ("user", "username", "daily_seconds", "plan", "unlimited", "grant_seconds")
MOST_PROBLEMS = 20
"""Problems that are told; there may be one in every line."""
_SWITCHES = {"on": True, "off": False, "yes": True, "no": False, "true": True, "false": False}
_STDIO = Path("-")


def read_quota_file(path: Path) -> list[QuotaLine]:
    """The lines of a file, or of standard input (`-`). Raises RequestRefused, which names what is wrong, and where."""
    rows = list(_rows(_text(path), path))
    if not rows:
        raise RequestRefused(
            f"{path} is empty: expected a line of headings, as {','.join(COLUMNS[2:3])}, and one a user"
        )
    _, headings = rows[0]
    columns = [heading.strip().lower() for heading in headings]
    _require_columns(columns, path)
    lines, problems = [], []
    for number, cells in rows[1:]:
        try:
            lines.append(_line(number, columns, cells))
        except RequestRefused as refusal:
            problems.append(f"line {number}: {refusal}")
    refuse_for(problems)
    return lines


def refuse_for(problems: list[str]) -> None:
    """Raises RequestRefused if there are any, and tells the first of them."""
    if not problems:
        return
    more = len(problems) - MOST_PROBLEMS
    told = problems[:MOST_PROBLEMS] + ([f"… and {more} more"] if more > 0 else [])
    raise RequestRefused("\n".join([*told, "nothing was changed: mend these lines and repeat it"]))


def write_quota_file(path: Path, lines: Iterable[QuotaLine]) -> None:
    """Write lines into a file, or to standard output (`-`). Raises RequestRefused where that can't be."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(line) for line in lines)
    if path == _STDIO:
        typer.echo(text.getvalue(), nl=False)
        return
    write_file(path, text.getvalue().encode())


def _text(path: Path) -> str:
    try:
        data = sys.stdin.buffer.read() if path == _STDIO else path.read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise RequestRefused(f"{path} can't be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise RequestRefused(f"{path}, line {line}: not in UTF-8; save it as CSV in UTF-8") from None


def _rows(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows with anything in them, and the number of the line that each ends in."""
    heading = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=heading.count), strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise RequestRefused(f"{path}, line {reader.line_num}: no CSV ({error})") from None


def _require_columns(columns: list[str], path: Path) -> None:
    for column in columns:
        if column not in COLUMNS:
            likely = difflib.get_close_matches(column, COLUMNS, 1)
            hint = f"; did you mean {likely[0]}?" if likely else ""
            raise RequestRefused(f"{path} has a column {column!r}{hint} (possible are {', '.join(COLUMNS)})")
    if "user" not in columns:
        raise RequestRefused(f"{path} has no column `user`; its first line names the columns: {', '.join(COLUMNS)}")
    if len(set(columns)) < len(columns):
        raise RequestRefused(f"{path} has a column twice: {', '.join(columns)}")


def _line(number: int, columns: list[str], cells: list[str]) -> QuotaLine:
    if len(cells) != len(columns):
        raise RequestRefused(f"{len(cells)} cells under {len(columns)} headings")
    given = {column: cell.strip() for column, cell in zip(columns, cells, strict=True) if cell.strip()}
    given.pop("username", None)
    if "user" not in given:
        raise RequestRefused("no user: expected a Telegram user id, or a @username")
    try:
        return QuotaLine(line=number, **{column: READERS[column](column, cell) for column, cell in given.items()})
    except ValidationError as error:
        wrong = error.errors()[0]
        raise RequestRefused(f"{wrong['loc'][0]} is {wrong['input']!r}; expected at most 40 plain signs") from None


def _word(_: str, cell: str) -> str:
    return cell


def _number(column: str, cell: str) -> int:
    if not (cell.isascii() and cell.isdecimal()) or len(cell) > 12:
        raise RequestRefused(f"{column} is {cell!r}; expected a whole number of seconds, as 600")
    return int(cell)


def _number_or_default(column: str, cell: str) -> int | str:
    return DEFAULT if cell.lower() == DEFAULT else _number(column, cell)


def _plan(_: str, cell: str) -> str:
    return DEFAULT if cell.lower() == DEFAULT else cell


def _switch(column: str, cell: str) -> bool:
    if cell.lower() not in _SWITCHES:
        raise RequestRefused(f"{column} is {cell!r}; expected on or off")
    return _SWITCHES[cell.lower()]


READERS: Mapping[str, Callable[[str, str], object]] = {
    "user": _word,
    "daily_seconds": _number_or_default,
    "plan": _plan,
    "unlimited": _switch,
    "grant_seconds": _number,
}
"""How the cells of each column are read."""


def _cells(line: QuotaLine) -> tuple[object, ...]:
    unlimited = "on" if line.unlimited else "off"
    return (line.user, line.username, line.daily_seconds, line.plan, unlimited, line.grant_seconds)
