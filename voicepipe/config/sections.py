"""What the operator can set: the sections, their keys, what each key accepts, and every key as data. All is frozen."""

from __future__ import annotations

import difflib
import json
import math
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin
from zoneinfo import ZoneInfo, available_timezones

from annotated_types import MinLen
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr
from pydantic.fields import FieldInfo

from voicepipe.errors import ConfigError

MASK = "********"
VARIABLE_PREFIX = "VOICEPIPE_"

_WHISPER_CODES = (
    "af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy id is"
    " it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk"
    " sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo zh yue"
)
SPEECH_LANGUAGES = frozenset(_WHISPER_CODES.split())
"""The language codes that Whisper models know."""


# --- kinds of values ----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Allowed:
    """Says in words what a key accepts, where its type does not say enough."""

    words: str


def did_you_mean(name: str, known: Iterable[str], spell: Callable[[str], str] = str) -> str:
    """The end of a message about an unknown name: the nearest known one, spelled; empty when none is near."""
    nearest = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {spell(nearest[0])}?" if nearest else ""


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(did_you_mean(name, available_timezones()).removeprefix("; "))
    return name


def _known_language(code: str) -> str:
    if code not in SPEECH_LANGUAGES:
        raise ValueError
    return code


def _known_language_or_auto(code: str) -> str:
    return code if code == "auto" else _known_language(code)


def _parse_servers(text: str) -> dict[int, tuple[str, int]]:
    """Data centre -> (host, port). Raises ValueError that says which item is wrong."""
    servers: dict[int, tuple[str, int]] = {}
    for item in filter(None, (item.strip() for item in text.split(","))):
        match = re.fullmatch(r"(?:(\d+)@)?(\[[0-9A-Fa-f:.]+\]|[^\s:@\[\]]+):(\d{1,5})", item)
        if match is None or not 0 < int(match[3]) < 65_536:
            raise ValueError(f"{item} is no HOST:PORT")
        dc = int(match[1] or 2)
        if dc in servers:
            raise ValueError(f"data centre {dc} is named twice")
        if not 1 <= dc <= 5:
            raise ValueError(f"data centre {dc} does not exist, they are 1 to 5")
        servers[dc] = (match[2].strip("[]"), int(match[3]))
    return servers


def _valid_servers(text: str) -> str:
    _parse_servers(text)
    return text


SIGN_IN = {
    "[telegram] api_id": "get it at https://my.telegram.org/apps",
    "[telegram] api_hash": "get it at https://my.telegram.org/apps",
    "[telegram] bot_token": "ask @BotFather for it with /newbot",
}
"""What signing in needs, and where it comes from. A wrong value of these is never shown: it may be another's secret."""

PUBLIC_KEY = re.compile(r"-----BEGIN (RSA )?PUBLIC KEY-----\s[A-Za-z0-9+/=\s]+-----END (RSA )?PUBLIC KEY-----\s*")


def _read_public_key(text: str) -> str:
    """The PEM itself, or the content of the file it names. Raises ValueError that says what is wrong with it."""
    pem = text.replace("\\n", "\n")  # environment files hold a PEM in one line
    if "-----BEGIN" not in pem:
        try:
            pem = Path(text).expanduser().read_text(encoding="ascii")
        except (OSError, ValueError) as error:
            raise ValueError(f"the file can't be read ({type(error).__name__})") from None
    if PUBLIC_KEY.fullmatch(pem.strip()) is None:
        raise ValueError("that is no public key in PEM form")
    return pem.strip() + "\n"


def _valid_public_key(text: str) -> str:
    if text:
        _read_public_key(text)
    return text


def _empty_to_none(value: object) -> object:
    return None if value == "" else value


TimeZone = Annotated[str, AfterValidator(_known_zone), Allowed("an IANA time zone such as Europe/Moscow")]
Language = Annotated[str, AfterValidator(_known_language), Allowed("a Whisper language code such as ru or en")]
LanguageOrAuto = Annotated[
    str, AfterValidator(_known_language_or_auto), Allowed('"auto" or a Whisper language code such as ru or en')
]
Servers = Annotated[
    str, AfterValidator(_valid_servers), Allowed("HOST:PORT, a list DC@HOST:PORT,DC@HOST:PORT, or nothing")
]
PublicKey = Annotated[str, AfterValidator(_valid_public_key), Allowed("a PEM file's path, the PEM itself, or nothing")]
ModelName = Annotated[str, MinLen(1), Allowed("a model's name such as base, a directory's path, or \"demo\"")]
Directory = Annotated[Path | None, BeforeValidator(_empty_to_none), Allowed("a directory's path, or nothing")]
BeamsByProfile = Annotated[
    Annotated[int, Field(ge=1, le=20)] | None,
    BeforeValidator(_empty_to_none),
    Allowed("a whole number from 1 to 20, or nothing"),
]
SwitchByProfile = Annotated[bool | None, BeforeValidator(_empty_to_none), Allowed("true or false, or nothing")]
ComputeType = Literal[
    "default",
    "auto",
    "int8",
    "int8_float32",
    "int8_float16",
    "int8_bfloat16",
    "int16",
    "float16",
    "bfloat16",
    "float32",
]


@dataclass(frozen=True, slots=True)
class _Profile:
    """What the keys that say nothing stand for."""

    beam_size: int
    short_context: bool
    limit_tokens: bool


_PROFILES = {
    "accurate": _Profile(beam_size=5, short_context=False, limit_tokens=False),
    "fast": _Profile(beam_size=1, short_context=True, limit_tokens=True),
}


# --- the sections -------------------------------------------------------------------------------------------------
class Section(BaseModel):
    """A table of `config.toml`."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        str_strip_whitespace=True,
        hide_input_in_errors=True,  # an input may be a secret
    )


class TelegramConfig(Section):
    """How the bot signs in to Telegram, and how it behaves there."""

    api_id: int = Field(0, ge=0, description="Application id from https://my.telegram.org/apps")
    api_hash: SecretStr = Field(SecretStr(""), description="Application hash from the same page")
    bot_token: SecretStr = Field(SecretStr(""), description="The bot's token from @BotFather")
    server: Servers = Field("", description="MTProto server to use instead of Telegram's own")
    server_key: PublicKey = Field("", description="That server's RSA public key")
    edit_interval_seconds: float = Field(
        3.0, ge=0, description="Shortest time between two progress edits in a private chat"
    )
    group_edit_interval_seconds: float = Field(6.0, ge=0, description="The same in a group")
    fetch_concurrency: int = Field(
        4, ge=1, le=16, description="How many recordings are downloaded from Telegram at once"
    )
    fetch_timeout_seconds: float = Field(600.0, gt=0, description="How long downloading one recording may take")
    request_timeout_seconds: float = Field(
        15.0, gt=0, description="How long to wait for Telegram's answer to a request"
    )
    probe_seconds: float = Field(
        20.0, gt=0, description="How often the connection is tested, and how long Telegram may take to answer the test"
    )
    max_message_age_hours: float = Field(
        24.0, gt=0, description="Recordings older than this are answered with an apology instead of their text"
    )
    all_media_in_groups: bool = Field(
        False, description="In groups, recognise audio files, videos and documents too, not only voice and video notes"
    )

    @property
    def bot_id(self) -> int:
        """A token begins with the id of its bot; 0 where it is none."""
        number = self.bot_token.get_secret_value().partition(":")[0]
        return int(number) if number.isdecimal() else 0

    @property
    def servers(self) -> dict[int, tuple[str, int]]:
        """`server` as data centre -> (host, port); empty for Telegram's own."""
        return _parse_servers(self.server)

    @property
    def server_key_pem(self) -> str:
        """`server_key` as PEM text, read from the file if it names one; empty for Telegram's own."""
        return _read_public_key(self.server_key) if self.server_key else ""


class QuotaConfig(Section):
    """How much a user may have recognised."""

    daily_seconds: int = Field(
        60, ge=0, le=86_400, description="Seconds of audio that a user may have recognised per day"
    )
    time_zone: TimeZone = Field("UTC", description="Time zone whose midnight begins a new quota day")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class LimitsConfig(Section):
    """What is accepted at all."""

    max_recording_seconds: int = Field(300, ge=1, le=86_400, description="Longest recording accepted, in seconds")
    max_file_mib: int = Field(512, ge=1, le=4096, description="Largest file accepted, in MiB")
    max_jobs: int = Field(
        100,
        ge=1,
        le=100_000,
        description="Recordings accepted and not yet answered, over all users; further senders are asked to try later",
    )
    max_jobs_per_user: int = Field(50, ge=1, le=100_000, description="How many of these may be one user's")
    min_free_disk_mib: int = Field(
        256, ge=0, description="Free disk space to keep; with less, new recordings are refused"
    )
    text_hint_interval_seconds: int = Field(
        3600, ge=0, description="Shortest time between two hints to a user who sends something other than recordings"
    )
    fetch_ahead: int = Field(
        8,
        ge=1,
        le=1000,
        description="How many recordings may be downloaded in advance, before a worker is free for them",
    )
    fetch_ahead_mib: int = Field(
        1024,
        ge=1,
        description="How many MiB of unfinished recordings may be on the disk; half for short ones, half for long ones",
    )


class RecognitionConfig(Section):
    """Which model recognises, and how."""

    model: ModelName = Field(
        "base",
        description='Model name (tiny, base, small, …), a directory, or "demo" for the bundled one',
    )
    device: Literal["cpu", "cuda", "auto"] = Field("cpu", description="Device that the model runs on")
    compute_type: ComputeType = Field(
        "auto", description="CTranslate2's number format; auto: int8 on a CPU, the best the device supports on a GPU"
    )
    language: LanguageOrAuto = Field("auto", description='Language of all recordings; "auto" detects it for each one')
    preferred_language: Language = Field("ru", description="Language assumed when detection is unsure")
    min_language_probability: float = Field(
        0.5, ge=0, le=1, description="Detection below this probability counts as unsure"
    )
    profile: Literal["accurate", "fast"] = Field(
        "accurate", description="Sets beam_size, short_context and limit_tokens where they are left empty"
    )
    beam_size: BeamsByProfile = Field(
        None,
        description="Beam width of the decoder: wider is slower and slightly better; empty: 5 (accurate), 1 (fast)",
    )
    short_context: SwitchByProfile = Field(
        None, description="Encode short speech without padding it to 30 s; empty: false (accurate), true (fast)"
    )
    limit_tokens: SwitchByProfile = Field(
        None, description="Allow only as many tokens as can be said in the time; empty: false (accurate), true (fast)"
    )
    vad: bool = Field(True, description="Skip silence, found by voice activity detection")
    condition_on_previous_text: bool = Field(
        False, description="Give the decoder the text so far of the same window (it may then repeat itself)"
    )

    @property
    def model_name(self) -> str:
        """What the records call the model: its name, or its directory's."""
        return Path(self.model).name

    @property
    def resolved_beam_size(self) -> int:
        """`beam_size`, or the profile's."""
        return _PROFILES[self.profile].beam_size if self.beam_size is None else self.beam_size

    @property
    def resolved_short_context(self) -> bool:
        """`short_context`, or the profile's."""
        return _PROFILES[self.profile].short_context if self.short_context is None else self.short_context

    @property
    def resolved_limit_tokens(self) -> bool:
        """`limit_tokens`, or the profile's."""
        return _PROFILES[self.profile].limit_tokens if self.limit_tokens is None else self.limit_tokens


class WorkersConfig(Section):
    """The processes that recognise."""

    count: int = Field(0, ge=0, le=64, description="Worker processes; 0: one per usable CPU, at most 3, or one per GPU")
    threads: int = Field(1, ge=1, le=64, description="CPU threads per worker")
    batch_size: int = Field(
        0,
        ge=0,
        le=64,
        description="Windows that a worker may decode together when many wait; 1: one by one; 0: 2 (fast: 4, GPU: 16)",
    )
    start_timeout_seconds: float = Field(120.0, gt=0, description="How long a worker may take to load its model")
    task_timeout_floor_seconds: float = Field(
        120.0, gt=0, description="Shortest deadline of a task, which is what a worker is given at once"
    )
    task_timeout_per_audio_second: float = Field(
        4.0, gt=0, description="Seconds allowed per second of a task's audio, where that is longer"
    )
    heartbeat_seconds: float = Field(2.0, gt=0, description="How often a worker reports that it is alive")
    backoff_base_seconds: float = Field(0.5, gt=0, description="First pause before a dead worker is restarted")
    backoff_cap_seconds: float = Field(30.0, gt=0, description="Longest pause after repeated deaths")
    max_failures: int = Field(
        5, ge=1, description="A worker that dies this often within the failure window is given up (FAILED)"
    )
    failure_window_seconds: float = Field(300.0, gt=0, description="Length of the failure window")
    max_deaths_per_recording: int = Field(
        2, ge=1, description="A recording is given up when the same part of it has killed this many workers"
    )
    recycle_rss_mib: int = Field(
        2048, ge=0, description="A worker that uses more resident memory than this is replaced when idle; 0: never"
    )
    recycle_jobs: int = Field(0, ge=0, description="A worker is replaced after this many recordings; 0: never")
    check_idle_seconds: float = Field(
        600.0, ge=0, description="A worker idle for this long must show that it can still decode; 0: never"
    )
    sandbox: bool = Field(
        True,
        description="Deny workers the network, other programs and all files but the recordings, where Linux can",
    )
    memory_limit_mib: int = Field(
        2048, ge=0, description="Memory that a worker on a CPU may use on top of its loaded model; 0: no limit"
    )
    tune_allocator: bool = Field(
        True, description="Let workers keep the memory that they need again and again (GNU C library only)"
    )

    @property
    def resolved_count(self) -> int:
        """How many workers to run: `count`, or for 0 the CPUs this process may use, at most 3."""
        return self.count or min(3, usable_cpus())


class ServiceConfig(Section):
    """Where the service keeps things, and how it ends."""

    state_dir: Directory = Field(
        None,
        description="Journal, records, session, spool, models; empty: $STATE_DIRECTORY, else ~/.local/state/voicepipe",
    )
    runtime_dir: Directory = Field(
        None, description="Directory of the control socket; empty: $RUNTIME_DIRECTORY, else the state directory"
    )
    stop_timeout_seconds: float = Field(
        30.0, ge=0, description="How long stopping waits for recordings that are being recognised"
    )
    transcript_retention_hours: int = Field(
        0, ge=0, description="How long a text is kept after its delivery; 0: not at all"
    )
    default_language: Literal["ru", "en"] = Field("ru", description="Language for users whose own is unknown")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Lowest level that is logged")
    log_format: Literal["text", "json"] = Field("text", description="Format of the log's lines")

    @property
    def state_path(self) -> Path:
        """The state directory; systemd may give several in $STATE_DIRECTORY, the first is ours."""
        if self.state_dir is not None:
            return self.state_dir.expanduser()
        if given := os.environ.get("STATE_DIRECTORY"):
            return Path(given.split(":")[0])
        home = os.environ.get("XDG_STATE_HOME")
        return (Path(home) if home else Path.home() / ".local" / "state") / "voicepipe"

    @property
    def runtime_path(self) -> Path:
        if self.runtime_dir is not None:
            return self.runtime_dir.expanduser()
        given = os.environ.get("RUNTIME_DIRECTORY")
        return Path(given.split(":")[0]) if given else self.state_path

    @property
    def models_path(self) -> Path:
        """Where `voicepipe model download` puts models."""
        return self.state_path / "models"

    @property
    def spool_path(self) -> Path:
        """Where recordings lie while they are recognised."""
        return self.state_path / "spool"

    @property
    def session_path(self) -> Path:
        """The Telegram client's session file; it holds the account's key."""
        return self.state_path / "bot.session"

    @property
    def socket_path(self) -> Path:
        return self.runtime_path / "control.sock"


class Config(Section):
    """The whole configuration."""

    telegram: TelegramConfig = TelegramConfig()
    quota: QuotaConfig = QuotaConfig()
    limits: LimitsConfig = LimitsConfig()
    recognition: RecognitionConfig = RecognitionConfig()
    workers: WorkersConfig = WorkersConfig()
    service: ServiceConfig = ServiceConfig()

    def require_telegram(self) -> None:
        """Raises ConfigError that names what is missing for signing in, and where it comes from."""
        missing = [setting for setting in SETTINGS if setting.name in SIGN_IN and not setting.value_in(self)]
        if missing:
            raise ConfigError("\n".join(_missing(setting) for setting in missing))

    def masked(self) -> dict[str, dict[str, Any]]:
        """Section -> key -> plain value, fit for printing: a secret is `********`, or empty when it is not set."""
        shown: dict[str, dict[str, Any]] = {}
        for setting in SETTINGS:
            shown.setdefault(setting.section, {})[setting.key] = setting.shown_in(self)
        return shown


# --- every key, as data ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Setting:
    """One key of the configuration, described."""

    section: str
    key: str
    info: FieldInfo = field(repr=False)

    @property
    def name(self) -> str:
        return f"[{self.section}] {self.key}"

    @property
    def variable(self) -> str:
        return f"{VARIABLE_PREFIX}{self.section}__{self.key}".upper()

    @property
    def credential(self) -> str:
        return f"{self.section}.{self.key}"

    @property
    def description(self) -> str:
        return self.info.description or ""

    @property
    def is_secret(self) -> bool:
        return self.info.annotation is SecretStr

    @property
    def allowed(self) -> str:
        """What it accepts, in words."""
        return _allowed(self.info)

    @property
    def default_toml(self) -> str:
        """The default as it is written in TOML."""
        return json.dumps(_plain(self.info.default), ensure_ascii=False)

    def value_in(self, config: Config) -> object:
        value = getattr(getattr(config, self.section), self.key)
        return value.get_secret_value() if isinstance(value, SecretStr) else value

    def shown_in(self, config: Config) -> str | int | float | bool:
        value = self.value_in(config)
        return MASK if self.is_secret and value else _plain(value)


def _missing(setting: Setting) -> str:
    places = f"config.toml, the variable {setting.variable} or the systemd credential {setting.credential}"
    return f"{setting.name} is missing: {SIGN_IN[setting.name]}, then put it into {places}"


def _plain(value: object) -> str | int | float | bool:
    match value:
        case None:
            return ""
        case SecretStr():
            return value.get_secret_value()
        case bool() | int() | float() | str():
            return value
    return str(value)


def _allowed(info: FieldInfo) -> str:
    for mark in info.metadata:
        if isinstance(mark, Allowed):
            return mark.words
    if get_origin(info.annotation) is Literal:
        return "one of " + ", ".join(json.dumps(choice) for choice in get_args(info.annotation))
    if info.annotation is bool:
        return "true or false"
    return _range(info) if info.annotation in (int, float) else "text"


def _range(info: FieldInfo) -> str:
    bound = {name: getattr(mark, name) for mark in info.metadata for name in ("ge", "gt", "le") if hasattr(mark, name)}
    kind = "a whole number" if info.annotation is int else "a number"
    if "gt" in bound:
        return f"{kind} above {bound['gt']}"
    return f"{kind} from {bound['ge']} to {bound['le']}" if "le" in bound else f"{kind} of at least {bound['ge']}"


def _settings() -> Iterator[Setting]:
    for section, outer in Config.model_fields.items():
        assert isinstance(outer.annotation, type)
        assert issubclass(outer.annotation, Section)
        for key, info in outer.annotation.model_fields.items():
            yield Setting(section, key, info)


SETTINGS = tuple(_settings())
"""Every key, in the order of `config.toml`."""


# --- the machine ----------------------------------------------------------------------------------------------------
def usable_cpus(cgroups: Path = Path("/sys/fs/cgroup"), membership: Path = Path("/proc/self/cgroup")) -> int:
    """CPUs this process may use at once: its affinity, or its cgroup's quota where that is less (at least 1).

    A quota is rounded down: one more process than it covers makes the kernel pause them all, the supervisor too.
    """
    return max(1, math.floor(min(len(os.sched_getaffinity(0)), _cpu_quota(cgroups, membership))))


def _cpu_quota(cgroups: Path, membership: Path) -> float:
    """CPUs that cgroup v2 grants: the least of `cpu.max` from our group up to the root; infinite if none says."""
    try:
        own = next(line[3:] for line in membership.read_text().splitlines() if line.startswith("0::"))
    except (OSError, StopIteration):
        return math.inf
    group = cgroups / own.strip("/")
    return min(_quota_of(path) for path in (group, *group.parents) if path.is_relative_to(cgroups))


def _quota_of(group: Path) -> float:
    try:
        quota, period = (group / "cpu.max").read_text().split()
        return int(quota) / int(period)
    except (OSError, ValueError):  # no such file, or "max"
        return math.inf
