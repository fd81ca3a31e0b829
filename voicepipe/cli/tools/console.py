"""Standard output and standard error: text in any terminal, problems in words, JSON for programs."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TextIO

import typer

from voicepipe.errors import VoicepipeError

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import Console


_IS_CSV = ContextVar("is_csv", default=False)

UNREAD = 141
"""Exit code of a command whose output nobody reads any more, as shells expect it."""


class OutputFailed(VoicepipeError):
    """Standard output can't be written."""


class _Output(io.TextIOWrapper):
    """Standard output. Its failures are OutputFailed, so that they are not taken for those of another file.

    Where nobody reads it any more, it ends the command.
    """

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
        except OSError as error:
            # What is still to be written, now and at the exit, would only fail again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            if isinstance(error, BrokenPipeError):
                raise SystemExit(UNREAD) from None  # no defect: whoever read it has seen enough
            raise OutputFailed(f"standard output can't be written: {error.strerror}") from None


def guard_streams() -> None:
    """Make sure that text can be written to any terminal, and that a failure of standard output is OutputFailed.

    A terminal gets what it can show. Into anything else goes UTF-8, whatever the locale is: nothing may be lost there.
    """
    if sys.stdout is not None:
        settings = {name: getattr(sys.stdout, name) for name in ("line_buffering", "write_through")}
        coding = (sys.stdout.encoding, "replace") if sys.stdout.isatty() else ("utf-8", "surrogateescape")
        sys.stdout = _Output(sys.stdout.buffer, *coding, **settings)
    if sys.stderr is not None:
        sys.stderr.reconfigure(errors="replace")  # type: ignore[union-attr]  # Python makes a TextIOWrapper


def complain(message: str) -> None:
    """Write what is wrong to standard error; every line starts with `voicepipe:`."""
    for line in message.splitlines():
        typer.echo(wrapped(f"voicepipe: {line}", sys.stderr), err=True)


def wrapped(paragraph: str, stream: TextIO, indent: str = "") -> str:
    """The paragraph, indented; for a terminal also wrapped between words, so that paths stay whole."""
    width = shutil.get_terminal_size().columns if stream.isatty() else sys.maxsize
    return textwrap.fill(
        paragraph,
        width,
        initial_indent=indent,
        subsequent_indent=indent or "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


@contextmanager
def csv_for_json() -> Iterator[None]:
    """Within this, what would be printed as JSON is printed as comma-separated values."""
    token = _IS_CSV.set(True)
    try:
        yield
    finally:
        _IS_CSV.reset(token)


def print_json(report: BaseModel, *, but_in_csv: Sequence[str] = ()) -> None:
    """Print a report for programs. `but_in_csv` are fields that would make no column."""
    if not _IS_CSV.get():
        typer.echo(report.model_dump_json(indent=2))
        return
    from voicepipe.cli.tools.exports import csv_of_report

    typer.echo(csv_of_report(report, but=but_in_csv), nl=False)


def print_document(document: Mapping[str, object]) -> None:
    """Print a document for programs."""
    if not _IS_CSV.get():
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    from voicepipe.cli.tools.exports import csv_of_document

    typer.echo(csv_of_document(document), nl=False)


def console(*, stderr: bool = False) -> Console:
    """A console that wraps lines only for a terminal."""
    from rich.console import Console

    is_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=None if is_terminal else 1000)
