"""The chaos soak, which `scripts/soak` runs: prints its seed first, and at the end one line with its verdict.

Many people use the bot through the loopback Telegram, in private, in groups, as guests and in connected accounts, and
press its buttons, while workers and the supervisor are killed and stopped and the network misbehaves. At the end each
message must have exactly one right answer, each press one effect, each recording must be charged exactly as its answer
says, and no process may be left.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tests.tools.soak.chaos import Deaths
from tests.tools.soak.run import Plan, soak

console = Console(markup=False, highlight=False, soft_wrap=True)


def say(line: str) -> None:
    """Tell whoever runs it."""
    console.print(line)


def parse(arguments: Sequence[str]) -> tuple[Plan, Path | None]:
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("--messages", type=int, default=1000, help="how many are sent (default 1000)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of all chance (default: the time)")
    parser.add_argument("--workers-killed", type=int, help="default: a tenth of the messages")
    parser.add_argument("--supervisors-killed", type=int, help="default: a hundredth of the messages")
    parser.add_argument(
        "--checkpoint-threshold", default="", help="of DuckDB, as 64KB: its file is damaged now and then"
    )
    parser.add_argument("--remote", type=int, default=0, metavar="N", help="hosts that work for it (default none)")
    parser.add_argument("--only-elsewhere", action="store_true", help="with --remote: the service has no model itself")
    parser.add_argument("--directory", type=Path, help="where the service keeps everything; kept afterwards")
    given = parser.parse_args(arguments)
    workers = given.messages // 10 if given.workers_killed is None else given.workers_killed
    supervisors = given.messages // 100 if given.supervisors_killed is None else given.supervisors_killed
    damages = max(1, supervisors // 10) if given.checkpoint_threshold else 0
    deaths = Deaths(workers, supervisors)
    plan = Plan(
        given.messages,
        given.seed,
        deaths,
        given.checkpoint_threshold,
        damages,
        given.remote,
        is_only_elsewhere=given.only_elsewhere,
    )
    return plan, given.directory


def main() -> int:
    """Run, report, and keep the service's directory if anything was not as it must be."""
    plan, given = parse(sys.argv[1:])
    say(f"soak: seed {plan.seed}")
    directory = given or Path(tempfile.mkdtemp(prefix="voicepipe-soak-"))
    verdict = asyncio.run(soak(plan, directory, say))
    for sentence in (*verdict.findings.all(), *verdict.unexpected_ends):
        say(sentence)
    say(f"soak: {verdict.seconds:.0f} s, records built again {verdict.rebuilt} times")
    if verdict.is_good and given is None:
        shutil.rmtree(directory)
    elif not verdict.is_good:
        say(f"soak: everything is kept in {directory}")
    say(str(verdict))
    return 0 if verdict.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
