"""What the operator can set: the sections and their keys. All is frozen.

A key marked `RELOADABLE` may change while the service runs, see `live`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from voicepipe.config.alerts import AlertsConfig
from voicepipe.config.answers import AnswersConfig
from voicepipe.config.base import RELOADABLE, Section
from voicepipe.config.files import StateFiles
from voicepipe.config.kinds import (
    BeamsByProfile,
    ComputeType,
    Directory,
    EngineName,
    Language,
    LanguageOrAuto,
    Languages,
    ModelName,
    Names,
    Pairs,
    PublicKey,
    Servers,
    SwitchByProfile,
    Users,
    parse_servers,
    read_public_key,
)
from voicepipe.config.monitoring import MonitoringConfig
from voicepipe.config.payments import PaymentsConfig
from voicepipe.config.processing import ProcessingConfig
from voicepipe.config.proxy import Proxy, ProxyAddress, parse_proxy
from voicepipe.config.quota import QuotaConfig
from voicepipe.config.remote import RemoteConfig
from voicepipe.machine import usable_cpus


@dataclass(frozen=True, slots=True)
class _Profile:
    """What the keys that say nothing stand for."""

    beam_size: int
    short_context: bool
    limit_tokens: bool


_PROFILES = {
    "accurate": _Profile(beam_size=5, short_context=False, limit_tokens=True),
    "balanced": _Profile(beam_size=5, short_context=True, limit_tokens=True),
    "fast": _Profile(beam_size=1, short_context=True, limit_tokens=True),
}


class TelegramConfig(Section):
    """How the bot signs in to Telegram, and how it behaves there."""

    api_id: int = Field(0, ge=0, description="Application id from https://my.telegram.org/apps")
    api_hash: SecretStr = Field(SecretStr(""), description="Application hash from https://my.telegram.org/apps")
    bot_token: SecretStr = Field(SecretStr(""), description="The bot's token from @BotFather")
    server: Servers = Field("", description="MTProto server to use instead of Telegram's own")
    server_key: PublicKey = Field("", description="That server's RSA public key")
    proxy: Proxy = Field(SecretStr(""), description="Proxy to reach Telegram through, and to download models through")
    ipv6: bool = Field(False, description="Reach Telegram at its addresses of IPv6")
    edit_interval_seconds: float = Field(
        3.0, ge=0, description="Shortest time between two progress edits in a private chat, in seconds"
    )
    group_edit_interval_seconds: float = Field(
        6.0, ge=0, description="Shortest time between two progress edits in a group, in seconds"
    )
    fetch_concurrency: int = Field(
        4, ge=1, le=16, description="How many recordings are downloaded from Telegram at once"
    )
    fetch_timeout_seconds: float = Field(
        600.0, gt=0, description="How long downloading one recording may take, in seconds"
    )
    request_timeout_seconds: float = Field(
        15.0, gt=0, description="How long to wait for Telegram's answer to a request, in seconds"
    )
    probe_seconds: float = Field(
        20.0,
        gt=0,
        description="How often the connection is tested, and how long Telegram may take to answer the test, in seconds",
    )
    max_message_age_hours: float = Field(
        24.0,
        gt=0,
        json_schema_extra=RELOADABLE,
        description="Recordings older than this, in hours, are answered with an apology instead of their text",
    )
    all_media_in_groups: bool = Field(
        False,
        json_schema_extra=RELOADABLE,
        description="In groups, recognise audio files, videos and documents too, not only voice and video notes",
    )
    administrators: Users = Field(
        (), json_schema_extra=RELOADABLE, description="Telegram ids of those who run the bot in the chat, by /admin"
    )
    broadcast_per_second: float = Field(
        20.0,
        ge=1,
        le=30,
        json_schema_extra=RELOADABLE,
        description="How many people a broadcast of an administrator's is sent to in a second",
    )
    set_profile: bool = Field(
        True,
        description="At the start, set the texts of the bot's profile (about, description) in all its languages",
    )

    @property
    def bot_id(self) -> int:
        """A token begins with the id of its bot; 0 where it is none."""
        number = self.bot_token.get_secret_value().partition(":")[0]
        return int(number) if number.isdecimal() else 0

    @property
    def proxy_address(self) -> ProxyAddress | None:
        return parse_proxy(self.proxy.get_secret_value())

    @property
    def servers(self) -> dict[int, tuple[str, int]]:
        """`server` as data centre -> (host, port); empty for Telegram's own."""
        return parse_servers(self.server)

    @property
    def server_key_pem(self) -> str:
        """`server_key` as PEM text, read from the file if it names one; empty for Telegram's own."""
        return read_public_key(self.server_key) if self.server_key else ""


class LimitsConfig(Section):
    """What is accepted at all."""

    max_recording_seconds: int = Field(
        300, ge=1, le=86_400, json_schema_extra=RELOADABLE, description="Longest recording accepted, in seconds"
    )
    max_file_mib: int = Field(
        512, ge=1, le=4096, json_schema_extra=RELOADABLE, description="Largest file accepted, in MiB"
    )
    max_jobs: int = Field(
        100,
        ge=1,
        le=100_000,
        json_schema_extra=RELOADABLE,
        description="Recordings accepted and not yet answered, over all users; further senders are asked to try later",
    )
    max_jobs_per_user: int = Field(
        50,
        ge=1,
        le=100_000,
        json_schema_extra=RELOADABLE,
        description="How many of the recordings not yet answered may be one user's",
    )
    recordings_per_minute: int = Field(
        60,
        ge=0,
        le=10_000,
        json_schema_extra=RELOADABLE,
        description="Recordings that a user may send in a minute; 0: any number",
    )
    commands_per_minute: int = Field(
        30,
        ge=0,
        le=10_000,
        json_schema_extra=RELOADABLE,
        description="Commands and presses of buttons that a user may make in a minute; 0: any number",
    )
    min_free_disk_mib: int = Field(
        256,
        ge=0,
        json_schema_extra=RELOADABLE,
        description="Free disk space to keep, in MiB; with less, new recordings are refused",
    )
    text_hint_interval_seconds: int = Field(
        3600,
        ge=0,
        json_schema_extra=RELOADABLE,
        description="Shortest time between two hints to a user who sends something other than recordings, in seconds",
    )
    fetch_ahead: int = Field(
        8,
        ge=1,
        le=1000,
        json_schema_extra=RELOADABLE,
        description="How many recordings may be downloaded in advance, before a worker is free for them",
    )
    fetch_ahead_mib: int = Field(
        1024,
        ge=1,
        json_schema_extra=RELOADABLE,
        description="How many MiB of unfinished recordings may be on the disk; half for short ones, half for long ones",
    )


class RecognitionConfig(Section):
    """What recognises, and how."""

    engine: EngineName = Field(
        "whisper", description='The engine: "whisper" (faster-whisper), or an importable module with one of your own'
    )
    model: ModelName = Field(
        "base",
        description='The model: a name (tiny, base, small, medium, …), a directory, or "demo" for the bundled one',
    )
    device: Literal["cpu", "cuda", "auto"] = Field("cpu", description="Device that the model runs on")
    compute_type: ComputeType = Field(
        "auto", description="CTranslate2's number format; auto: int8 on a CPU, the best the device supports on a GPU"
    )
    language: LanguageOrAuto = Field(
        "auto", description='Language of recordings whose sender has chosen none; "auto" detects it for each one'
    )
    languages: Languages = Field((), description="Languages that detection chooses among; []: all that the model knows")
    preferred_language: Language = Field("ru", description="Language assumed when detection is unsure")
    min_language_probability: float = Field(
        0.5, ge=0, le=1, description="Detection below this probability counts as unsure"
    )
    profile: Literal["accurate", "balanced", "fast"] = Field(
        "accurate", description="Sets beam_size, short_context and limit_tokens where they are left empty"
    )
    model_source: str = Field(
        "", description="Where models are downloaded from: another hub's address, or a directory of models"
    )
    beam_size: BeamsByProfile = Field(
        None,
        description="Beam width of the decoder: wider is slower and slightly better; empty: 5 (fast: 1)",
    )
    short_context: SwitchByProfile = Field(
        None, description="Encode speech without padding it to 30 s, in windows of 13 s; empty: true (accurate: false)"
    )
    limit_tokens: SwitchByProfile = Field(
        None, description="Refuse a text that is longer than can be said in the time; empty: true"
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


class PreferencesConfig(Section):
    """What users, and the administrators of groups, choose for themselves with /settings."""

    defaults: Pairs = Field(
        "", json_schema_extra=RELOADABLE, description="What applies to whoever has not chosen, by the preference's name"
    )
    locked: Names = Field(
        "", json_schema_extra=RELOADABLE, description="Preferences that nobody chooses: the default applies to all"
    )


class WorkersConfig(Section):
    """The processes that recognise."""

    count: int = Field(0, ge=0, le=64, description="Worker processes; 0: one per usable CPU, at most 3, or one per GPU")
    express: int = Field(
        1,
        ge=0,
        le=8,
        description="Worker processes beside these, for short recordings only; fewer where memory is short, 0 on GPUs",
    )
    threads: int = Field(1, ge=1, le=64, description="CPU threads per worker")
    batch_size: int = Field(
        0,
        ge=0,
        le=64,
        description="Windows that a worker may decode together when many wait; 1: one by one; 0: 2 (fast: 4, GPU: 16)",
    )
    start_timeout_seconds: float = Field(
        120.0, gt=0, description="How long a worker may take to load its model, in seconds"
    )
    task_timeout_floor_seconds: float = Field(
        120.0, gt=0, description="Shortest deadline of a task, which is what a worker is given at once, in seconds"
    )
    task_timeout_per_audio_second: float = Field(
        4.0, gt=0, description="Seconds allowed per second of a task's audio, where that is longer"
    )
    heartbeat_seconds: float = Field(2.0, gt=0, description="How often a worker reports that it is alive, in seconds")
    backoff_base_seconds: float = Field(
        0.5, gt=0, description="First pause before a dead worker is restarted, in seconds"
    )
    backoff_cap_seconds: float = Field(
        30.0, gt=0, description="Longest pause before a worker is restarted, after repeated deaths, in seconds"
    )
    max_failures: int = Field(
        5, ge=1, description="A worker that dies this often within the failure window is given up (FAILED)"
    )
    failure_window_seconds: float = Field(300.0, gt=0, description="Length of the failure window, in seconds")
    max_deaths_per_recording: int = Field(
        2, ge=1, description="A recording is given up when the same part of it has killed this many workers"
    )
    recycle_rss_mib: int = Field(
        2048,
        ge=0,
        description="A worker that uses more MiB of resident memory than this is replaced when idle; 0: never",
    )
    recycle_tasks: int = Field(0, ge=0, description="A worker is replaced after this many tasks; 0: never")
    check_idle_seconds: float = Field(
        600.0, ge=0, description="A worker idle for this many seconds must show that it can still decode; 0: never"
    )
    sandbox: bool = Field(
        True,
        description="Deny workers the network, other programs and all files but the recordings, where Linux can",
    )
    memory_limit_mib: int = Field(
        2048, ge=0, description="MiB of memory that a worker on a CPU may use on top of its loaded model; 0: no limit"
    )
    tune_allocator: bool = Field(
        True,
        description="Let workers keep, while busy, the memory that they need again and again (GNU C library only)",
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
        30.0,
        ge=0,
        json_schema_extra=RELOADABLE,
        description="How long stopping waits for recordings that are being recognised, in seconds",
    )
    transcript_retention_hours: int = Field(
        24,
        ge=0,
        json_schema_extra=RELOADABLE,
        description="How many hours a text is kept after its delivery, for the buttons under it; 0: not at all",
    )
    default_language: Literal["ru", "en", "uk", "be", "kk", "uz", "de", "es", "pt", "fr", "it", "tr"] = Field(
        "ru", json_schema_extra=RELOADABLE, description="Language for users whose own is unknown"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", json_schema_extra=RELOADABLE, description="Lowest level that is logged"
    )
    log_format: Literal["auto", "text", "json"] = Field(
        "auto", json_schema_extra=RELOADABLE, description="Format of the log's lines; auto: json in systemd's journal"
    )

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
    def files(self) -> StateFiles:
        """The files in the state directory."""
        return StateFiles(self.state_path)

    @property
    def socket_path(self) -> Path:
        return self.runtime_path / "control.sock"


class Config(Section):
    """The whole configuration."""

    telegram: TelegramConfig = TelegramConfig()
    quota: QuotaConfig = QuotaConfig()
    payments: PaymentsConfig = PaymentsConfig()
    limits: LimitsConfig = LimitsConfig()
    recognition: RecognitionConfig = RecognitionConfig()
    preferences: PreferencesConfig = PreferencesConfig()
    answers: AnswersConfig = AnswersConfig()
    processing: ProcessingConfig = ProcessingConfig()
    alerts: AlertsConfig = AlertsConfig()
    workers: WorkersConfig = WorkersConfig()
    remote: RemoteConfig = RemoteConfig()
    monitoring: MonitoringConfig = MonitoringConfig()
    service: ServiceConfig = ServiceConfig()
