"""How commands speak: tables and sentences on standard output, problems on standard error, exit codes."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Literal, TextIO

import typer
from typer.core import TyperCommand, TyperGroup

from voicepipe.errors import VoicepipeError

if TYPE_CHECKING:
    from datetime import datetime, tzinfo
    from pathlib import Path

    from pydantic import BaseModel
    from rich.console import Console
    from rich.table import Table

    from voicepipe.config import Config
    from voicepipe.control.messages import UserReport

INTERRUPTED = 130
"""Exit code of a command that Ctrl-C ended, as shells expect it."""

_LEAST_WIDTH = 12
"""Columns that words and names have at least, where they need more."""

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]


class OutputFailed(VoicepipeError):
    """Standard output can't be written."""


class _Output(io.TextIOWrapper):
    """Standard output, whose failures are told apart from those of all other files."""

    def write(self, text: str) -> int:
        if text == "":
            return 0  # so typer tries what kind of stream this is, and hides how that went
        with self._failing():
            return super().write(text)

    def flush(self) -> None:
        with self._failing():
            super().flush()

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            # What is still to be written, now and at the exit, would only fail again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            raise OutputFailed(f"standard output can't be written: {error.strerror}") from None


def guard_streams() -> None:
    """See that text can be written to any terminal, and that a failure of standard output is OutputFailed."""
    if sys.stdout is not None:
        settings = {name: getattr(sys.stdout, name) for name in ("encoding", "line_buffering", "write_through")}
        sys.stdout = _Output(sys.stdout.buffer, errors="replace", **settings)
    if sys.stderr is not None:
        sys.stderr.reconfigure(errors="replace")  # type: ignore[union-attr]


class RootCommands(TyperGroup):
    """The root of the commands: turns the errors that we raise on purpose into a message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = _plainly(error)
            raise
        except VoicepipeError as error:
            complain(str(error))
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            complain("interrupted")
            raise typer.Exit(INTERRUPTED) from None

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order of need: running it, asking it, administering it, setting it up."""
        setting_up = ("model", "config", "doctor")
        order = ("run", "transcribe", "status", "usage", "quota", "users", "check", "backup", "restore", *setting_up)
        return sorted(super().list_commands(ctx), key=order.index)


class Command(TyperCommand):
    """A command whose help shows its arguments as they are typed, and not the types they have in Python."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return ["[OPTIONS]", *map(_spell, self._arguments())]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        arguments = [(_spell(argument), argument.help or "") for argument in self._arguments()]
        options = [option.get_help_record(ctx) for option in self.get_params(ctx) if option.param_type_name == "option"]
        for name, lines in (("Arguments", arguments), ("Options", options)):
            if lines:
                with formatter.section(name):
                    formatter.write_dl(lines)

    def _arguments(self) -> list[Any]:
        return [parameter for parameter in self.params if parameter.param_type_name == "argument"]


def _spell(argument: Any) -> str:
    name = f"{argument.metavar}..." if argument.nargs != 1 else f"{argument.metavar}"
    return name if argument.required else f"[{name}]"


def _plainly(error: typer.BadParameter) -> str:
    """What is wrong with a value, without the words of the library that found it."""
    found: list[Any] = getattr(error.__cause__, "errors", list)()
    match found:
        case [{"type": "int_parsing", "input": given}, *_]:
            return f"{given!r} is not a whole number."
        case [{"type": "greater_than_equal", "input": given, "ctx": {"ge": least}}, *_]:
            return f"{given} is below {least}."
    return error.message.removeprefix("Value error, ")


def load(context: typer.Context) -> Config:
    """The configuration that the command line names. Raises ConfigError."""
    from voicepipe.config.loading import load_config

    return load_config(config_path(context))


def config_path(context: typer.Context) -> Path | None:
    """What `--config` names."""
    path: Path | None = context.find_root().obj
    return path


def complain(message: str) -> None:
    """Say on standard error what is wrong, every paragraph marked as ours."""
    for line in message.splitlines():
        typer.echo(wrapped(f"voicepipe: {line}", sys.stderr), err=True)


def wrapped(paragraph: str, stream: TextIO, indent: str = "") -> str:
    """A paragraph with its lines indented, broken between words if `stream` is a terminal; paths stay whole."""
    width = shutil.get_terminal_size().columns if stream.isatty() else sys.maxsize
    return textwrap.fill(
        paragraph,
        width,
        initial_indent=indent,
        subsequent_indent=indent or "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def print_json(document: BaseModel) -> None:
    typer.echo(document.model_dump_json(indent=2))


def print_document(document: Mapping[str, object]) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def console(*, stderr: bool = False) -> Console:
    """A console that wraps nothing unless a person looks at it."""
    from rich.console import Console

    is_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=None if is_terminal else 1000)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under their headings, or on a terminal too narrow for that a block of lines for each row.

    A heading that starts with `>` marks a column of numbers, one that starts with `~` a column of words and names,
    which may go on in the next line. Nothing else is broken: half a number is another number.
    """
    from rich.table import Table

    rows = list(rows)
    widths = [_least_width(heading, cells) for heading, *cells in zip(columns, *rows, strict=True)]
    if sum(widths) + 2 * (len(widths) - 1) > console().width:
        _print_blocks([column.lstrip(">~") for column in columns], rows)
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
    for column, width in zip(columns, widths, strict=True):
        justify: Literal["left", "right"] = "right" if column.startswith(">") else "left"
        is_firm = not column.startswith("~")
        table.add_column(column.lstrip(">~"), justify=justify, no_wrap=is_firm, overflow="fold", min_width=width)
    _print_rows(table, rows)


def _least_width(heading: str, cells: Sequence[str]) -> int:
    """How wide a column must be for no more to be broken than may be."""
    from rich.cells import cell_len

    longest = max(map(cell_len, cells), default=0)
    return max(cell_len(heading.lstrip(">~")), min(longest, _LEAST_WIDTH) if heading.startswith("~") else longest)


def _print_blocks(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    for number, row in enumerate(rows):
        if number:
            typer.echo()
        print_facts((heading, cell) for heading, cell in zip(headings, row, strict=True) if cell)


def print_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Print one fact per line, aligned, names dim."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False, show_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    _print_rows(table, facts)


def _print_rows(table: Table, rows: Iterable[Sequence[str]]) -> None:
    for row in rows:
        table.add_row(*row)
    screen = console()
    with screen.capture() as captured:
        screen.print(table)
    for line in captured.get().splitlines():
        typer.echo(line.rstrip(), color=True)  # a table fills its last column up with spaces


NOT_SEEN = "has not written to the bot yet"
"""Said of a user whom only an operator has named: the id may be a slip."""


def show_user(user: UserReport) -> str:
    """The id, and the username where one is known."""
    return f"{user.user_id}" + (f" (@{user.username})" if user.username else "")


def show_duration(seconds: float) -> str:
    """Seconds as a person reads them: `7 s`, `3 min 20 s`, `2 h 05 min`, `3 d 4 h`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    if whole < 48 * 3600:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return f"{whole // 86_400} d {whole % 86_400 // 3600} h"


def show_seconds(seconds: int) -> str:
    """A number of seconds exactly, and if it is large also as a person reads it: `86399 s (23 h 59 min)`."""
    return f"{seconds} s" + (f" ({show_duration(seconds)})" if seconds >= 3600 else "")


def show_instant(instant: datetime, zone: tzinfo) -> str:
    """Date and time to the minute, with the zone's name or offset."""
    return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


def show_size(size_bytes: float) -> str:
    mib = size_bytes / 2**20
    if mib < 1:
        return f"{size_bytes / 1024:.0f} KiB"
    return f"{mib:.0f} MiB" if mib < 10 * 1024 else f"{mib / 1024:.0f} GiB"
