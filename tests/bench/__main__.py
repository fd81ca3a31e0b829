"""Measures voicepipe on this machine and prints the figures beside their goals: what `scripts/bench` does."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tests.bench.effort import FULL, QUICK, Bench
from tests.bench.engine import Kind
from tests.bench.figures import Figure, table, write_json
from tests.bench.machine import describe_machine
from tests.bench.material import Material
from tests.bench.measurements import MEASUREMENTS
from tests.bench.model.weights import SIZES

NEEDS_EXTRA = "recognition"
"""The measurement that compares with whisper.cpp."""

results = Console(highlight=False)
progress = Console(stderr=True, highlight=False)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--quick", action="store_true", help="minutes instead of one or two hours, and less sure")
    parser.add_argument("--only", metavar="NAME,…", help=f"some of: {', '.join(MEASUREMENTS)}")
    parser.add_argument("--model", choices=SIZES, default="base", help="the model's size (default base)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write machine and figures there, too")
    parser.add_argument("--needs-extra", action="store_true", help=argparse.SUPPRESS)  # asked by scripts/bench
    options = parser.parse_args(arguments)
    options.only = options.only.split(",") if options.only else list(MEASUREMENTS)
    unknown = [name for name in options.only if name not in MEASUREMENTS]
    if unknown:
        parser.error(f"there is no {', '.join(unknown)} among {', '.join(MEASUREMENTS)}")
    if options.json and not options.json.parent.is_dir():  # better said now than after an hour
        parser.error(f"there is no directory {options.json.parent}")
    return options


async def measure(bench: Bench, names: Sequence[str]) -> list[Figure]:
    """In the order in which they are named; each is shown as soon as it is known. One that fails leaves a note."""
    _end_on_signals()
    figures: list[Figure] = []
    for name in names:
        try:
            found = await MEASUREMENTS[name](bench)
        except Exception as error:
            progress.print_exception()
            found = [Figure(name, None, "", note=f"failed: {type(error).__name__}")]
        progress.print(table(found), "")
        figures += found
    return figures


def _end_on_signals() -> None:
    """By cancelling, so that no service and no recogniser is left behind, however we were started."""
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)


def main(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    if options.needs_extra:
        results.print("yes" if NEEDS_EXTRA in options.only and not Kind.WHISPER_CPP.is_installed else "no")
        return 0
    machine = describe_machine()

    def say(what: str) -> None:
        progress.print(f"[dim]… {what}[/dim]")

    bench = Bench(options.model, QUICK if options.quick else FULL, Material(say), say)
    try:
        figures = asyncio.run(measure(bench, options.only))
    except asyncio.CancelledError:
        return 130
    machine["load_after"] = describe_machine()["load"]
    results.print(table(figures))
    if options.json:
        write_json(options.json, machine | {"model": options.model, "quick": options.quick}, figures)
    return 1 if any(figure.note.startswith("failed") for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
