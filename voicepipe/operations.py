"""What an operator can ask for and change: one request type per verb, one answer type per kind of answer.

The same `Operations` stands behind the control socket of a running service and behind the command line when no
service runs. Requests and answers are what crosses the socket (see `control.py`), as JSON. A mutation carries a
`request_id`, its idempotency key: performed twice, it changes things once.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from voicepipe import __version__
from voicepipe.errors import RequestRefused
from voicepipe.jobs import Balance

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
_MAX_USER_ID = 2**52
_MAX_USER_ID_DIGITS = 50
"""With leading zeros; a text of very many digits is no number to Python."""


# --- answers ------------------------------------------------------------------------------------------------------
class _Report(BaseModel):
    # A service of a later version may say more.
    model_config = ConfigDict(frozen=True, extra="ignore")


class UserReport(_Report):
    """A user's quota and use, now. For somebody not seen yet: what would apply."""

    user_id: int
    username: str | None
    language: str | None
    is_known: bool
    """False while neither the user nor an operator has given a reason to keep a record."""
    has_written: bool = True
    """Whether the bot has seen the user; False may mean that an operator has mistyped the id."""
    is_banned: bool
    is_unlimited: bool
    daily_quota_seconds: int
    has_default_quota: bool
    used_today_seconds: int
    daily_left_seconds: int
    extra_left_seconds: int
    """Granted or bought seconds, used after the day's and kept until used."""
    resets_at: datetime
    recordings: int
    audio_seconds: float
    """Seconds recognised since the beginning."""
    created_at: datetime | None


class UserList(_Report):
    users: tuple[UserReport, ...]


class LedgerLine(_Report):
    """One movement of quota; `seconds` moves the day's pot, `extra_seconds` the extra pot, negative is taken."""

    seq: int
    at: datetime
    quota_day: date
    kind: str
    seconds: int
    extra_seconds: int
    chat_id: int | None
    message_id: int | None


class History(_Report):
    """A user's ledger, newest first."""

    user_id: int
    lines: tuple[LedgerLine, ...]


class UsageLine(_Report):
    day: date
    recordings: int
    users: int
    audio_seconds: float
    compute_seconds: float
    mean_queue_seconds: float
    mean_total_seconds: float
    median_error_seconds: float | None = None
    """How far off the times were that had been predicted, either way; None where none had been."""


class UsageReport(_Report):
    """Days with use, newest first."""

    days: tuple[UsageLine, ...]


class WorkerReport(_Report):
    worker: int
    state: str
    pid: int | None
    rss_bytes: int | None
    tasks_done: int
    deaths: int
    busy_seconds: float | None
    real_time_factor: float | None = None
    """Seconds of work for a second of speech, as of late; None before it did any."""


class JobCounts(_Report):
    """Recordings by how far they are, since the beginning."""

    undecided: int
    """Received, neither accepted nor refused yet."""
    accepted: int
    """To be fetched and recognised."""
    concluded: int
    """Recognised or failed; the answer is not known to be in the chat yet."""
    done: int


class StatusReport(_Report):
    version: str
    is_running: bool
    """Whether a service answered; otherwise the files were read."""
    pid: int | None
    uptime_seconds: float | None
    state_dir: str = ""
    """Where it keeps its files."""
    model: str
    sandbox: str | None = None
    """Whether workers are shut in: `on`, `off`, or what they are not kept from, as "network programs". None where no
    service runs."""
    queue: int | None
    """Recordings that no worker has yet."""
    workers: tuple[WorkerReport, ...]
    jobs: JobCounts
    entries: int
    """Entries in the journal."""
    applied: int
    """How many of them the records hold."""
    today: UsageLine | None
    """None where nothing was recognised today."""


class ForgetReport(_Report):
    user_id: int
    was_known: bool
    """Whether there was anything to delete."""


class CheckReport(_Report):
    violations: tuple[str, ...]
    """A sentence for each contradiction."""


Answer = ForgetReport | CheckReport | UserReport | UserList | History | UsageReport | StatusReport
A_co = TypeVar("A_co", bound=BaseModel, covariant=True)


# --- requests -----------------------------------------------------------------------------------------------------
class Request(BaseModel, Generic[A_co]):
    """Something an operator asks; the parameter is the type of its answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def answer_type(cls) -> type[A_co]:
        """The type that this request is answered with."""
        ancestors = (base for base in cls.__mro__ if issubclass(base, Request))
        parameters = (argument for base in ancestors for argument in base.__pydantic_generic_metadata__["args"])
        found: type[A_co] = next(parameter for parameter in parameters if isinstance(parameter, type))
        return found


class Mutation(Request[UserReport]):
    """A change to a user's record, answered with what the record says afterwards."""

    user: str
    """A Telegram user id, or the @username of somebody seen before."""
    request_id: str = Field(min_length=8, max_length=64)


class ShowStatus(Request[StatusReport]):
    verb: Literal["show_status"] = "show_status"


class ShowUser(Request[UserReport]):
    verb: Literal["show_user"] = "show_user"
    user: str


class ListUsers(Request[UserList]):
    verb: Literal["list_users"] = "list_users"


class ShowHistory(Request[History]):
    verb: Literal["show_history"] = "show_history"
    user: str
    limit: int = 20


class ShowUsage(Request[UsageReport]):
    verb: Literal["show_usage"] = "show_usage"
    days: int = 7


class SetQuota(Mutation):
    verb: Literal["set_quota"] = "set_quota"
    seconds: int | None
    """Seconds a day; None returns the user to the default."""


class GrantSeconds(Mutation):
    verb: Literal["grant_seconds"] = "grant_seconds"
    seconds: int


class SetUnlimited(Mutation):
    verb: Literal["set_unlimited"] = "set_unlimited"
    value: bool


class SetBanned(Mutation):
    verb: Literal["set_banned"] = "set_banned"
    value: bool


class ForgetUser(Request[ForgetReport]):
    """To forget twice is to forget once, so it needs no key."""

    verb: Literal["forget_user"] = "forget_user"
    user_id: Annotated[int, Field(ge=-_MAX_USER_ID, le=-1)] | Annotated[int, Field(ge=1, le=_MAX_USER_ID)]


class CheckStore(Request[CheckReport]):
    verb: Literal["check_store"] = "check_store"


AnyRequest = Annotated[
    ShowStatus
    | ShowUser
    | ListUsers
    | ShowHistory
    | ShowUsage
    | SetQuota
    | GrantSeconds
    | SetUnlimited
    | SetBanned
    | ForgetUser
    | CheckStore,
    Field(discriminator="verb"),
]


# --- performing them ----------------------------------------------------------------------------------------------
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
    if not digits.isdecimal() or len(digits) > _MAX_USER_ID_DIGITS or not 0 < int(digits) <= _MAX_USER_ID:
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
