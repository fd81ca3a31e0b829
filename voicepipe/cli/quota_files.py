"""`voicepipe quota import` and `quota export`: the quotas of many users at once, as a CSV file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicepipe.cli.tools.arguments import AsJson
from voicepipe.cli.tools.configuration import load_to_ask
from voicepipe.cli.tools.console import console, print_json
from voicepipe.cli.tools.operator import Operator, ask_in_turn, new_request_id
from voicepipe.cli.tools.tables import print_facts
from voicepipe.cli.tools.words import show_duration
from voicepipe.errors import ControlUnavailable

if TYPE_CHECKING:
    from voicepipe.control.many import ImportReport, QuotaLine

Advance = Callable[[int, int], None]
"""Told how many users are done, and of how many."""
ATTEMPTS = 3
"""How often all lines are sent, when the service is started anew before it has them."""


def import_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file; - is standard input.")],
    is_dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")] = False,
    as_json: AsJson = False,
) -> None:
    """Set the quotas of many users from a CSV file.

    All of them are set, or none. The first line names the columns, in any order; only `user` must be there. An empty
    cell leaves a user as they are, the word default takes back what was set. `quota export` writes such a file.

    \b
    user           a Telegram user id, or the @username of somebody seen before
    daily_seconds  seconds a day, or default
    plan           a plan of the configuration, or default
    unlimited      on or off
    grant_seconds  extra seconds to give, each time that the file is imported
    username       for people to read

    \b
    Example:
      voicepipe quota export quotas.csv
      voicepipe quota import quotas.csv --dry-run
      voicepipe quota import quotas.csv
    """
    from voicepipe.cli.tools.quota_file import read_quota_file

    config = load_to_ask(context)
    lines = read_quota_file(file)
    import_id = new_request_id()

    async def send(operator: Operator) -> ImportReport:
        with _progress("users") as advance:
            return await _send(operator, import_id, lines, advance, is_dry_run=is_dry_run)

    report = ask_in_turn(config, send, may_make=not is_dry_run)
    if as_json:
        print_json(report)
    else:
        print_facts(_facts(report))


def export_command(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to; - is standard output.", show_default=False)
    ] = Path("-"),
) -> None:
    """Write the quotas of all users as a CSV file.

    `quota import` reads it.

    \b
    Example:
      voicepipe quota export quotas.csv
    """
    from voicepipe.cli.tools.quota_file import write_quota_file

    write_quota_file(file, ask_in_turn(load_to_ask(context), _receive, may_make=False))


async def _send(
    operator: Operator, import_id: str, lines: list[QuotaLine], advance: Advance, *, is_dry_run: bool
) -> ImportReport:
    from voicepipe.control.many import ImportQuotas

    for _ in range(ATTEMPTS):
        await _check(operator, import_id, lines, advance)
        report = await operator.perform(ImportQuotas(import_id=import_id, users=len(lines), is_dry_run=is_dry_run))
        if not report.missing:
            return report
    raise ControlUnavailable("The service was started anew again and again; nothing was changed. Repeat it later")


async def _check(operator: Operator, import_id: str, lines: list[QuotaLine], advance: Advance) -> None:
    """Raises RequestRefused, which names every line that is wrong."""
    from voicepipe.cli.tools.quota_file import MOST_PROBLEMS, refuse_for
    from voicepipe.control.many import MOST_LINES_AT_ONCE, CheckQuotaLines

    problems: list[str] = []
    for begin in range(0, len(lines), MOST_LINES_AT_ONCE):
        piece = tuple(lines[begin : begin + MOST_LINES_AT_ONCE])
        found = await operator.perform(CheckQuotaLines(import_id=import_id, lines=piece))
        problems += found.problems
        advance(begin + len(piece), len(lines))
        if len(problems) > MOST_PROBLEMS:
            break
    refuse_for(problems)


async def _receive(operator: Operator) -> list[QuotaLine]:
    from voicepipe.control.many import ExportQuotas

    lines: list[QuotaLine] = []
    after = None
    with _progress("users") as advance:
        while True:
            page = await operator.perform(ExportQuotas(after=after))
            lines += page.lines
            advance(len(lines), page.users)
            if page.next_after is None:
                return lines
            after = page.next_after


@contextmanager
def _progress(what: str) -> Iterator[Advance]:
    """A bar on standard error, if that is a terminal; it is gone afterwards."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    screen = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _facts(report: ImportReport) -> list[tuple[str, str]]:
    would = "would change" if report.is_dry_run else "changed"
    facts = [
        ("in the file", f"{report.users} users"),
        (would, f"{report.changed} users"),
        ("daily quotas", f"{report.daily_quotas}" if report.daily_quotas else ""),
        ("plans", f"{report.plans}" if report.plans else ""),
        ("unlimited", f"{report.unlimited}" if report.unlimited else ""),
        ("granted", f"{show_duration(report.granted_seconds)} to {report.grants} users" if report.grants else ""),
    ]
    return [(name, value) for name, value in facts if value]
