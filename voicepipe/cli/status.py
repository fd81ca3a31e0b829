"""`voicepipe status` and `voicepipe usage`: the state of the service, and what it has done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from voicepipe.cli.tools.arguments import AsJson
from voicepipe.cli.tools.configuration import load_to_ask
from voicepipe.cli.tools.console import print_json
from voicepipe.cli.tools.operator import ask
from voicepipe.cli.tools.tables import print_facts
from voicepipe.cli.tools.words import show_duration
from voicepipe.cli.tools.work import print_workers

if TYPE_CHECKING:
    from voicepipe.control.messages import StatusReport, UsageLine


_SANDBOX = {"on": "workers are shut in", "off": "off"}


def status_command(context: typer.Context, as_json: AsJson = False) -> None:
    """Show how the service is and what it did today."""
    from voicepipe.control.messages import ShowStatus

    status = ask(load_to_ask(context), ShowStatus())
    if as_json:
        print_json(status, but_in_csv=("workers", "metrics"))
        return
    print_facts(_facts(status))
    if status.workers:
        typer.echo()
        print_workers(status.workers)


def _facts(status: StatusReport) -> list[tuple[str, str]]:
    jobs, today = status.jobs, status.today
    unfinished = f"{jobs.accepted} to recognise, {jobs.concluded} to deliver, {jobs.done} answered"
    facts = [
        ("service", _service(status)),
        ("files", status.state_dir),
        ("model", status.model),
        *((("sandbox", _SANDBOX.get(status.sandbox, f"not in force: {status.sandbox}")),) if status.sandbox else ()),
        ("recordings", unfinished + (f", {jobs.undecided} undecided" if jobs.undecided else "")),
        ("today", _today(today) if today else "nothing recognised yet"),
    ]
    if status.queue is not None:
        facts.insert(1, ("queue", f"{status.queue} waiting for a worker"))
    if status.applied != status.entries:
        facts.append(("records", f"{status.entries - status.applied} entries behind the journal"))
    return facts


def _service(status: StatusReport) -> str:
    if not status.is_running or status.uptime_seconds is None:
        return f"not running (voicepipe {status.version}; this is what its files say)"
    return f"voicepipe {status.version}, running for {show_duration(status.uptime_seconds)}, pid {status.pid}"


def _today(line: UsageLine) -> str:
    error = line.median_error_seconds
    return (
        f"{line.recordings} recordings of {line.users} users, {show_duration(line.audio_seconds)} of audio, "
        f"answered in {line.mean_total_seconds:.1f} s on average"
        + ("" if error is None else f"; half of the waiting times were predicted to within {error:.1f} s")
    )
