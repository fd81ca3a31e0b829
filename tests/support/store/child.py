"""A process that writes to a store until it is killed, and says on stdout what the store has acknowledged.

Run as `python -m tests.support.store.child DIRECTORY`; each line is `VERB message_id`.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.support.store.tools import QUOTA, USER, job, transcript, usage
from voicepipe.domain.jobs import Job
from voicepipe.store import InboxMessage, Store, store


def say(verb: str, job: Job) -> None:
    sys.stdout.write(f"{verb} {job.key.message_id}\n")
    sys.stdout.flush()


async def carry(keeper: Store, number: int) -> None:
    """Take one recording as far as its number says, so that every state is left behind now and then."""
    new = job(number, daily=6, at=keeper.accounts.balance(USER))
    assert await keeper.inbox.receive([InboxMessage(new.key, True, new.accepted_at)]) == [new.key]
    say("received", new)
    await keeper.jobs.accept(new)
    say("accepted", new)
    if number % 5 == 0:
        return
    charged = 0 if number % 3 == 0 else 4
    await keeper.jobs.conclude(new, transcript("слово"), charged_seconds=charged, usage=usage(4.2))
    say("concluded", new)
    if number % 7:
        await keeper.jobs.mark_done(new.key)
        say("finished", new)


async def main(state_dir: Path) -> None:
    # The records' file is written all the time, so that kills meet it open.
    store.APPLY_DELAY_SECONDS = 0.0
    keeper = await Store.open(state_dir, QUOTA)
    first = (await keeper.reports.counts()).entries
    for number in range(first + 1, first + 10_000):
        await carry(keeper, number)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
