"""How much memory the processes of a service take, new and after much work."""

from __future__ import annotations

from dataclasses import dataclass

from tests.tools.bench.effort import Bench
from tests.tools.bench.figures import Figure, Goal, at_most
from tests.tools.bench.machine import Memory, memory_of
from tests.tools.bench.service import MeasuredService, bench_service, recognition_settings

SHORT_SECONDS = 5
WORKERS = 3
WARM_MESSAGES = 24
"""As many as it takes for each worker to have had as many together as it gets at most."""
GOALS = {"base": (at_most(160), at_most(320), at_most(1100))}
"""MB by size of the model: supervisor, a worker, all together."""
OTHERS_SHARE = 5
"""Other sizes than the one that all is measured with get a fifth of the messages: large ones take long."""
NO_GOALS = (None, None, None)
FLAT = at_most(1.05)


@dataclass(frozen=True, slots=True)
class Household:
    """The processes of one service."""

    supervisor: Memory
    workers: tuple[Memory, ...]

    @property
    def all_mb(self) -> float:
        return self.supervisor.proportional + sum(worker.proportional for worker in self.workers)


async def memory(bench: Bench) -> list[Figure]:
    """PSS and USS of supervisor and workers, when each has done something, and after many messages more."""
    figures = []
    for size in bench.effort.memory_sizes or (bench.size,):
        recording = bench.material.recording(size, SHORT_SECONDS)
        model = bench.material.model(size, SHORT_SECONDS)
        async with bench_service(recognition_settings(model, WORKERS)) as service:
            messages = bench.effort.memory_messages // (1 if size == bench.size else OTHERS_SHARE)
            bench.say(f"memory with {size} over {messages} messages")
            await service.ask([recording] * WARM_MESSAGES)
            before = _look_at(service)
            await service.ask([recording] * messages)
            figures += _figures(size, before, _look_at(service))
    return figures


def _look_at(service: MeasuredService) -> Household:
    return Household(memory_of(service.running.pid), tuple(map(memory_of, service.worker_pids)))


def _figures(size: str, before: Household, after: Household) -> list[Figure]:
    supervisor_goal, worker_goal, all_goal = GOALS.get(size, NO_GOALS)
    name = f"memory_{size}"
    return [
        *_of_each(f"{name}_before", before),
        *_of_each(f"{name}_after", after, supervisor_goal, worker_goal),
        Figure(f"{name}_{WORKERS}_workers_and_supervisor", after.all_mb, "MB", all_goal),
        Figure(f"{name}_after/before", after.all_mb / before.all_mb, "ratio", FLAT),
    ]


def _of_each(
    name: str, household: Household, supervisor_goal: Goal | None = None, worker_goal: Goal | None = None
) -> list[Figure]:
    """Of the workers the largest."""
    supervisor, workers = household.supervisor, household.workers
    return [
        Figure(f"{name}_supervisor_pss", supervisor.proportional, "MB", supervisor_goal),
        Figure(f"{name}_supervisor_uss", supervisor.unique, "MB"),
        Figure(f"{name}_worker_pss", max(each.proportional for each in workers), "MB", worker_goal),
        Figure(f"{name}_worker_uss", max(each.unique for each in workers), "MB"),
    ]
