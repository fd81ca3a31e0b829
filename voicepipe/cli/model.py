"""`voicepipe model`: downloads the recognition model, and checks that it works."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from voicepipe.cli.tools.arguments import AsJson
from voicepipe.cli.tools.configuration import load
from voicepipe.cli.tools.console import complain, console, print_json
from voicepipe.cli.tools.ownership import require_usable_files
from voicepipe.cli.tools.tables import print_facts

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
    """Download the recognition model, and check it."""


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
