"""`voicepipe model`: downloads the recognition model, and checks that it works."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicepipe.cli.tools.arguments import AsJson
from voicepipe.cli.tools.configuration import load
from voicepipe.cli.tools.console import complain, console, print_document, print_json
from voicepipe.cli.tools.ownership import require_usable_files
from voicepipe.cli.tools.tables import print_facts, print_table
from voicepipe.cli.tools.words import show_size
from voicepipe.errors import RequestRefused

if TYPE_CHECKING:
    from rich.progress import Progress

    from voicepipe.cli.tools.recognition import ModelReport

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

NameArgument = Annotated[
    str | None,
    typer.Argument(metavar="NAME", help="tiny, base, small, …; default: the configured one.", show_default=False),
]


@app.callback()
def model_group() -> None:
    """Download recognition models, list, check and delete them."""


@app.command("download")
def download_command(context: typer.Context, name: NameArgument = None) -> None:
    """Download a model, once.

    It is kept in the state directory. A download that broke off is continued.

    \b
    Examples:
      voicepipe model download
      voicepipe model download small
    """
    from voicepipe.cli.tools.download import download_model

    config = load(context)
    require_usable_files(config, "model download")
    model = name or config.recognition.model
    with _download_bar() as bar:
        task = bar.add_task(model, total=None)
        proxy = config.telegram.proxy_address
        path = download_model(
            model,
            config.service.files.models,
            lambda done, total: bar.update(task, completed=done, total=total),
            source=config.recognition.model_source,
            proxy=proxy.url if proxy else None,
        )
    typer.echo(f"The model {model!r} is in {path}")
    if name and name != config.recognition.model:
        complain(f'it is not the configured one; to use it, set [recognition] model = "{name}"')


@app.command("list")
def list_command(context: typer.Context, as_json: AsJson = False) -> None:
    """List the models that are here, and what else can be had."""
    from voicepipe.models import REPOSITORIES, downloaded_models

    config = load(context)
    directory, chosen = config.service.files.models, config.recognition.model
    here = downloaded_models(directory)
    facts = [
        {
            "name": name,
            "bytes": _bytes_in(directory / name),
            "is_configured": name == chosen,
            "path": str(directory / name),
        }
        for name in here
    ]
    others = [name for name in REPOSITORIES if name not in here]
    if as_json:
        print_document({"models": facts, "downloadable": others})
        return
    rows = [
        (str(each["name"]), show_size(int(str(each["bytes"]))), "configured" if each["is_configured"] else "")
        for each in facts
    ]
    if rows:
        print_table(("MODEL", ">SIZE", "NOTE"), rows)
    else:
        typer.echo(f"There are no models in {directory}.")
    if chosen not in here:
        typer.echo(f"Configured: {chosen}.")
    typer.echo(f"To be had with voicepipe model download: {', '.join(others)}.")


@app.command("remove")
def remove_command(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A model that `model list` shows.")],
    as_json: AsJson = False,
) -> None:
    """Delete a downloaded model; the configured one is kept."""
    from voicepipe.models import downloaded_models

    config = load(context)
    require_usable_files(config, "model remove")
    directory, here = config.service.files.models, downloaded_models(config.service.files.models)
    if name not in here:
        raise RequestRefused(f"There is no model {name!r} in {directory}; there are: {', '.join(here) or 'none'}")
    if name == config.recognition.model:
        raise RequestRefused(f"The model {name!r} is the configured one; set [recognition] model to another one first")
    size = _bytes_in(directory / name)
    # It is gone at once, for whoever looks for a model; its bytes go after that.
    away = directory / f".{name}.removed-{os.getpid()}"
    (directory / name).rename(away)
    shutil.rmtree(away)
    if as_json:
        print_document({"name": name, "freed_bytes": size})
    else:
        typer.echo(f"The model {name!r} is deleted; {show_size(size)} are free again.")


def _bytes_in(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.iterdir() if path.is_file())


@app.command("check")
def check_command(context: typer.Context, name: NameArgument = None, as_json: AsJson = False) -> None:
    """Load a model and let it recognise a clip.

    It is loaded in a worker process, as the service does it; the clip is a few seconds of Russian speech.
    """
    from voicepipe.cli.tools.recognition import check_model, with_recognition
    from voicepipe.models import DEMO, DEMO_NOTE

    config = with_recognition(load(context), model=name)
    model = config.recognition.model
    with console(stderr=True).status(f"Loading {model} …"):
        report = asyncio.run(check_model(config))
    if as_json:
        print_json(report)
        return
    print_facts(_facts(report))
    if model == DEMO:
        complain(DEMO_NOTE)


def _facts(report: ModelReport) -> list[tuple[str, str]]:
    speed = report.clip_seconds / max(report.compute_seconds, 0.001)
    return [
        ("model", report.model),
        ("directory", str(report.path)),
        ("loaded in", f"{report.load_seconds:.1f} s"),
        (
            "clip",
            f"{report.clip_seconds:.1f} s in {report.compute_seconds:.1f} s of CPU time ({speed:.1f} × real time)",
        ),
        ("heard", f"{report.text} ({report.language})"),
    ]


def _download_bar() -> Progress:
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    screen = console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal)
