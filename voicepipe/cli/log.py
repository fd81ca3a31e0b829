"""`voicepipe log`: how to find in systemd's journal what one looks for."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from voicepipe.cli.tools.arguments import AsJson
from voicepipe.cli.tools.configuration import load_to_ask
from voicepipe.cli.tools.console import print_document
from voicepipe.cli.tools.operator import ask
from voicepipe.cli.tools.tables import print_table
from voicepipe.errors import RequestRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

_ALL = (
    ("what happens now, as it happens", ("-f",)),
    ("what was not as it should be, today", ("-p", "warning", "--since", "today")),
    ("errors of the last hour", ("-p", "err", "--since", "-1h")),
    ("the latest start, and why it failed", ("-b", "-n", "50")),
    ("workers that died", ("VOICEPIPE_EVENT=worker died",)),
    ("recordings that were refused", ("VOICEPIPE_EVENT=recording refused",)),
    ("pauses that Telegram asked for", ("VOICEPIPE_EVENT=flood waited",)),
)


def log_command(
    context: typer.Context,
    job: Annotated[
        str | None, typer.Option("--job", metavar="JOB", help="About one recording, as 7/42.", show_default=False)
    ] = None,
    user: Annotated[
        str | None, typer.Option("--user", metavar="USER", help="About a user's own chat.", show_default=False)
    ] = None,
    are_events: Annotated[bool, typer.Option("--events", help="List what is logged, by VOICEPIPE_EVENT.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say how to find something in the log.

    Prints commands for systemd's journal, to be copied; nothing is run. With --events: the names of all events, and how
    severe each is. Without systemd the log is what `voicepipe run` writes to standard error.

    \b
    Examples:
      voicepipe log
      voicepipe log --job 123456789/42
      voicepipe log --user @anna
    """
    if sum((job is not None, user is not None, are_events)) > 1:
        raise RequestRefused("--job, --user and --events are given together; expected one of them")
    if are_events:
        _print(("EVENT", "SEVERITY", "~FACTS"), "events", _events(), as_json)
        return
    found = _about_job(job) if job is not None else _about_user(context, user) if user is not None else _ALL
    _print_hints([(what, _command(options)) for what, options in found], as_json)


def _print_hints(hints: Sequence[tuple[str, str]], as_json: bool) -> None:
    """Each command in a line of its own, however long it is: one that is wrapped can't be copied."""
    if as_json:
        print_document({"hints": [{"shows": what, "command": command} for what, command in hints]})
        return
    for what, command in hints:
        typer.echo(f"# {what}\n{command}")


def _print(headings: Sequence[str], name: str, rows: Sequence[tuple[str, ...]], as_json: bool) -> None:
    if not as_json:
        print_table(headings, rows)
        return
    names = [heading.lstrip("~").lower() for heading in headings]
    print_document({name: [dict(zip(names, row, strict=True)) for row in rows]})


def _command(options: Sequence[str]) -> str:
    return shlex.join(("journalctl", "-u", "voicepipe", *options))


def _about_job(job: str) -> Sequence[tuple[str, tuple[str, ...]]]:
    from voicepipe.domain.jobs import JobKey

    key = JobKey.parse(job)
    if key is None:
        raise RequestRefused(f"{job!r} names no job: expected chat and message, as 123456789/42")
    field = f"VOICEPIPE_JOB={key}"
    return (
        ("all about this recording", (field,)),
        ("the same for programs, with every fact", (field, "-o", "json")),
    )


def _about_user(context: typer.Context, user: str) -> Sequence[tuple[str, tuple[str, ...]]]:
    """What is logged of a chat has its number; the private chat with somebody has theirs."""
    from voicepipe.control.messages import ShowUser
    from voicepipe.control.operations.users import parse_user

    user_id = parse_user(user)
    if isinstance(user_id, str):
        user_id = ask(load_to_ask(context), ShowUser(user=user_id)).user_id
    field = f"VOICEPIPE_CHAT_ID={user_id}"
    return (
        ("all about this chat", (field,)),
        ("what went wrong in it", (field, "-p", "warning")),
        ("its refused recordings", (field, "VOICEPIPE_EVENT=recording refused")),
    )


def _events() -> list[tuple[str, ...]]:
    from dataclasses import fields

    from voicepipe.events import Event
    from voicepipe.log.lines import words_of

    # With slots, each class was made twice; and others than the service's own are not logged by it.
    package, _, _ = Event.__module__.rpartition(".")
    kinds = {words_of(kind): kind for kind in Event.__subclasses__() if kind.__module__.startswith(package)}
    return [
        (name, kinds[name].severity, ", ".join(each.name for each in fields(kinds[name]))) for name in sorted(kinds)
    ]
