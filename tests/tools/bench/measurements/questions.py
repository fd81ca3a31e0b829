"""How long an operator waits: for the usage of a million recordings, and for the quotas of all users at once."""

from __future__ import annotations

import time
from pathlib import Path

from tests.tools.bench.effort import Bench
from tests.tools.bench.figures import Figure, at_most, median
from tests.tools.bench.full_store import FIRST_USER, SPAN_DAYS, fill_store
from tests.tools.bench.measurements.monitoring import lag, quiet
from tests.tools.bench.service import MeasuredService, prepared_service
from voicepipe.domain.usage import UsageBy

SQL = "SELECT language, count(*), quantile_cont(total_seconds, 0.95) FROM usage GROUP BY ALL"


async def questions(bench: Bench) -> list[Figure]:
    """`voicepipe usage` and `quota import` as they are typed, each a process that asks the running service."""
    settings = {"workers": {"count": 2, "express": 0}}
    async with prepared_service(settings, "tests.tools.bench.lag_service") as service:
        bench.say(f"a store of {bench.effort.kept_users} users and {bench.effort.kept_jobs} recordings")
        await fill_store(service.running.state_path, bench.effort.kept_users, bench.effort.kept_jobs)
        await service.running.start()
        await quiet(service)  # the books are checked at the start, which takes a processor
        await service.wait_all_idle()
        return [*await _usage(bench, service), *await _quotas(bench, service)]


async def _usage(bench: Bench, service: MeasuredService) -> list[Figure]:
    figures = []
    for by in UsageBy:
        bench.say(f"usage by {by}")
        asked = ("usage", "--by", by.value, "--days", str(SPAN_DAYS + 1))
        taken = [await _seconds(service, *asked) for _ in range(bench.effort.repeats)]
        figures.append(median(f"usage_by_{by}", taken, "s", at_most(2)))
    bench.say("usage sql")
    taken = [await _seconds(service, "usage", "sql", SQL) for _ in range(bench.effort.repeats)]
    return [*figures, median("usage_sql", taken, "s")]


async def _quotas(bench: Bench, service: MeasuredService) -> list[Figure]:
    """Every user gets a quota, a plan taken back and seconds: whatever a line can say."""
    bench.say("quota import and export")
    file = service.running.state_path.with_name("quotas.csv")
    _write_quotas(file, bench.effort.kept_users)
    await lag(service)
    dry = await _seconds(service, "quota", "import", str(file), "--dry-run")
    imported = await _seconds(service, "quota", "import", str(file))
    lag_ms = await lag(service)
    exported = await _seconds(service, "quota", "export", str(file))
    return [
        Figure("quota_import_dry_run", dry, "s", at_most(10)),
        Figure("quota_import", imported, "s", at_most(10)),
        Figure("quota_import_loop_lag_p99", lag_ms, "ms"),
        Figure("quota_export", exported, "s", at_most(10)),
    ]


def _write_quotas(file: Path, users: int) -> None:
    lines = (f"{FIRST_USER + number},{60 + number % 900},on,10\n" for number in range(1, users + 1))
    file.write_text("user,daily_seconds,unlimited,grant_seconds\n" + "".join(lines))


async def _seconds(service: MeasuredService, *command: str) -> float:
    """Until the command has ended. Raises RuntimeError when it fails."""
    begun_at = time.perf_counter()
    code, _, complaint = await service.running.command(*command)
    seconds = time.perf_counter() - begun_at
    if code:
        raise RuntimeError(f"{' '.join(command)}: {complaint}")
    return seconds
