"""What the operator can set, section by section.

Sources, the later winning over the earlier: built-in defaults, `config.toml`, environment variables
`VOICEPIPE_SECTION__KEY`, and files named `section.key` in systemd's credentials directory. Everything is validated at
once; an unknown key is an error that suggests the nearest known one. The result is frozen.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class Section(BaseModel):
    """A table of `config.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class TelegramConfig(Section):
    """How the bot signs in to Telegram, and its manners there."""

    api_id: int = Field(0, ge=0, description="Application id from https://my.telegram.org/apps")
    api_hash: SecretStr = Field(SecretStr(""), description="Application hash from the same page")
    bot_token: SecretStr = Field(SecretStr(""), description="Token that @BotFather gave for the bot")
    server: str = Field(
        "",
        description="Another MTProto server: HOST:PORT, or a list DC@HOST:PORT,DC@HOST:PORT; empty means Telegram's own",
    )
    server_key: str = Field("", description="That server's RSA public key: a PEM file's path, or the PEM itself")
    edit_interval_seconds: float = Field(3.0, ge=0, description="Least time between two progress edits in a private chat")
    group_edit_interval_seconds: float = Field(6.0, ge=0, description="The same in a group")
    fetch_concurrency: int = Field(4, ge=1, le=16, description="Recordings fetched from Telegram at the same time")
    fetch_timeout_seconds: float = Field(600.0, gt=0, description="Longest time one recording may take to fetch")
    request_timeout_seconds: float = Field(15.0, gt=0, description="Longest wait for one answer of Telegram")
    max_message_age_hours: float = Field(24.0, gt=0, description="Older recordings are answered with an apology")


class QuotaConfig(Section):
    """How much a user may have recognised."""

    daily_seconds: int = Field(60, ge=0, le=86_400, description="Seconds of audio a user may have recognised per day")
    time_zone: str = Field("UTC", description="IANA time zone at whose midnight the quota day turns, as Europe/Moscow")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class LimitsConfig(Section):
    """What is accepted at all."""

    max_recording_seconds: int = Field(300, ge=1, le=86_400, description="Longest recording accepted, in seconds")
    max_file_mib: int = Field(512, ge=1, le=4096, description="Largest file accepted, in MiB")
    max_jobs: int = Field(100, ge=1, le=100_000, description="Jobs admitted and not yet answered, over all users")
    min_free_disk_mib: int = Field(256, ge=0, description="Free disk space kept; below it new recordings are refused")
    text_hint_interval_seconds: int = Field(3600, ge=0, description="Least time between two hints to one user who sends text")


class RecognitionConfig(Section):
    """Which model recognises, and how."""

    model: str = Field("base", description='Model name (tiny, base, small, …), a directory, or "demo" for the bundled one')
    device: Literal["cpu", "cuda", "auto"] = Field("cpu", description="Where the model computes")
    compute_type: str = Field("int8", description="CTranslate2 compute type, as int8, int8_float32, float16, float32")
    language: str = Field("auto", description='Language code of all recordings, or "auto" to detect it for each')
    preferred_language: str = Field("ru", description="Language assumed where detection is unsure")
    min_language_probability: float = Field(0.5, ge=0, le=1, description="Below this, detection counts as unsure")
    beam_size: int = Field(5, ge=1, le=20, description="Beams of the decoder: more is slower and slightly better")
    vad: bool = Field(True, description="Skip silence with voice activity detection")
    condition_on_previous_text: bool = Field(False, description="Feed earlier text to the decoder (invites repetition)")


class WorkersConfig(Section):
    """The processes that recognise."""

    count: int = Field(0, ge=0, le=64, description="Worker processes; 0 means the CPUs it may use, at most 3")
    threads: int = Field(1, ge=1, le=64, description="CPU threads of each worker's model")
    start_timeout_seconds: float = Field(120.0, gt=0, description="Longest time a worker may take to load its model")
    task_timeout_floor_seconds: float = Field(120.0, gt=0, description="Shortest deadline of a recording")
    task_timeout_per_audio_second: float = Field(4.0, gt=0, description="Deadline per second of audio above the floor")
    heartbeat_seconds: float = Field(2.0, gt=0, description="How often a worker says that its process lives")
    backoff_base_seconds: float = Field(0.5, gt=0, description="First pause before a dead worker is started again")
    backoff_cap_seconds: float = Field(30.0, gt=0, description="Longest such pause")
    max_failures: int = Field(5, ge=1, description="Deaths within the failure window that make a worker FAILED")
    failure_window_seconds: float = Field(300.0, gt=0, description="The failure window")
    max_deaths_per_recording: int = Field(2, ge=1, description="Worker deaths after which a recording is given up")
    recycle_rss_mib: int = Field(2048, ge=0, description="A worker above this resident memory is replaced when idle; 0: never")
    recycle_jobs: int = Field(0, ge=0, description="A worker is replaced after this many recordings; 0: never")


class ServiceConfig(Section):
    """Where the service keeps things, and how it ends."""

    state_dir: Path | None = Field(
        None,
        description="Journal, records, session, spool and models; default $STATE_DIRECTORY, else ~/.local/state/voicepipe",
    )
    runtime_dir: Path | None = Field(
        None, description="The control socket; default $RUNTIME_DIRECTORY, else the state directory"
    )
    stop_timeout_seconds: float = Field(30.0, ge=0, description="Longest wait for running recordings when stopping")
    default_language: Literal["ru", "en"] = Field("ru", description="Language of users whose own is unknown")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least severity that is logged")
    log_format: Literal["text", "json"] = Field("text", description="Shape of the log's lines")


class Config(Section):
    """The whole configuration."""

    telegram: TelegramConfig = TelegramConfig()
    quota: QuotaConfig = QuotaConfig()
    limits: LimitsConfig = LimitsConfig()
    recognition: RecognitionConfig = RecognitionConfig()
    workers: WorkersConfig = WorkersConfig()
    service: ServiceConfig = ServiceConfig()
