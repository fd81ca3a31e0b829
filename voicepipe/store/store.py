"""The store's facade: the only thing that the rest of the supervisor knows of the journal and the records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

from voicepipe.config import QuotaConfig
from voicepipe.events import Events
from voicepipe.jobs import Balance, Failure, Job, JobKey, Person, Reservation, Transcript
from voicepipe.store.rows import Counts, InboxMessage, LedgerRow, UpdateState, Usage, UsageDay, UserRow


def utc_now() -> datetime:
    """The current instant, aware."""
    return datetime.now(UTC)


class Store:
    """Everything durable. Open it with `Store.open`; every method raises StoreError (DiskFull) when it can't be kept."""

    @classmethod
    async def open(
        cls,
        state_dir: Path,
        quota: QuotaConfig,
        *,
        clock: Callable[[], datetime] = utc_now,
        events: Events | None = None,
    ) -> Store:
        """Lock the directory (StoreLocked names the holder), open both files and bring the records level."""
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError

    async def wait_failed(self) -> NoReturn:
        """Raise the exception of the broken background task, when there is one."""
        raise NotImplementedError

    # --- inbox -----------------------------------------------------------------------------------------------------
    async def receive(self, messages: Sequence[InboxMessage], state: UpdateState | None = None) -> list[JobKey]:
        """Journal messages and the update state in one transaction; the keys not seen before, in order."""
        raise NotImplementedError

    async def update_states(self) -> dict[int, UpdateState]:
        raise NotImplementedError

    async def dismiss(self, key: JobKey) -> None:
        """Decide on a received message without a job (refused, ignored)."""
        raise NotImplementedError

    async def undecided(self) -> list[InboxMessage]:
        """Recordings received but neither dismissed nor accepted, oldest first."""
        raise NotImplementedError

    # --- people and balances ---------------------------------------------------------------------------------------
    async def see_person(self, person: Person) -> None:
        raise NotImplementedError

    def balance(self, user_id: int) -> Balance:
        raise NotImplementedError

    def person(self, user_id: int) -> Person | None:
        raise NotImplementedError

    # --- jobs ------------------------------------------------------------------------------------------------------
    async def accept(self, job: Job) -> bool:
        raise NotImplementedError

    async def reserve_again(self, job: Job, reservation: Reservation) -> Job:
        raise NotImplementedError

    async def record_status_message(self, key: JobKey, message_id: int) -> None:
        raise NotImplementedError

    async def record_death(self, key: JobKey) -> int:
        raise NotImplementedError

    async def conclude(
        self, job: Job, outcome: Transcript | Failure, *, charged_seconds: int, usage: Usage | None
    ) -> Job:
        raise NotImplementedError

    async def finish(self, key: JobKey) -> None:
        raise NotImplementedError

    async def unfinished(self) -> list[Job]:
        raise NotImplementedError

    def admitted(self) -> int:
        raise NotImplementedError

    # --- the operator ----------------------------------------------------------------------------------------------
    async def set_quota(self, user_id: int, seconds: int | None, *, request_id: str) -> bool:
        raise NotImplementedError

    async def grant(self, user_id: int, seconds: int, *, request_id: str) -> bool:
        raise NotImplementedError

    async def set_unlimited(self, user_id: int, value: bool, *, request_id: str) -> bool:
        raise NotImplementedError

    async def set_banned(self, user_id: int, value: bool, *, request_id: str) -> bool:
        raise NotImplementedError

    # --- questions -------------------------------------------------------------------------------------------------
    async def users(self) -> list[UserRow]:
        raise NotImplementedError

    async def user(self, user_id: int) -> UserRow | None:
        raise NotImplementedError

    async def find_user(self, name: str) -> UserRow | None:
        raise NotImplementedError

    async def history(self, user_id: int, limit: int) -> list[LedgerRow]:
        raise NotImplementedError

    async def usage_by_day(self, days: int) -> list[UsageDay]:
        raise NotImplementedError

    async def counts(self) -> Counts:
        raise NotImplementedError

    # --- upkeep ----------------------------------------------------------------------------------------------------
    async def prune(self, older_than: timedelta) -> int:
        raise NotImplementedError

    async def check(self) -> list[str]:
        raise NotImplementedError
