"""`voicepipe model`: downloads the recognition model, and checks that it works."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicepipe.cli.tools.arguments import AsJson
from voicepipe.cli.tools.configuration import load
from voicepipe.cli.tools.console import complain, console, print_document, print_json, wrapped
from voicepipe.cli.tools.ownership import require_usable_files
from voicepipe.cli.tools.tables import print_facts, print_table
from voicepipe.cli.tools.words import show_size
from voicepipe.errors import RequestRefused

if TYPE_CHECKING:
    from rich.progress import Progress

    from voicepipe.cli.tools.advice import Advice, Machine
    from voicepipe.cli.tools.recognition import ModelReport
    from voicepipe.config import Config

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

NameArgument = Annotated[
    str | None,
    typer.Argument(metavar="NAME", help="tiny, base, small, …; default: the configured one.", show_default=False),
]


@app.callback()
def model_group() -> None:
    """Choose, download, list, check and delete recognition models."""


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


@app.command("advise")
def advise_command(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Only these models; default: all that there are.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure what each model costs here, and say which to take.

    Nothing is downloaded: models of the same shape are made up for it, as many workers as configured measure at once,
    and nothing is left of it. It takes a minute or more of all processors; a running service goes on meanwhile.

    \b
    MEMORY   what one worker takes
    NOTE     seconds for a voice note of 10 s: more than 10 are too slow
    MINUTE   seconds for a minute of a long recording
    PER DAY  how many such minutes all workers do in a day
    ERRORS   published word errors in percent, each with its test's letter;
             those of different tests can't be compared
    """
    from voicepipe.cli.tools.advice import chosen, judge, languages_of, machine_of, survey

    config = load(context)
    if config.recognition.engine != "whisper":
        raise RequestRefused(f"It knows Whisper's models, not those of the engine {config.recognition.engine!r}")
    wanted, machine, languages = chosen(names or ()), machine_of(config), languages_of(config)
    with console(stderr=True).status("Measuring …") as status:
        costs = survey(machine, wanted, lambda name: status.update(f"Measuring models as {name} …"))
    found, best = judge(machine, wanted, costs, languages)
    if as_json:
        print_document(_advice_document(config, machine, languages, found, best))
    else:
        _print_advice(config, machine, languages, found, best)


def _advice_document(
    config: Config, machine: Machine, languages: Sequence[str], found: Sequence[Advice], best: str | None
) -> dict[str, object]:
    from voicepipe.cli.tools.published import TRIALS, published

    def errors(name: str) -> dict[str, dict[str, float]]:
        rates = published(name, languages)
        return {language: {TRIALS[trial].name: rate for trial, rate in rates[language]} for language in languages}

    memory = None if machine.memory_bytes == float("inf") else round(machine.memory_bytes)
    return {
        "recommended": best,
        "configured": config.recognition.model,
        "workers": machine.workers,
        "threads": machine.manner.threads,
        "usable_memory_bytes": memory,
        "models": [
            {
                "name": each.name,
                "is_fit": each.is_fit,
                "reason": each.reason or ("" if each.knows_languages else "knows English only"),
                "worker_memory_bytes": round(each.memory_bytes),
                "workers": each.workers,
                "note_seconds": round(each.costs.note, 3) if each.costs else None,
                "minute_seconds": round(each.costs.minute, 3) if each.costs else None,
                "minutes_per_day": each.minutes_per_day,
                "word_error_percent": errors(each.name),
            }
            for each in found
        ],
        "sources": {trial.name: trial.source for trial in TRIALS if trial.language in languages},
    }


def _print_advice(
    config: Config, machine: Machine, languages: Sequence[str], found: Sequence[Advice], best: str | None
) -> None:
    from string import ascii_lowercase

    from voicepipe.cli.tools.published import TRIALS, published

    shown = [each for each in found if each.knows_languages]
    rates = {each.name: published(each.name, languages) for each in shown}
    used = sorted({trial for of in rates.values() for each in of.values() for trial, _ in each})
    letters = dict(zip(used, ascii_lowercase, strict=False))

    def errors(name: str, language: str) -> str:
        return " ".join(f"{rate:g}{letters[trial]}" for trial, rate in rates[name][language]) or "–"

    columns = ("MODEL", ">MEMORY", ">NOTE", ">MINUTE", ">PER DAY", *(f"ERRORS {each.upper()}" for each in languages))
    rows = [
        (
            each.name,
            show_size(each.memory_bytes),
            f"{each.costs.note:.1f} s" if each.costs else "–",
            f"{each.costs.minute:.1f} s" if each.costs else "–",
            f"{each.minutes_per_day} min" if each.costs else "–",
            *(errors(each.name, language) for language in languages),
            _note(each, machine, config.recognition.model, best),
        )
        for each in shown
    ]
    print_table((*columns, "~"), rows)
    typer.echo()
    for trial, letter in letters.items():
        typer.echo(wrapped(f"{letter}  {TRIALS[trial].name}: {TRIALS[trial].source}", sys.stdout, " " * 3).lstrip())
    for paragraph in _explained(machine, found, best, config.recognition.model):
        typer.echo(wrapped(paragraph, sys.stdout))


def _note(advice: Advice, machine: Machine, configured: str, best: str | None) -> str:
    notes = [advice.reason] if advice.reason else []
    if not notes and advice.workers < machine.workers:
        notes.append(f"room for {advice.workers} of {machine.workers} workers")
    return ", ".join([*notes, *["recommended"] * (advice.name == best), *["configured"] * (advice.name == configured)])


def _explained(machine: Machine, found: Sequence[Advice], best: str | None, configured: str) -> Iterator[str]:
    from voicepipe.cli.tools.survey import FEW, MORE

    workers = "1 worker" if machine.workers == 1 else f"{machine.workers} workers at once"
    yield (
        f"Measured with {workers}, as far as there is room, on models of the same shape that know nothing, of {FEW} "
        f"and {MORE} layers; what has more is reckoned from these. Opening a recording and finding speech comes on "
        "top, a few percent."
    )
    left_out = [each.name for each in found if not each.knows_languages]
    if left_out:
        yield f"Left out, as they know English only: {', '.join(left_out)}."
    if best is None:
        yield "None is quick enough here, or there is no room for it: take the smallest."
    elif best == configured:
        yield f"The configured model, {best}, is the right one for this machine."
    else:
        yield f'To use it: voicepipe model download {best}, and [recognition] model = "{best}" in the configuration.'


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
