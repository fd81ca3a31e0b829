"""Performs what an operator asks for, on the store.

The same `Operations` stands behind the control socket of a running service and behind the command line when no service
runs.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from pydantic import BaseModel

from voicepipe import __version__
from voicepipe.control.messages import (
    MAX_USER_ID,
    Answer,
    CheckReport,
    CheckStore,
    ForgetReport,
    ForgetUser,
    GrantSeconds,
    History,
    JobCounts,
    LedgerLine,
    ListUsers,
    Mutation,
    Request,
    SetBanned,
    SetQuota,
    SetUnlimited,
    ShowHistory,
    ShowStatus,
    ShowUsage,
    ShowUser,
    StatusReport,
    UsageLine,
    UsageReport,
    UserList,
    UserReport,
    WorkerReport,
)
from voicepipe.domain.quota import Balance
from voicepipe.errors import RequestRefused

if TYPE_CHECKING:
    from voicepipe.config import Config
    from voicepipe.store import Counts, LedgerRow, Store, UserRow
    from voicepipe.workers.pool import WorkerStatus

MAX_QUOTA_SECONDS = 86_400
"""A daily quota above the seconds of a day is a mistake; who may have more is unlimited."""
MAX_GRANT_SECONDS = 31_536_000
"""A year of audio in one grant."""
MAX_HISTORY = 10_000
MAX_USAGE_DAYS = 3660
_MAX_USER_ID_DIGITS = 50
"""With leading zeros; a text of very many digits is no number to Python."""


class Live(Protocol):
    """What only a running service knows."""

    @property
    def uptime_seconds(self) -> float: ...

    @property
    def queue(self) -> int:
        """Recordings that no worker has yet."""
        ...

    @property
    def unguarded(self) -> str:
        """What workers are not kept from, though the configuration says so; empty when they are from all."""
        ...

    def worker_statuses(self) -> Sequence[WorkerStatus]: ...

    def real_time_factor(self, worker: int) -> float | None:
        """Seconds of work for a second of speech, as of late; None before it did any."""
        ...


A = TypeVar("A", bound=BaseModel)
ForgetPeer = Callable[[int], Awaitable[None]]


class Operations:
    """Performs an operator's requests on the store. `live` is None when no service runs.

    `forget_peer` deletes a user from where the messenger keeps whom it has met.
    """

    def __init__(
        self, store: Store, config: Config, live: Live | None = None, *, forget_peer: ForgetPeer | None = None
    ) -> None:
        self._store = store
        self._config = config
        self._live = live
        self._forget_peer = forget_peer

    async def perform(self, request: Request[A]) -> A:
        """Do what was asked.

        Raises RequestRefused for a request that makes no sense, StoreError when it can't be done.
        """
        answer = await self._answer(request)
        assert isinstance(answer, request.answer_type())
        return answer

    async def _answer(self, request: Request[A]) -> Answer:
        match request:
            case ShowStatus():
                return await self._status()
            case ShowUser():
                return await self._report(await self._user_id(request.user))
            case ListUsers():
                return UserList(users=tuple([self._user_report(row) for row in await self._store.users()]))
            case ShowHistory():
                return await self._history(request)
            case ShowUsage():
                return await self._usage(request.days)
            case ForgetUser():
                return await self._forget(request.user_id)
            case CheckStore():
                return CheckReport(violations=tuple(await self._store.check()))
            case Mutation():
                user_id = await self._user_id(request.user)
                await self._change(user_id, request)
                return await self._report(user_id)
        raise RequestRefused(f"There is no operation {type(request).__name__}")

    async def _change(self, user_id: int, request: Mutation) -> None:
        store, key = self._store, request.request_id
        match request:
            case SetQuota(seconds=None):
                await store.set_quota(user_id, None, request_id=key)
            case SetQuota(seconds=int(seconds)):
                _require("A daily quota", seconds, 0, MAX_QUOTA_SECONDS, "more than a day: use `quota unlimited`")
                await store.set_quota(user_id, seconds, request_id=key)
            case GrantSeconds(seconds=seconds):
                _require("A grant", seconds, 1, MAX_GRANT_SECONDS, "a year of audio")
                await store.grant(user_id, seconds, request_id=key)
            case SetUnlimited(value=value):
                await store.set_unlimited(user_id, value, request_id=key)
            case SetBanned(value=value):
                await store.set_banned(user_id, value, request_id=key)

    async def _forget(self, user_id: int) -> ForgetReport:
        forgotten = await self._store.forget(user_id)
        if forgotten.unfinished:
            raise RequestRefused(
                f"Recordings of user {user_id} are still to be answered ({forgotten.unfinished}): repeat the command "
                "when they are"
            )
        if forgotten.was_known:
            await self._store.erase()
        if self._forget_peer is not None:
            await self._forget_peer(user_id)
        await self._store.end_farewell(user_id)
        return ForgetReport(user_id=user_id, was_known=forgotten.was_known)

    async def _user_id(self, user: str) -> int:
        parsed = parse_user(user)
        if isinstance(parsed, int):
            return parsed
        row = await self._store.find_user(parsed)
        if row is None:
            raise RequestRefused(
                f"Nobody with the username {parsed} has written to the bot yet; "
                "a numeric user id is accepted even before its first message"
            )
        return row.user_id

    async def _report(self, user_id: int) -> UserReport:
        row = await self._store.user(user_id)
        return _stranger(user_id, self._store.balance(user_id)) if row is None else self._user_report(row)

    def _user_report(self, row: UserRow) -> UserReport:
        balance = self._store.balance(row.user_id)
        return UserReport(
            user_id=row.user_id,
            username=row.username,
            language=row.language,
            is_known=True,
            has_written=self._store.person(row.user_id) is not None,
            is_banned=balance.is_banned,
            is_unlimited=balance.is_unlimited,
            daily_quota_seconds=balance.daily_quota_seconds,
            has_default_quota=row.daily_quota_seconds is None,
            used_today_seconds=row.used_today_seconds,
            daily_left_seconds=balance.daily_left_seconds,
            extra_left_seconds=balance.extra_left_seconds,
            resets_at=balance.resets_at,
            recordings=row.recordings,
            audio_seconds=row.audio_seconds,
            created_at=row.created_at,
        )

    async def _history(self, request: ShowHistory) -> History:
        _require("The number of lines", request.limit, 1, MAX_HISTORY)
        user_id = await self._user_id(request.user)
        rows = await self._store.history(user_id, request.limit)
        return History(user_id=user_id, lines=tuple(_ledger_line(row) for row in rows))

    async def _usage(self, days: int) -> UsageReport:
        _require("The number of days", days, 1, MAX_USAGE_DAYS)
        rows = await self._store.usage_by_day(days)
        return UsageReport(days=tuple(UsageLine.model_validate(row, from_attributes=True) for row in rows))

    async def _status(self) -> StatusReport:
        counts = await self._store.counts()
        usage = {line.day: line for line in (await self._usage(1)).days}
        live = self._live
        return StatusReport(
            version=__version__,
            is_running=live is not None,
            pid=os.getpid() if live else None,
            uptime_seconds=live.uptime_seconds if live else None,
            state_dir=str(self._config.service.state_path.absolute()),
            model=self._config.recognition.model,
            sandbox=_sandbox(self._config, live) if live else None,
            queue=live.queue if live else None,
            workers=tuple(_worker_report(status, live) for status in live.worker_statuses()) if live else (),
            jobs=_job_counts(counts),
            entries=counts.entries,
            applied=counts.applied,
            today=usage.get(self._store.today()),
        )


def parse_user(text: str) -> int | str:
    """A user as an operator names one: a numeric id, or an @username (returned with its @).

    Raises RequestRefused, saying what was expected.
    """
    name = text.strip()
    if name.isascii() and name.lstrip("-").isdecimal():
        return _user_number(name)
    bare = name.removeprefix("@")
    if 0 < len(bare) <= 32 and bare.isascii() and bare.replace("_", "").isalnum() and not bare[0].isdecimal():
        return f"@{bare}"
    raise RequestRefused(f"{text!r} names no user; expected a Telegram user id, as 123456789, or a @username")


def _user_number(name: str) -> int:
    """Negative for groups and channels, which people can speak as."""
    digits = name.removeprefix("-")
    if not digits.isdecimal() or len(digits) > _MAX_USER_ID_DIGITS or not 0 < int(digits) <= MAX_USER_ID:
        raise RequestRefused(
            f"{name} is no user id: expected a number, as 123456789, or as -1001234567890 for a group or channel"
        )
    return int(name)


def _require(what: str, value: int, least: int, most: int, hint: str = "") -> None:
    if not least <= value <= most:
        clause = f" ({hint})" if hint else ""
        raise RequestRefused(f"{what} must be from {least} to {most}{clause}, not {value}")


def _stranger(user_id: int, balance: Balance) -> UserReport:
    return UserReport(
        user_id=user_id,
        username=None,
        language=None,
        is_known=False,
        has_written=False,
        is_banned=balance.is_banned,
        is_unlimited=balance.is_unlimited,
        daily_quota_seconds=balance.daily_quota_seconds,
        has_default_quota=True,
        used_today_seconds=0,
        daily_left_seconds=balance.daily_left_seconds,
        extra_left_seconds=balance.extra_left_seconds,
        resets_at=balance.resets_at,
        recordings=0,
        audio_seconds=0.0,
        created_at=None,
    )


def _ledger_line(row: LedgerRow) -> LedgerLine:
    return LedgerLine(
        seq=row.seq,
        at=row.at,
        quota_day=row.quota_day,
        kind=row.kind,
        seconds=row.seconds,
        extra_seconds=row.extra_seconds,
        chat_id=row.key.chat_id if row.key else None,
        message_id=row.key.message_id if row.key else None,
    )


def _job_counts(counts: Counts) -> JobCounts:
    return JobCounts(
        undecided=counts.inbox_received,
        accepted=counts.jobs_accepted,
        concluded=counts.jobs_concluded,
        done=counts.jobs_done,
    )


def _sandbox(config: Config, live: Live) -> str:
    if not config.workers.sandbox:
        return "off"
    return live.unguarded or "on"


def _worker_report(status: WorkerStatus, live: Live) -> WorkerReport:
    return WorkerReport(
        worker=status.worker,
        state=status.state.value,
        pid=status.pid,
        rss_bytes=status.rss_bytes,
        tasks_done=status.tasks_done,
        deaths=status.deaths,
        busy_seconds=status.busy_seconds,
        real_time_factor=live.real_time_factor(status.worker),
    )
