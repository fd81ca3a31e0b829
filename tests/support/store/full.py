"""A process whose files may not grow for a while, as on a full disk; it fails when its store does not get over that.

Run as `python -m tests.support.store.full DIRECTORY`. A process of its own because the limit holds for all of one.
"""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.support.store.tools import QUOTA, USER, job
from voicepipe.domain.quota import Reservation
from voicepipe.errors import DiskFull, StoreError
from voicepipe.store import Store

GRANTED = 1000


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def accept_until_full(keeper: Store) -> int:
    """How many jobs of a second each were accepted before one was refused."""
    day = keeper.accounts.balance(USER).quota_day
    for number in range(10_000):
        try:
            await keeper.jobs.accept(replace(job(number), reservation=Reservation(day, 0, 1)))
        except StoreError:
            return number
    raise AssertionError("the files grew on")


async def run(state_dir: Path) -> None:
    keeper = await Store.open(state_dir, QUOTA)
    await keeper.accounts.grant(USER, GRANTED, request_id="grant")
    with files_up_to((state_dir / "journal.sqlite-wal").stat().st_size + 200_000):
        accepted = await accept_until_full(keeper)
        assert accepted > 0
        assert keeper.accounts.balance(USER).extra_left_seconds == GRANTED - accepted
        with files_up_to(1):
            try:
                await keeper.reports.users()
            except DiskFull:
                pass
            else:
                raise AssertionError("the records grew on")

    assert await keeper.jobs.accept(job(20_000, daily=0, extra=1, at=keeper.accounts.balance(USER)))
    assert keeper.accounts.balance(USER).extra_left_seconds == GRANTED - accepted - 1
    assert await keeper.reports.check() == []
    await keeper.close()


def main(state_dir: Path) -> None:
    asyncio.run(run(state_dir))
    aside = list(state_dir.glob("records.duckdb.damaged-*"))
    assert not aside, "a sound file was set aside because the disk was full"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
