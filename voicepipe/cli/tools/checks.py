"""The checks that `voicepipe doctor` makes: whether something that the service needs is here, and what to do if not."""

from __future__ import annotations

import asyncio
import os
import tomllib
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from voicepipe.cli.tools.configuration import require_preferences, require_token_form
from voicepipe.cli.tools.words import show_duration, show_size
from voicepipe.errors import ConfigError, VoicepipeError
from voicepipe.machine import free_bytes

if TYPE_CHECKING:
    from voicepipe.config import Config

CLOCK_TOLERANCE_SECONDS = 30.0
MESSAGE_SERVER_SECONDS = 6.0
_SANE_YEARS = range(2025, 2100)
_TAKEN = {0o007: "o-rwx", 0o077: "go-rwx"}


class Verdict(StrEnum):
    OK = "ok"
    NOTE = "note"
    """It works, but deserves a look."""
    BAD = "bad"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist."""

    name: str
    verdict: Verdict
    found: str
    advice: str = ""
    """What to do; always there when the verdict is BAD."""


async def make_checks(path: Path | None, offline: bool, *, is_worker: bool = False) -> AsyncIterator[Check]:
    """One check after the other, as each is made; an invalid configuration is the only one. `path` is its file.

    `is_worker`: of a machine that works for a service elsewhere, and needs nothing of Telegram's.
    """
    from voicepipe.config.loading import find_config_file, load_config

    try:
        config = load_config(path)
    except ConfigError as error:
        yield Check("configuration", Verdict.BAD, "not valid; nothing else was checked", str(error))
        return
    file = find_config_file(path)
    yield Check("configuration", Verdict.OK, f"{file} is valid" if file else "no file; the defaults hold")
    service = await _service(config)
    is_guest = service.verdict in (Verdict.OK, Verdict.NOTE) and _is_guest(config)
    for check in _unseen("secrets", "state", "file modes") if is_guest else _files(config, file):
        if not (is_worker and check.name == "secrets"):
            yield check
    yield _disk(config)
    yield _clock()
    for check in (*_monitoring(config), *_processing(config)):
        yield check
    if config.remote.server and not is_guest:
        yield await _message_server(config)
    for check in (
        _unseen("model", "telegram")
        if is_guest
        else [*await _recognising(config, is_worker), await _telegram(config, offline or is_worker)]
    ):
        yield check
    if not is_worker:
        yield service
    elif not config.remote.server:
        yield Check("message server", Verdict.BAD, "none is set", "Set [remote] server: systemd/REMOTE.md")


def _files(config: Config, file: Path | None) -> list[Check]:
    return [*_preferences(config), _secrets(config), _state_directory(config), _file_modes(config, file)]


def _preferences(config: Config) -> list[Check]:
    """Nothing to say where all is right."""
    try:
        require_preferences(config)
    except ConfigError as error:
        return [Check("preferences", Verdict.BAD, "the section names what is none", str(error))]
    return []


def _unseen(*names: str) -> list[Check]:
    """What a member of the service's group can't look at; that the service runs shows that it is there."""
    found = "for root and the service's user only: sudo voicepipe doctor"
    return [Check(name, Verdict.SKIPPED, found) for name in names]


def _is_guest(config: Config) -> bool:
    """Whether this is a user who may ask the service and not look at its files: a member of its group."""
    from voicepipe.config.owner import is_out_of_reach

    return os.geteuid() != 0 and is_out_of_reach(config.service.state_path)


def _secrets(config: Config) -> Check:
    from voicepipe.config.keys import require_telegram

    try:
        require_telegram(config)
    except ConfigError as error:
        return Check("secrets", Verdict.BAD, "missing", str(error))
    try:
        require_token_form(config)
    except ConfigError as error:
        return Check("secrets", Verdict.BAD, "the bot_token is none", str(error))
    return Check("secrets", Verdict.OK, "api_id, api_hash and bot_token are set")


def _state_directory(config: Config) -> Check:
    from voicepipe.config.owner import describe, misfits, owner_of, remedy, user_name

    name, directory = "state", config.service.state_path
    nearest = _nearest(directory)
    if not nearest.is_dir():
        return Check(name, Verdict.BAD, f"{nearest} is no directory", "Set [service] state_dir to another place")
    if not os.access(nearest, os.R_OK | os.W_OK | os.X_OK):
        advice = "Run the command as the service's user, or set [service] state_dir to a directory of your own"
        return Check(name, Verdict.BAD, f"this user may not write in {nearest}", advice)
    if nearest != directory:
        return Check(name, Verdict.OK, f"{directory} will be made")
    if found := misfits(config.service):
        return Check(name, Verdict.BAD, f"the service can't use {describe(found)}", remedy(directory, found))
    owner = owner_of(directory)
    whose = "" if owner is None or owner.is_me else f" for its user, {user_name(owner.uid)}"
    return Check(name, Verdict.OK, f"{directory} is writable{whose}")


def _file_modes(config: Config, file: Path | None) -> Check:
    """Whether others may read the account's key, the texts waiting for delivery, or the token."""
    limits = [(config.service.files.session, 0o077)]
    if config.service.state_path.is_dir():
        limits.append((config.service.state_path, 0o007))
    if file and _holds_secret(file):
        limits.append((file, 0o007))  # a service's group may read it: /etc is often so
    exposed = [f"chmod {_TAKEN[bits]} {path}" for path, bits in limits if _mode(path) & bits]
    if exposed:
        return Check("file modes", Verdict.NOTE, "others may read secrets", "\n".join(exposed))
    return Check("file modes", Verdict.OK, "no secret is readable for others")


def _disk(config: Config) -> Check:
    free = free_bytes(_nearest(config.service.state_path))
    least = config.limits.min_free_disk_mib * 2**20
    found = f"{show_size(free)} free; recordings are refused below {show_size(least)}"
    advice = "Free some space, or lower [limits] min_free_disk_mib"
    if free < least:
        return Check("disk", Verdict.BAD, found, advice)
    return Check("disk", Verdict.NOTE, found, advice) if free < 2 * least else Check("disk", Verdict.OK, found)


def _clock() -> Check:
    now = datetime.now(UTC)
    if now.year in _SANE_YEARS:
        return Check("clock", Verdict.OK, f"{now:%Y-%m-%d %H:%M} UTC")
    return Check("clock", Verdict.BAD, f"it says {now:%Y-%m-%d}", "Set the clock, as with: timedatectl set-ntp true")


async def _recognising(config: Config, is_worker: bool) -> list[Check]:
    """What recognises on this machine, or opens recordings for those that do."""
    return await _opening(config) if config.remote.only and not is_worker else await _model(config)


async def _opening(config: Config) -> list[Check]:
    from voicepipe.cli.tools.recognition import check_opening

    try:
        load_seconds, unguarded = await check_opening(config)
    except VoicepipeError as error:
        return [Check("workers", Verdict.BAD, "none can be started that opens recordings", str(error))]
    found = f"none is needed: this machine opens recordings (its worker starts in {load_seconds:.1f} s)"
    advice = "Other machines recognise; `voicepipe workers hosts` says which are there"
    return [Check("model", Verdict.NOTE, found, advice), _sandbox(config.workers.sandbox, unguarded)]


async def _model(config: Config) -> list[Check]:
    """Whether the model recognises a clip, and whether the worker that did it was sandboxed."""
    from voicepipe.cli.tools.recognition import check_model
    from voicepipe.models import DEMO, DEMO_NOTE

    name = config.recognition.model
    try:
        report = await check_model(config)
    except VoicepipeError as error:
        return [Check("model", Verdict.BAD, f"{name} can't be used", str(error))]
    found = (
        f"{name} loads in {report.load_seconds:.1f} s; "
        f"a clip of {report.clip_seconds:.1f} s took {report.compute_seconds:.1f} s of CPU time"
    )
    is_demo = name == DEMO
    model = Check("model", Verdict.NOTE if is_demo else Verdict.OK, found, DEMO_NOTE if is_demo else "")
    return [model, _sandbox(config.workers.sandbox, report.unguarded)]


def _sandbox(is_wanted: bool, unguarded: str) -> Check:
    if not is_wanted:
        return Check(
            "sandbox", Verdict.NOTE, "switched off", "Set [workers] sandbox = true: workers open strangers' files"
        )
    if unguarded:
        advice = "Install libseccomp (Debian: libseccomp2), and for `reading` run Linux 5.13 or later with Landlock"
        return Check("sandbox", Verdict.NOTE, f"workers can't be kept from: {', '.join(unguarded.split())}", advice)
    return Check("sandbox", Verdict.OK, "workers have no network, no programs, and no files but those handed to them")


async def _telegram(config: Config, offline: bool) -> Check:
    if offline:
        return Check("telegram", Verdict.SKIPPED, "not tried (--offline)")
    from voicepipe.config.keys import require_telegram

    try:
        require_telegram(config)
        require_token_form(config)
    except ConfigError:
        return Check("telegram", Verdict.SKIPPED, "not tried: see secrets")
    from voicepipe.telegram import check_sign_in, try_legs

    try:
        await try_legs(config.telegram)
        report = await check_sign_in(config)
    except VoicepipeError as error:
        return Check("telegram", Verdict.BAD, "the bot can't sign in", str(error))
    found = f"signed in as @{report.username}"
    if abs(report.clock_skew_seconds) > CLOCK_TOLERANCE_SECONDS:
        direction = "behind" if report.clock_skew_seconds > 0 else "ahead of"
        found += f"; this clock is {show_duration(abs(report.clock_skew_seconds))} {direction} Telegram's"
        return Check("telegram", Verdict.NOTE, found, "Set the clock, as with: timedatectl set-ntp true")
    return Check("telegram", Verdict.OK, found)


def _monitoring(config: Config) -> list[Check]:
    """Nothing to say where nobody is to look."""
    wanted = {"h11": "metrics", "prometheus_client": "metrics"} if config.monitoring.listen else {}
    wanted |= {"sentry_sdk": "sentry"} if config.monitoring.sentry_dsn.get_secret_value() else {}
    missing = sorted({extra for module, extra in wanted.items() if find_spec(module) is None})
    if missing:
        advice = f"Install them (`scripts/setup {' '.join(missing)}`), or leave the keys under [monitoring] empty"
        return [Check("monitoring", Verdict.BAD, f"extras are not installed: {', '.join(missing)}", advice)]
    places = [config.monitoring.listen, "errors to a tracker" if "sentry_sdk" in wanted else ""]
    return [Check("monitoring", Verdict.OK, ", ".join(filter(None, places)))] if wanted else []


def _processing(config: Config) -> list[Check]:
    """Nothing to say where nothing is made of texts."""
    if not config.processing.enabled:
        return []
    from voicepipe.processing.desk import terms_of

    try:
        terms = terms_of(config.processing, is_shut_in=config.workers.sandbox)
    except ConfigError as error:
        return [Check("processing", Verdict.BAD, str(error), "Mend the keys under [processing]")]
    found = "key sentences" if terms.model is None else f"the language model {terms.model.name}"
    return [Check("processing", Verdict.OK, found)]


async def _message_server(config: Config) -> Check:
    """Whether this machine is let in; what it says there is nothing."""
    from voicepipe.wire.post import Post
    from voicepipe.wire.remote import to_host
    from voicepipe.workers.remote.fleet import address_of

    name, server = "message server", config.remote.server
    subject = to_host(config.remote.host or "doctor")
    post = Post(address_of(config.remote), "doctor", subject, hear=lambda *_: None, on_change=lambda *_: None)
    try:
        await post.start()
        with suppress(TimeoutError):
            async with asyncio.timeout(MESSAGE_SERVER_SECONDS):
                while not post.is_up:  # noqa: ASYNC110  it is asked once
                    await asyncio.sleep(0.05)
        if post.is_up:
            return Check(name, Verdict.OK, f"{server} lets this machine in")
        trouble = post.trouble or "no answer"
        advice = "Look at [remote] server, credentials and ca, and whether the server runs: systemd/REMOTE.md"
        return Check(name, Verdict.BAD, f"{server} can't be used: {trouble}", advice)
    except ConfigError as error:
        return Check(name, Verdict.BAD, "it can't be used", str(error))
    finally:
        await post.stop(0.0)


async def _service(config: Config) -> Check:
    from voicepipe.control.client import ControlClient, NoService
    from voicepipe.control.messages import ShowStatus

    try:
        status = await ControlClient(config.service.socket_path).perform(ShowStatus())
    except NoService:
        return Check("service", Verdict.SKIPPED, f"not running; start it with: {_start_command(config)}")
    except VoicepipeError as error:
        return Check("service", Verdict.BAD, "it does not answer", str(error))
    able = [worker for worker in status.workers if worker.state in ("idle", "busy")]
    found = (
        f"running for {show_duration(status.uptime_seconds or 0)}, {len(able)} of {len(status.workers)} workers able"
    )
    return Check("service", Verdict.OK if able else Verdict.NOTE, found, "" if able else "See the service's log")


def _start_command(config: Config) -> str:
    from voicepipe.config.owner import owner_of

    owner = owner_of(config.service.state_path)
    if owner is None or owner.is_me:
        return "voicepipe run"
    return "sudo systemctl start voicepipe (refused after many failures, until: sudo systemctl reset-failed voicepipe)"


def _nearest(directory: Path) -> Path:
    """The directory itself, or the innermost of its parents that exists."""
    return next(path for path in (directory, *directory.absolute().parents) if _mode(path))


def _mode(path: Path) -> int:
    """The file's type and permissions; 0 where it is not there, or not to be seen."""
    try:
        return path.stat().st_mode
    except OSError:
        return 0


def _holds_secret(file: Path) -> bool:
    try:
        telegram = tomllib.loads(file.read_text(encoding="utf-8")).get("telegram", {})
    except (OSError, ValueError):
        return False
    return bool(telegram.get("api_hash") or telegram.get("bot_token"))
