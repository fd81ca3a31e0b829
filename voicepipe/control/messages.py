"""What an operator can ask for and change: one request type per verb, one report type per kind of answer.

The `voicepipe` command sends requests and the service answers with reports, as JSON over the control socket. A mutation
carries a `request_id`, its idempotency key: performed twice, it changes things once. A request type that is defined is
known to the protocol by its verb; what performs it stands in `operations`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from voicepipe.domain.hosts import HostStatus
from voicepipe.domain.usage import UsageBy

MAX_USER_ID = 2**52


# --- reports ------------------------------------------------------------------------------------------------------
class Report(BaseModel):
    """What the service answers."""

    # A service of a later version may say more.
    model_config = ConfigDict(frozen=True, extra="ignore")


class UserReport(Report):
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
    plan: str | None = None
    """The quota plan that the user was given; it may be configured no longer."""
    is_plan_known: bool = True
    """Whether that plan is configured."""
    longest_seconds: int | None = None
    """How long one recording may be by that plan; None: as long as anybody's."""
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


class UserList(Report):
    users: tuple[UserReport, ...]


class SettingLine(Report):
    """One preference of a user or chat; values as they are typed."""

    name: str
    value: str
    """What applies."""
    default: str
    is_chosen: bool
    """Whether somebody has chosen it, for this user or chat."""
    is_locked: bool
    """Whether the configuration lets nobody choose it: then the default applies."""
    expected: str
    """What can be chosen."""


class SettingsReport(Report):
    """All preferences of a user, group or channel."""

    user_id: int
    settings: tuple[SettingLine, ...]


class LedgerLine(Report):
    """One movement of quota; `seconds` moves the day's pot, `extra_seconds` the extra pot, negative is taken."""

    seq: int
    at: datetime
    quota_day: date
    kind: str
    seconds: int
    extra_seconds: int
    chat_id: int | None
    message_id: int | None
    door: str = ""
    """As in `JobKey`: "" for what the bot itself sees in a chat."""


class History(Report):
    """A user's ledger, newest first."""

    user_id: int
    lines: tuple[LedgerLine, ...]


class UsageLine(Report):
    day: date
    recordings: int
    users: int
    audio_seconds: float
    compute_seconds: float
    mean_queue_seconds: float
    mean_total_seconds: float
    median_error_seconds: float | None = None
    """How far off the times were that had been predicted, either way; None where none had been."""


class UsageGroupLine(Report):
    """What was recognised, or refused, of recordings that have something in common."""

    group: str
    """What they have in common: a day, the number of a user, a language…"""
    username: str | None = None
    recordings: int
    users: int
    audio_seconds: float
    """Of refused ones: what they say of themselves."""
    compute_seconds: float | None = None
    mean_queue_seconds: float | None = None
    mean_total_seconds: float | None = None
    median_error_seconds: float | None = None


class UsageReport(Report):
    """The latest times first, or those with most audio."""

    by: UsageBy
    groups: tuple[UsageGroupLine, ...]


class QueryReport(Report):
    """What a question in SQL gave: values as JSON has them, instants and what else it has not as text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float | bool | None, ...], ...]
    is_cut: bool
    """Whether there are more rows."""


class HourLine(Report):
    """What was recognised within an hour."""

    begins_at: datetime
    recordings: int
    audio_seconds: float


class ActivityReport(Report):
    """What was done of late."""

    hours: tuple[HourLine, ...]
    """Each of the last hours, the present one included, the oldest first."""
    days: tuple[UsageLine, ...]
    """Days with use, newest first."""
    languages: tuple[UsageGroupLine, ...]
    """Of these days, the most spoken first."""
    refusals: tuple[UsageGroupLine, ...]
    """Of these days, by reason, the most frequent first."""


class WorkerReport(Report):
    worker: int
    state: str
    is_express: bool = False
    """Whether it takes only what is short."""
    host: str = ""
    """The other machine that it is on; empty: on this one."""
    pid: int | None
    rss_bytes: int | None
    tasks_done: int
    deaths: int
    busy_seconds: float | None
    doing: tuple[str, ...] = ()
    """The recordings that its present task is about, by their keys."""
    real_time_factor: float | None = None
    """Seconds of work for a second of speech, as of late; None before it did any."""


class JobCounts(Report):
    """Recordings by how far they are, since the beginning."""

    undecided: int
    """Received, neither accepted nor refused yet."""
    accepted: int
    """To be fetched and recognised."""
    concluded: int
    """Recognised or failed; the answer is not known to be in the chat yet."""
    done: int


class MetricSample(Report):
    name: str
    labels: dict[str, str]
    value: float


class MetricReport(Report):
    """A metric as Prometheus has it: a summary's samples are named `…_sum` and `…_count`."""

    name: str
    kind: str
    help: str
    samples: tuple[MetricSample, ...]


class StatusReport(Report):
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
    is_paused: bool = False
    """Whether no recording is accepted, because an operator or administrator has said so."""
    queue: int | None
    """Recordings that no worker has yet."""
    workers: tuple[WorkerReport, ...]
    hosts: tuple[HostStatus, ...] = ()
    recognisers: int | None = None
    """Workers that recognise, here or elsewhere; None where no service runs."""
    is_message_server_there: bool | None = None
    """Whether the message server that hosts are reached by is; None where there is none, or no service runs."""
    jobs: JobCounts
    entries: int
    """Entries in the journal."""
    applied: int
    """How many of them the records hold."""
    today: UsageLine | None
    """None where nothing was recognised today."""
    refused_today: int = 0
    yesterday: UsageLine | None = None
    """Until the time of the day that it is; None where nothing was recognised then."""
    refused_yesterday: int = 0
    metrics: tuple[MetricReport, ...] = ()
    """What was counted since the service started; empty where none runs."""


class ForgetReport(Report):
    user_id: int
    was_known: bool
    """Whether there was anything to delete."""


class CheckReport(Report):
    violations: tuple[str, ...]
    """A sentence for each contradiction."""


R_co = TypeVar("R_co", bound=Report, covariant=True)


# --- requests -----------------------------------------------------------------------------------------------------
class OperatorRequest(BaseModel, Generic[R_co]):
    """Something an operator asks; the parameter is the type of the report that answers it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        if "verb" in cls.model_fields:
            VERBS[cls.model_fields["verb"].default] = cls

    @classmethod
    def report_type(cls) -> type[R_co]:
        """The type that this request is answered with."""
        ancestors = (base for base in cls.__mro__ if issubclass(base, OperatorRequest))
        parameters = (argument for base in ancestors for argument in base.__pydantic_generic_metadata__["args"])
        found: type[R_co] = next(parameter for parameter in parameters if isinstance(parameter, type))
        return found


VERBS: dict[str, type[OperatorRequest[Any]]] = {}
"""Every request type by its verb."""


class Mutation(OperatorRequest[UserReport]):
    """A change to a user's record, answered with what the record says afterwards."""

    user: str
    """A Telegram user id, or the @username of somebody seen before."""
    request_id: str = Field(min_length=8, max_length=64)
    by: int = 0
    """The administrator who has it made in the chat; 0: an operator at the command line."""


class ShowStatus(OperatorRequest[StatusReport]):
    verb: Literal["show_status"] = "show_status"


class ShowUser(OperatorRequest[UserReport]):
    verb: Literal["show_user"] = "show_user"
    user: str


class ListUsers(OperatorRequest[UserList]):
    verb: Literal["list_users"] = "list_users"


class ShowHistory(OperatorRequest[History]):
    verb: Literal["show_history"] = "show_history"
    user: str
    limit: int = 20


class ShowUsage(OperatorRequest[UsageReport]):
    verb: Literal["show_usage"] = "show_usage"
    days: int = 7
    by: UsageBy = UsageBy.DAY
    limit: int = 1000
    """Most groups."""


class Query(OperatorRequest[QueryReport]):
    verb: Literal["query"] = "query"
    sql: str = Field(max_length=100_000)
    limit: int = 1000
    """Most rows."""


class ShowActivity(OperatorRequest[ActivityReport]):
    verb: Literal["show_activity"] = "show_activity"
    hours: int = 24
    days: int = 30


class SetQuota(Mutation):
    verb: Literal["set_quota"] = "set_quota"
    seconds: int | None
    """Seconds a day; None returns the user to the default."""


class SetPlan(Mutation):
    verb: Literal["set_plan"] = "set_plan"
    plan: str | None
    """The name of a configured plan; None returns the user to what everybody has."""


class GrantSeconds(Mutation):
    verb: Literal["grant_seconds"] = "grant_seconds"
    seconds: int


class SetUnlimited(Mutation):
    verb: Literal["set_unlimited"] = "set_unlimited"
    value: bool


class SetBanned(Mutation):
    verb: Literal["set_banned"] = "set_banned"
    value: bool


class ShowSettings(OperatorRequest[SettingsReport]):
    verb: Literal["show_settings"] = "show_settings"
    user: str


class ChangeSetting(OperatorRequest[SettingsReport]):
    """A change like those of `Mutation`, answered with all settings."""

    verb: Literal["change_setting"] = "change_setting"
    user: str
    name: str
    value: str | None
    """As it is typed; None takes the choice back."""
    request_id: str = Field(min_length=8, max_length=64)


class ForgetUser(OperatorRequest[ForgetReport]):
    """To forget twice is to forget once, so it needs no key."""

    verb: Literal["forget_user"] = "forget_user"
    user_id: Annotated[int, Field(ge=-MAX_USER_ID, le=-1)] | Annotated[int, Field(ge=1, le=MAX_USER_ID)]


class CheckStore(OperatorRequest[CheckReport]):
    verb: Literal["check_store"] = "check_store"
