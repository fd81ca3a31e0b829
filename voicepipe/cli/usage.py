"""`voicepipe usage`: what was recognised and refused, as tables, charts and files, and questions in SQL."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import dropwhile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicepipe.cli.tools.arguments import AsCsv, AsJson
from voicepipe.cli.tools.configuration import load_to_ask
from voicepipe.cli.tools.console import complain, console
from voicepipe.cli.tools.exports import Form, export, write_file
from voicepipe.cli.tools.operator import ask
from voicepipe.cli.tools.tables import print_table
from voicepipe.cli.tools.words import show_duration
from voicepipe.domain.usage import UsageBy
from voicepipe.errors import RequestRefused

if TYPE_CHECKING:
    from datetime import tzinfo

    from voicepipe.control.messages import QueryReport, UsageGroupLine

app = typer.Typer(rich_markup_mode=None)

COLUMNS = {
    "recordings": int,
    "users": int,
    "audio_seconds": float,
    "compute_seconds": float,
    "mean_queue_seconds": float,
    "mean_total_seconds": float,
    "median_error_seconds": float,
}
MOST_LINES = 50
TIMES = {UsageBy.DAY: "%Y-%m-%d", UsageBy.WEEK: "%G-W%V", UsageBy.MONTH: "%Y-%m"}
BAR_SIGNS, LEAST_BAR_SIGNS = 40, 8
GAP = 2
"""Between columns."""

FormOption = Annotated[Form, typer.Option("--format", help="How to write it.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="Write into this file.", show_default=False)
]


@app.callback(invoke_without_command=True)
def usage_command(
    context: typer.Context,
    by: Annotated[UsageBy, typer.Option("--by", help="What to sum up by.")] = UsageBy.DAY,
    days: Annotated[int, typer.Option("--days", metavar="N", help="Most days to look at, today included.")] = 7,
    limit: Annotated[
        int | None,
        typer.Option("--limit", metavar="N", help="Most lines to show; else all times, or 50.", show_default=False),
    ] = None,
    form: FormOption = Form.TABLE,
    output: OutputOption = None,
    is_plotted: Annotated[bool, typer.Option("--plot", help="Draw the audio as bars.")] = False,
    png: Annotated[
        Path | None, typer.Option("--png", metavar="FILE", help="Draw it over time as a picture.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show what was recognised, and what was refused.

    By day, week or month, the latest first; else those with most audio first. WAITED is the mean time from a
    recording's acceptance to the start of its recognition, ANSWERED to its text, and OFF BY how far off the predicted
    times were.

    \b
    Examples:
      voicepipe usage --by user --days 30        who uses it most
      voicepipe usage --by refusal               why recordings were refused
      voicepipe usage --by week --days 365 --plot
      voicepipe usage --days 90 --png usage.png  users, audio, waiting, forecasts
      voicepipe usage --days 90 --format csv --output usage.csv
    """
    if context.invoked_subcommand is not None:
        return
    from voicepipe.control.messages import ShowUsage

    config = load_to_ask(context)
    if png is not None and by not in TIMES:
        raise RequestRefused(f"A picture shows days, weeks or months (--by), not by {by.value}")
    most = limit or (days if by in TIMES else MOST_LINES)
    groups = ask(config, ShowUsage(by=by, days=days, limit=most)).groups
    if png is not None:
        _draw(by, days, config.quota.zone, groups, png)
        return
    form = Form.JSON if as_json else Form.CSV if as_csv else form
    if form is not Form.TABLE:
        named = {by.value: str, "username": str} if by is UsageBy.USER else {by.value: str}
        export({**named, **COLUMNS}, [_values(group, len(named)) for group in groups], form, output)
    elif not groups:
        typer.echo(
            "Nothing was refused in this time." if by is UsageBy.REFUSAL else "Nothing was recognised in this time."
        )
    elif is_plotted:
        _plot(groups)
    else:
        _print_groups(by, groups)


@app.command("sql")
def sql_command(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="One statement: SELECT, WITH or FROM.")],
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="Most rows.")] = 1000,
    form: FormOption = Form.TABLE,
    output: OutputOption = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Put a question in SQL (DuckDB's) to a copy of the records.

    Nothing can be changed, and no other file be read. Times are in UTC, seconds of audio, waiting and computing.

    \b
    users      telegram_id, username, language, daily_quota_seconds,
               is_unlimited, is_banned, created_at
    usage      seq, user_id, happened_at, quota_day, chat_id, message_id, door,
               kind, model, language, audio_seconds, queue_seconds,
               compute_seconds, total_seconds, predicted_seconds
    refusals   seq, user_id, happened_at, quota_day, chat_id, reason,
               audio_seconds
    ledger     seq, user_id, happened_at, quota_day, kind, seconds,
               extra_seconds, chat_id, message_id, door
    settings   user_id, name, value

    \b
    Example:
      voicepipe usage sql "SELECT language, count(*) FROM usage GROUP BY ALL"
    """
    from voicepipe.control.messages import Query

    found = ask(load_to_ask(context), Query(sql=question, limit=limit))
    form = Form.JSON if as_json else Form.CSV if as_csv else form
    if form is not Form.TABLE:
        kinds = {name: _kind(values) for name, values in zip(found.columns, _across(found), strict=True)}
        export(kinds, found.rows, form, output)
    elif found.rows:
        print_table([f"~{column}" for column in found.columns], [tuple(map(_cell, row)) for row in found.rows])
    else:
        typer.echo("No rows.")
    if found.is_cut:
        complain(f"there are more rows than {limit}: --limit")


def _across(found: QueryReport) -> list[list[object]]:
    """By column."""
    return [[row[place] for row in found.rows] for place in range(len(found.columns))]


def _kind(values: list[object]) -> type:
    """What all values of a column are, as far as they are anything."""
    kinds = {type(value) for value in values if value is not None}
    return int if kinds == {int} else float if kinds and kinds <= {int, float} else str


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _values(group: UsageGroupLine, names: int) -> list[object]:
    return [group.group, group.username][:names] + [getattr(group, column) for column in COLUMNS]


def _name(group: UsageGroupLine) -> str:
    return f"{group.group} (@{group.username})" if group.username else group.group


def _print_groups(by: UsageBy, groups: tuple[UsageGroupLine, ...]) -> None:
    heading, rows = f"~{by.value.upper()}", [_row(group) for group in groups]
    if by is UsageBy.REFUSAL:
        print_table((heading, ">RECORDINGS", ">USERS", ">AUDIO"), [row[:4] for row in rows])
        return
    headings = (heading, ">RECORDINGS", ">USERS", ">AUDIO", ">CPU TIME", ">WAITED", ">ANSWERED", ">OFF BY")
    print_table(headings, rows)


def _row(group: UsageGroupLine) -> tuple[str, ...]:
    waits = (group.mean_queue_seconds, group.mean_total_seconds, group.median_error_seconds)
    return (
        _name(group),
        str(group.recordings),
        str(group.users),
        show_duration(group.audio_seconds),
        show_duration(group.compute_seconds or 0.0),
        *("" if seconds is None else f"{seconds:.1f} s" for seconds in waits),
    )


def _draw(by: UsageBy, days: int, zone: tzinfo, groups: tuple[UsageGroupLine, ...], file: Path) -> None:
    from voicepipe.cli.tools.usage_chart import usage_chart

    today, known = datetime.now(zone).date(), {group.group: group for group in groups}
    names = [(today - timedelta(days=days - 1 - number)).strftime(TIMES[by]) for number in range(days)]
    times = list(dropwhile(lambda time: time not in known, dict.fromkeys(names))) or names[-1:]
    write_file(file, usage_chart(times, known, f"voicepipe by {by.value}: {times[0]} to {times[-1]}"))


def _plot(groups: tuple[UsageGroupLine, ...]) -> None:
    lengths = [(_name(group), show_duration(group.audio_seconds)) for group in groups]
    room = console().width - max(len(name) + len(length) for name, length in lengths) - 2 * GAP
    longest, most = max(LEAST_BAR_SIGNS, min(BAR_SIGNS, room)), max(group.audio_seconds for group in groups) or 1.0
    bars = [_bar(longest * group.audio_seconds / most) for group in groups]
    print_table(("~", "AUDIO", ">"), [(name, bar, length) for (name, length), bar in zip(lengths, bars, strict=True)])


def _bar(signs: float) -> str:
    """With something in it where there is anything."""
    return "█" * (max(1, round(signs)) if signs else 0)
