"""`voicepipe jobs`: recordings in work and answered, and what went wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from voicepipe.cli.tools.arguments import NEGATIVE_NUMBERS, AsCsv, AsJson
from voicepipe.cli.tools.configuration import load_to_ask
from voicepipe.cli.tools.console import complain, console, print_json
from voicepipe.cli.tools.exports import print_csv
from voicepipe.cli.tools.operator import ask
from voicepipe.cli.tools.tables import print_facts, print_table
from voicepipe.cli.tools.words import operators_zone, show_duration, show_instant, show_moment, show_person
from voicepipe.errors import RequestRefused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from voicepipe.cli.tools.troubles import TroubleRow
    from voicepipe.control.messages import OperatorRequest
    from voicepipe.control.work import JobLine, JobReport

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

WIDE = 90
"""Columns of a terminal from which on a table has all of its own."""
LONG_KEY = 24
"""Signs of a job's key."""

JobArgument = Annotated[
    str, typer.Argument(metavar="JOB", help="Chat and message, as 123456789/42: see `voicepipe jobs list`.")
]
JobArguments = Annotated[
    list[str], typer.Argument(metavar="JOB", help="Chat and message, as 123456789/42: see `voicepipe jobs list`.")
]
LimitOption = Annotated[int, typer.Option("--limit", metavar="N", help="Most lines.")]


@app.callback()
def jobs_group() -> None:
    """See recordings in work and answered, and what went wrong."""


@app.command("list")
def list_command(
    context: typer.Context,
    user: Annotated[
        str | None, typer.Option("--user", metavar="USER", help="Only this user's.", show_default=False)
    ] = None,
    is_all: Annotated[bool, typer.Option("--all", help="Also those that are done, the latest first.")] = False,
    is_failed: Annotated[bool, typer.Option("--failed", help="Only those that got no text, the latest first.")] = False,
    limit: LimitOption = 50,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List recordings that wait for their answer.

    The oldest is first. STAGE is where a recording is: queued (it waits for its turn to be fetched), fetching, fetched
    (it waits for a worker), recognising, delivering, done. What is done is known until it is deleted, after
    telegram.max_message_age_hours at least.

    \b
    Examples:
      voicepipe jobs list                          what waits
      voicepipe jobs list --user @anna --all       why Anna complains
      voicepipe jobs list --failed --csv
    """
    from voicepipe.control.work import JobLine, ListJobs
    from voicepipe.store.books.list_of_jobs import Choice

    config = load_to_ask(context)
    choice = Choice.FAILED if is_failed else Choice.ALL if is_all else Choice.UNFINISHED
    report = ask(config, ListJobs(choice=choice, user=user, limit=limit))
    if as_json:
        print_json(report)
    elif as_csv:
        print_csv(JobLine, report.jobs)
    elif report.jobs:
        _print_jobs(report.jobs, operators_zone(config))
    else:
        typer.echo(_NOTHING[choice])


@app.command("show", context_settings=NEGATIVE_NUMBERS)
def show_command(context: typer.Context, job: JobArgument, as_json: AsJson = False) -> None:
    """Show all that is known of one recording.

    How far it is, what it took, what it cost, and where the log tells of it.
    """
    from voicepipe.control.work import ShowJob

    config = load_to_ask(context)
    report = ask(config, ShowJob(job=job))
    if as_json:
        print_json(report)
    else:
        print_facts(_facts(report, operators_zone(config)))


@app.command("cancel", context_settings=NEGATIVE_NUMBERS)
def cancel_command(
    context: typer.Context,
    jobs: JobArguments,
    keep: Annotated[bool, typer.Option("--keep", help="Let what is recognised already be the text.")] = False,
    as_json: AsJson = False,
) -> None:
    """Give up recordings that have no text yet.

    Nothing is charged but, with --keep, the text so far. Whoever sent them is told. While no service runs, its next
    start gives them up.
    """
    from voicepipe.control.work import CancelJob

    requests = [CancelJob(job=job, keep=keep) for job in jobs]
    _change(context, requests, "is given up", as_json)


@app.command("retry", context_settings=NEGATIVE_NUMBERS)
def retry_command(context: typer.Context, jobs: JobArguments, as_json: AsJson = False) -> None:
    """Try recordings again that got no text.

    They are fetched from the chat again, and the message that told of the failure becomes the text. They take of
    today's quota. While no service runs, its next start takes them up.

    \b
    Examples:
      voicepipe jobs list --failed
      voicepipe jobs retry 123456789/42 -1001234567890/7
    """
    from voicepipe.control.work import RetryJob

    _change(context, [RetryJob(job=job) for job in jobs], "is tried again", as_json)


def _change(context: typer.Context, requests: Sequence[OperatorRequest[JobLine]], what: str, as_json: bool) -> None:
    """One job after the other; what is refused keeps no other from being changed. Exits with 2 when something was."""
    from voicepipe.control.work import JobList

    config = load_to_ask(context)
    changed: list[JobLine] = []
    refused = 0
    for request in requests:
        try:
            changed.append(ask(config, request))
        except RequestRefused as error:
            complain(str(error))
            refused = error.exit_code
        else:
            if not as_json:
                typer.echo(f"Job {changed[-1].job} {_standing(changed[-1], what)}.")
    if as_json:
        print_json(JobList(jobs=tuple(changed)))
    raise typer.Exit(refused)


def _standing(job: JobLine, changed: str) -> str:
    """What is to be said of a job that was to be changed: it may be that nothing had to be."""
    has_text = job.state == "done" and job.failure is None
    return "has its text: nothing had to be done" if has_text else changed


@app.command("errors")
def errors_command(
    context: typer.Context, limit: LimitOption = 20, as_json: AsJson = False, as_csv: AsCsv = False
) -> None:
    """Show what went wrong of late, the latest first.

    That is: recordings that got no text (failed), recordings that were not accepted (refused), and warnings and errors
    of the service since it started, each with how often it was. The log has more: journalctl -u voicepipe -p warning

    \b
    Examples:
      voicepipe jobs errors
      voicepipe jobs show 123456789/42    more about one that failed
    """
    from voicepipe.cli.tools.troubles import TroubleRow, troubles
    from voicepipe.control.work import ShowErrors

    config = load_to_ask(context)
    report = ask(config, ShowErrors(limit=limit))
    found = troubles(report)[:limit]
    if as_json:
        print_json(report)
    elif as_csv:
        print_csv(TroubleRow, found)
    elif found:
        _print_troubles(found, operators_zone(config))
    else:
        typer.echo("Nothing went wrong of late.")


_NOTHING = {
    "unfinished": "Nothing waits for an answer.",
    "failed": "No recording failed of late.",
    "all": "There are no recordings.",
}


def _print_jobs(jobs: Sequence[JobLine], zone: tzinfo) -> None:
    """On a narrow terminal with fewer columns, so that a recording has a line there, too."""
    # Half a key can't be copied; those of connected accounts are too long for a line.
    job_heading = "JOB" if all(len(job.job) <= LONG_KEY for job in jobs) else "~JOB"
    if console().width < WIDE:
        print_table((job_heading, "~USER", ">LASTED", "~STAGE"), [_narrow_row(job) for job in jobs])
    else:
        headings = (job_heading, "~USER", "KIND", ">LENGTH", "SINCE", ">LASTED", "~STAGE")
        print_table(headings, [_row(job, zone) for job in jobs])


def _row(job: JobLine, zone: tzinfo) -> tuple[str, ...]:
    name, user, lasted, stage = _narrow_row(job)
    length = "" if job.declared_seconds is None else show_duration(job.declared_seconds)
    return name, user, job.kind, length, show_moment(job.accepted_at, zone), lasted, stage


def _narrow_row(job: JobLine) -> tuple[str, str, str, str]:
    stage = ", ".join([_stage(job), *_notes(job)])
    return job.job, show_person(job.user_id, job.username), show_duration(job.lasted_seconds), stage


def _print_troubles(found: Sequence[TroubleRow], zone: tzinfo) -> None:
    if console().width < WIDE:
        rows = [(f"{each.at.astimezone(zone):%m-%d %H:%M}", each.who, f"{each.sort}: {each.words}") for each in found]
        print_table(("WHEN", "~USER", "~WHAT"), rows)
    else:
        full = [(show_moment(each.at, zone), each.sort, each.who, each.words, each.job) for each in found]
        print_table(("WHEN", "SORT", "~USER", "~WHAT", "~JOB"), full)


def _stage(job: JobLine) -> str:
    stage = job.stage or job.state
    if job.share_done is not None:
        return f"{stage} {job.share_done:.0%}"
    return f"{stage}, {job.before} before" if job.before else stage


def _notes(job: JobLine) -> list[str]:
    notes = [job.failure.replace("_", " ")] if job.failure else []
    if job.is_cancelled and job.failure != "cancelled":
        notes.append("cancelled")
    if job.deaths:
        notes.append(f"ended {job.deaths} workers" if job.deaths > 1 else "ended a worker")
    return notes


def _facts(report: JobReport, zone: tzinfo) -> list[tuple[str, str]]:
    job, ledger = report.job, report.ledger
    length = "unknown" if job.declared_seconds is None else f"{job.declared_seconds} s, as Telegram says"
    is_done = job.state == "done"
    facts = [
        ("job", job.job),
        ("user", f"{job.user_id}" + (f" (@{job.username})" if job.username else "")),
        ("recording", f"{job.kind}, {length}"),
        ("accepted", show_instant(job.accepted_at, zone)),
        ("stage", _stage(job) + (f" since {show_instant(job.changed_at, zone)}" if is_done else "")),
        ("lasted" if is_done else "so far", show_duration(job.lasted_seconds)),
        ("charged", "nothing yet" if job.charged_seconds is None else f"{job.charged_seconds} s"),
    ]
    if job.predicted_seconds is not None:
        facts.insert(6, ("predicted", show_duration(job.predicted_seconds)))
    if notes := _notes(job):
        facts.append(("note", ", ".join(notes)))
    moved = [(line.kind, f"{line.seconds + line.extra_seconds:+d} s, {show_instant(line.at, zone)}") for line in ledger]
    return [*facts, *moved, ("log", f"journalctl -u voicepipe VOICEPIPE_JOB={job.job}")]
