"""`voicepipe workers`: what they do, here and on other machines, and starting them anew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voicepipe.cli.tools.arguments import AsCsv, AsJson
from voicepipe.cli.tools.configuration import load_to_ask
from voicepipe.cli.tools.console import print_json
from voicepipe.cli.tools.exports import print_csv
from voicepipe.cli.tools.operator import ask
from voicepipe.cli.tools.work import print_hosts, print_workers

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def workers_group() -> None:
    """See what the workers do, and start them anew."""


@app.command("list")
def list_command(context: typer.Context, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List the workers of the running service.

    SPEED is how many seconds of speech one does in a second, as of late; WITH is what it is at (see `voicepipe jobs
    show`). An express worker takes only what is no longer than a minute. States: starting, idle, busy, checking (it
    shows that it still works), backoff (a pause before its next start), failed (it died too often, and stays down).
    """
    from voicepipe.control.messages import WorkerReport
    from voicepipe.control.work import ListWorkers

    report = ask(load_to_ask(context), ListWorkers())
    if as_json:
        print_json(report)
    elif as_csv:
        print_csv(WorkerReport, report.workers)
    else:
        print_workers(report.workers)


@app.command("hosts")
def hosts_command(context: typer.Context, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List the other machines that work for the service.

    WINDOW is what a window takes there of late, with its way there and back; LOST counts tasks that had to be done
    elsewhere. States: at_work, draining, refused or barred (WHY says why), gone.
    """
    from voicepipe.control.work import ListHosts
    from voicepipe.domain.hosts import HostStatus

    report = ask(load_to_ask(context), ListHosts())
    if as_json:
        print_json(report)
    elif as_csv:
        print_csv(HostStatus, report.hosts)
    else:
        print_hosts(report.hosts)


@app.command("drain")
def drain_command(
    context: typer.Context,
    host: Annotated[str, typer.Argument(metavar="HOST", help="Its name, as `voicepipe workers hosts` has it.")],
    is_over: Annotated[bool, typer.Option("--undo", help="Give it work again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Give another machine nothing more to do.

    It finishes what it has, and may then be stopped. It stays drained until --undo, or until the service is restarted.
    """
    from voicepipe.control.work import DrainHost

    report = ask(load_to_ask(context), DrainHost(host=host, is_over=is_over))
    if as_json:
        print_json(report)
    else:
        print_hosts(report.hosts)


@app.command("key")
def key_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help='A host\'s name, or "home" for the service itself.')],
    directory: Annotated[Path, typer.Option("--directory", metavar="DIR", help="Where the key goes.")] = Path(),
) -> None:
    """Make a machine's key, and print its line for the NATS server.

    The key is written to NAME.nk, readable for you only; bring it to that machine. See systemd/REMOTE.md.
    """
    from voicepipe.cli.tools.keys import make_key

    typer.echo(make_key(name, directory))


@app.command("restart")
def restart_command(
    context: typer.Context,
    numbers: Annotated[
        list[int] | None,
        typer.Argument(metavar="N", help="Which, by their numbers; default: all.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put fresh workers in the place of others.

    One after the other, each when the fresh one has its model and the present task is done: nothing is lost. One that
    was given up (failed) is started again. To end one that hangs at once: kill its process (`voicepipe workers list`
    has the PID); what it was at is tried again.
    """
    from voicepipe.control.work import RestartWorkers

    report = ask(load_to_ask(context), RestartWorkers(workers=tuple(numbers or ())))
    if as_json:
        print_json(report)
    else:
        which = f"Worker {', '.join(map(str, numbers))}" if numbers else "All workers"
        typer.echo(f"{which} will be replaced by fresh ones, one after the other: see `voicepipe workers list`.")
