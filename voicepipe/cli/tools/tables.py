"""Tables and lists of facts on standard output, fit for a narrow terminal and for `grep`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

import typer

from voicepipe.cli.tools.console import console

if TYPE_CHECKING:
    from rich.table import Table

_LEAST_WIDTH = 12
"""Columns that words and names have at least, where they need more."""


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
    """The width that a column needs: its longest cell, or for words and names, which may be wrapped, less."""
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
    table.add_column(overflow="fold")  # a long name goes on in the next line; half of it would be another's
    _print_rows(table, facts)


def _print_rows(table: Table, rows: Iterable[Sequence[str]]) -> None:
    for row in rows:
        table.add_row(*row)
    screen = console()
    with screen.capture() as captured:
        screen.print(table)
    for line in captured.get().splitlines():
        typer.echo(line.rstrip(), color=True)  # a table fills its last column up with spaces
