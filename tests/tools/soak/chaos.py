"""What goes wrong, and when: deaths and stops of processes, and troubles of the network.

Each trouble is tied to a message by its number, so troubles come at the pace of the work, however fast the machine is.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from tests.support.telegram import LoopbackTelegram, flood_wait
from tests.support.telegram.faults import server_error
from tests.tools.soak.elsewhere import Elsewhere
from tests.tools.soak.life import Lives, signal_to

LATEST_SECONDS = 1.5
"""How long after its message a trouble may come."""
LONGEST_CALM_SECONDS = 10.0
"""How long to wait for a request; when all is answered there is none."""
LONGEST_START_SECONDS = 2.0
PAGE_BYTES = 4096
"""Of each of the headers of DuckDB's file."""
METHODS = ("messages.SendMessage", "messages.EditMessage", "upload.GetFile")
NETWORK_SHARES: Mapping[str, float] = {
    "drop_connections": 0.02,
    "refuse": 0.03,
    "flood": 0.02,
    "lose_answer": 0.02,
    "hold_updates": 0.02,
    "double_updates": 0.02,
    "short_read": 0.01,
    "expire_reference": 0.02,
    "stop_worker": 0.02,
    "stop_supervisor": 0.005,
    "restart_service": 0.005,
}
"""How often each trouble comes, by message."""
REMOTE_SHARES: Mapping[str, float] = {"kill_host": 0.03, "stop_host": 0.03, "kill_message_server": 0.01}
"""And where there are workers on other machines."""


@dataclass(frozen=True, slots=True)
class Deaths:
    """How many processes are to be killed."""

    workers: int
    supervisors: int


class Chaos:
    """Makes trouble, as planned from the beginning."""

    def __init__(
        self,
        telegram: LoopbackTelegram,
        lives: Lives,
        random: Random,
        troubles: Mapping[int, Sequence[str]],
        elsewhere: Elsewhere,
    ) -> None:
        self._elsewhere = elsewhere
        self.killed = Deaths(0, 0)
        self._telegram = telegram
        self._lives = lives
        self._random = random
        self._troubles = troubles
        self._tasks: set[asyncio.Task[None]] = set()
        self._supervisor_is_mine = asyncio.Lock()

    def after_message(self, number: int) -> None:
        """Begin the troubles that come with this message. Raises what went wrong in making earlier ones."""
        for task in [task for task in self._tasks if task.done()]:
            self._tasks.remove(task)
            task.result()
        for name in self._troubles.get(number, ()):
            trouble: Callable[[], Awaitable[None]] = getattr(self, f"_{name}")
            self._tasks.add(asyncio.create_task(self._later(trouble), name=name))

    async def end(self) -> None:
        """Wait until all troubles are over. Raises what went wrong in making them."""
        await asyncio.gather(*self._tasks)
        self._telegram.faults.clear()

    async def _later(self, trouble: Callable[[], Awaitable[None]]) -> None:
        await asyncio.sleep(self._random.uniform(0, LATEST_SECONDS))
        await trouble()

    # --- processes --------------------------------------------------------------------------------------------------
    async def _kill_worker(self) -> None:
        while not self._signal_worker(signal.SIGKILL):  # noqa: ASYNC110  another process's
            await asyncio.sleep(0.05)
        self.killed = Deaths(self.killed.workers + 1, self.killed.supervisors)

    async def _stop_worker(self) -> None:
        pid = self._signal_worker(signal.SIGSTOP)
        # Some come back, some are left to be found out by their deadline.
        if pid and self._random.random() < 0.8:
            await asyncio.sleep(self._random.uniform(0.1, 2))
            signal_to(pid, signal.SIGCONT)

    def _signal_worker(self, number: signal.Signals) -> int:
        """Signal one of the living workers; 0 if there is none."""
        workers = self._lives.workers()
        pid = self._random.choice(workers) if workers else 0
        return pid if pid and signal_to(pid, number) else 0

    async def _kill_supervisor(self) -> None:
        async with self._supervisor_is_mine:
            # A life that never gets ready does no work: let each get that far.
            await self._lives.ready.wait()
            ways = (self._kill_at_some_time, self._kill_at_a_request, self._kill_as_it_starts)
            await self._random.choices(ways, (4, 4, 1))[0]()
            self.killed = Deaths(self.killed.workers, self.killed.supervisors + 1)

    async def _kill_at_some_time(self) -> None:
        await asyncio.sleep(self._random.uniform(0, 2))
        await self._lives.kill()

    async def _kill_at_a_request(self) -> None:
        """Kill it as a request reaches Telegram, or has taken effect and is not answered yet."""
        killed = asyncio.Event()
        method, is_performed = self._random.choice(METHODS), self._random.random() < 0.5

        def kill() -> None:
            if not killed.is_set():
                killed.set()
                self._lives.signal_death()

        def kill_at_request() -> None:
            if not is_performed and not killed.is_set():
                self._telegram.faults.silence(method)  # it never reaches Telegram
            kill()

        self._telegram.faults.hook(method, kill_at_request, performed=is_performed)
        try:
            async with asyncio.timeout(LONGEST_CALM_SECONDS):
                await killed.wait()
        except TimeoutError:
            kill()
        await self._lives.ended()

    async def _kill_as_it_starts(self) -> None:
        await self._lives.kill()
        await self._lives.next_life()
        await asyncio.sleep(self._random.uniform(0, LONGEST_START_SECONDS))
        await self._lives.kill()

    async def _restart_service(self) -> None:
        async with self._supervisor_is_mine:
            await self._lives.ready.wait()
            await self._lives.restart()

    async def _stop_supervisor(self) -> None:
        async with self._supervisor_is_mine:
            await self._lives.ready.wait()
            self._lives.service.send_signal(signal.SIGSTOP)
            await asyncio.sleep(self._random.uniform(0.1, 2))
            self._lives.service.send_signal(signal.SIGCONT)

    async def _damage_records(self) -> None:
        """What an abrupt exit does to DuckDB's file now and then; in every page, for some are not in use."""
        async with self._supervisor_is_mine:
            await self._lives.ready.wait()
            await self._lives.kill()
            path = self._lives.service.state_path / "records.duckdb"
            content = bytearray(path.read_bytes())
            for page in range(0, len(content), PAGE_BYTES):
                where = page + self._random.randrange(PAGE_BYTES - 64)
                content[where : where + 64] = self._random.randbytes(64)
            path.write_bytes(content)

    # --- other machines ---------------------------------------------------------------------------------------------
    async def _kill_host(self) -> None:
        await self._elsewhere.kill_host()

    async def _stop_host(self) -> None:
        await self._elsewhere.stop_host()

    async def _kill_message_server(self) -> None:
        await self._elsewhere.kill_message_server()

    # --- the network ------------------------------------------------------------------------------------------------
    async def _drop_connections(self) -> None:
        self._telegram.drop_connections()

    async def _refuse(self) -> None:
        self._telegram.faults.answer(self._random.choice(METHODS), server_error(), self._random.randint(1, 2))

    async def _flood(self) -> None:
        self._telegram.faults.answer(self._random.choice(METHODS), flood_wait(1))

    async def _lose_answer(self) -> None:
        """A request is performed, and the connection is lost before its answer comes."""
        self._telegram.faults.silence(self._random.choice(METHODS), performed=True, drop=True)

    async def _hold_updates(self) -> None:
        self._telegram.faults.hold_pushes = True
        await asyncio.sleep(self._random.uniform(0.1, 1))
        await self._telegram.faults.release_pushes(newest_first=self._random.random() < 0.5)

    async def _double_updates(self) -> None:
        self._telegram.faults.push_copies = 2
        await asyncio.sleep(self._random.uniform(0.5, 2))
        self._telegram.faults.push_copies = 1

    async def _short_read(self) -> None:
        self._telegram.faults.short_reads += 1

    async def _expire_reference(self) -> None:
        documents = list(self._telegram.world.documents.values())
        self._random.choice(documents[-10:]).reference_expired = True


def planned(
    random: Random, messages: int, deaths: Deaths, damages: int, *, has_hosts: bool = False
) -> dict[int, list[str]]:
    """The troubles that come with each message, by its number."""
    troubles: dict[int, list[str]] = {}
    counts = {"kill_worker": deaths.workers, "kill_supervisor": deaths.supervisors, "damage_records": damages}
    for name, count in counts.items():
        for _ in range(count):
            troubles.setdefault(random.randrange(messages), []).append(name)
    for number in range(messages):
        shares = {**NETWORK_SHARES, **(REMOTE_SHARES if has_hosts else {})}
        shared = (name for name, share in shares.items() if random.random() < share)
        troubles.setdefault(number, []).extend(shared)
    return troubles
