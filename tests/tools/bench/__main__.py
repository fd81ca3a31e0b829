"""Measures voicepipe on this machine and prints the figures beside their goals: what `scripts/bench` does."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tests.tools.bench.charts import can_draw, draw_charts, read_result
from tests.tools.bench.effort import FULL, QUICK, Bench
from tests.tools.bench.engine import Kind
from tests.tools.bench.figures import Figure, table, write_json
from tests.tools.bench.machine import describe_machine
from tests.tools.bench.material import Material
from tests.tools.bench.measurements import MEASUREMENTS
from voicepipe.domain.shapes import SIZES

NEEDS_EXTRA = "recognition"
"""The measurement that compares with whisper.cpp."""

results = Console(highlight=False)
progress = Console(stderr=True, highlight=False)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--quick", action="store_true", help="minutes instead of half an hour, and less sure")
    parser.add_argument("--only", metavar="NAME,…", help=f"some of: {', '.join(MEASUREMENTS)}")
    parser.add_argument("--model", choices=SIZES, default="base", help="the model's size (default base)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write machine and figures there, too")
    parser.add_argument(
        "--charts", nargs=2, type=Path, metavar=("DIR", "FILE"), help="only draw pictures of such a file into DIR"
    )
    parser.add_argument("--needs-extra", action="store_true", help=argparse.SUPPRESS)  # asked by scripts/bench
    options = parser.parse_args(arguments)
    options.only = options.only.split(",") if options.only else list(MEASUREMENTS)
    unknown = [name for name in options.only if name not in MEASUREMENTS]
    if unknown:
        parser.error(f"there is no {', '.join(unknown)} among {', '.join(MEASUREMENTS)}")
    if options.json and not options.json.parent.is_dir():  # better said now than after an hour
        parser.error(f"there is no directory {options.json.parent}")
    if options.charts and not options.charts[0].is_dir():
        parser.error(f"there is no directory {options.charts[0]}")
    return options


async def measure(bench: Bench, names: Sequence[str], durations: dict[str, float] | None = None) -> list[Figure]:
    """In the order in which they are named; each is shown as soon as it is known. One that fails leaves a note.

    `durations` gets the seconds of each by its name.
    """
    _end_on_signals()
    figures: list[Figure] = []
    for name in names:
        begun_at = time.monotonic()
        found = await _measure_one(bench, name)
        seconds = time.monotonic() - begun_at
        progress.print(table(found), f"\n[dim]{name}: {seconds:.0f} s[/dim]\n")
        figures += found
        if durations is not None:
            durations[name] = seconds
    return figures


async def _measure_one(bench: Bench, name: str) -> Sequence[Figure]:
    try:
        return await MEASUREMENTS[name](bench)
    except Exception as error:
        progress.print_exception()
        return [Figure(name, None, "", note=f"failed: {type(error).__name__}")]


def _end_on_signals() -> None:
    """By cancelling, so that no service and no recogniser is left behind, however we were started."""
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)


def main(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    if options.needs_extra:
        results.print("yes" if _needs_extra(options) else "no")
        return 0
    return _draw(*options.charts) if options.charts else _run(options)


def _needs_extra(options: argparse.Namespace) -> bool:
    if options.charts:
        return not can_draw()
    return NEEDS_EXTRA in options.only and not Kind.WHISPER_CPP.is_installed


def _draw(directory: Path, file: Path) -> int:
    if not can_draw():
        progress.print("matplotlib is not installed: pip install 'voicepipe[bench]'")
        return 1
    try:
        written, left_out = draw_charts(read_result(file), directory)
    except (OSError, ValueError) as error:
        progress.print(str(error))
        return 1
    for line in (*map(str, written), *left_out):
        results.print(line, soft_wrap=True)
    return 0


def _run(options: argparse.Namespace) -> int:
    machine = describe_machine()

    def say(what: str) -> None:
        progress.print(f"[dim]… {what}[/dim]")

    effort = QUICK if options.quick else FULL
    durations: dict[str, float] = {}
    try:
        figures = asyncio.run(measure(Bench(options.model, effort, Material(say), say), options.only, durations))
    except asyncio.CancelledError:
        return 130
    machine["load_after"] = describe_machine()["load"]
    results.print(table(figures))
    if options.json:
        how = {"model": options.model, "quick": options.quick}
        how |= {"waiting": effort.waiting, "long_seconds": effort.long_seconds}
        write_json(options.json, machine | how, figures, durations)
    return 1 if any(figure.note.startswith("failed") for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
