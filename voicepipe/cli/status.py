"""`voicepipe status` and `voicepipe usage`: the state of the service, and what it has done."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from voicepipe.cli.tools.arguments import AsJson
from voicepipe.cli.tools.configuration import load_to_ask
from voicepipe.cli.tools.console import console, print_json
from voicepipe.cli.tools.operator import ask
from voicepipe.cli.tools.tables import print_facts
from voicepipe.cli.tools.words import operators_zone, show_duration
from voicepipe.cli.tools.work import print_hosts, print_workers
from voicepipe.errors import RequestRefused

if TYPE_CHECKING:
    from voicepipe.control.messages import StatusReport, UsageLine


_SANDBOX = {"on": "workers are shut in", "off": "off"}


def status_command(
    context: typer.Context,
    is_watched: Annotated[
        bool, typer.Option("--watch", help="Fill the terminal with it, and keep it up to date until Ctrl-C.")
    ] = False,
    every: Annotated[
        float, typer.Option("--every", metavar="SECONDS", min=0.2, max=3600, help="How often that is drawn anew.")
    ] = 2.0,
    as_json: AsJson = False,
) -> None:
    """Show how the service is and what it did today.

    --watch shows who waits and for how long, what each worker does and how fast, the links to Telegram and disk, today
    against yesterday, and what was refused or went wrong of late.
    """
    from voicepipe.control.messages import ShowStatus

    if is_watched:
        _watch(context, every, as_json)
    status = ask(load_to_ask(context), ShowStatus())
    if as_json:
        print_json(status, but_in_csv=("workers", "hosts", "metrics"))
        return
    print_facts(_facts(status))
    if status.workers:
        typer.echo()
        print_workers(status.workers)
    if status.hosts:
        typer.echo()
        print_hosts(status.hosts)


def _watch(context: typer.Context, every: float, as_json: bool) -> None:
    """Raises RequestRefused where nobody watches."""
    from voicepipe.cli.tools.screen import Screen
    from voicepipe.cli.tools.watching import watch
    from voicepipe.control.client import ControlClient

    screen = console()
    if as_json or not screen.is_terminal:
        raise RequestRefused("--watch is for a terminal; for programs: voicepipe status --json")
    config = load_to_ask(context)
    client = ControlClient(config.service.socket_path)
    with suppress(KeyboardInterrupt):
        asyncio.run(watch(client, Screen(operators_zone(config), config.quota.zone).draw, screen, every_seconds=every))
    raise typer.Exit


def _facts(status: StatusReport) -> list[tuple[str, str]]:
    jobs, today, before = status.jobs, status.today, status.yesterday
    unfinished = f"{jobs.accepted} to recognise, {jobs.concluded} to deliver, {jobs.done} answered"
    facts = [
        ("service", _service(status)),
        ("files", status.state_dir),
        ("model", status.model),
        *((("sandbox", _SANDBOX.get(status.sandbox, f"not in force: {status.sandbox}")),) if status.sandbox else ()),
        ("recordings", unfinished + (f", {jobs.undecided} undecided" if jobs.undecided else "")),
        ("today", (_day(today) if today else "nothing recognised yet") + _refused(status.refused_today)),
        ("yesterday", f"by this time {_day(before) if before else 'nothing'}" + _refused(status.refused_yesterday)),
    ]
    if status.queue is not None:
        facts.insert(1, ("queue", f"{status.queue} waiting for a worker"))
    if status.is_message_server_there is False:
        facts.insert(1, ("hosts", "the message server is away: only workers on this machine go on"))
    if status.recognisers == 0:
        facts.insert(1, ("waiting", "no machine is here that recognises: recordings are taken, and wait for one"))
    if status.is_paused:
        facts.insert(1, ("paused", "no recording is accepted until `voicepipe pause off`"))
    if status.applied != status.entries:
        facts.append(("records", f"{status.entries - status.applied} entries behind the journal"))
    return facts


def _service(status: StatusReport) -> str:
    if not status.is_running or status.uptime_seconds is None:
        return f"not running (voicepipe {status.version}; this is what its files say)"
    return f"voicepipe {status.version}, running for {show_duration(status.uptime_seconds)}, pid {status.pid}"


def _refused(count: int) -> str:
    return f"; {count} refused" if count else ""


def _day(line: UsageLine) -> str:
    error = line.median_error_seconds
    return (
        f"{line.recordings} recordings of {line.users} users, {show_duration(line.audio_seconds)} of audio, "
        f"answered in {line.mean_total_seconds:.1f} s on average"
        + ("" if error is None else f"; half of the waiting times were predicted to within {error:.1f} s")
    )
