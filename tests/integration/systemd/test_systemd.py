"""The systemd units: understood, locked in, in step with the program. test_install.py runs the service under them."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.places import ROOT
from tests.support.small_systemd import read_unit, seconds, system_calls
from voicepipe.config import Config
from voicepipe.config.keys import SETTINGS, SIGN_IN
from voicepipe.config.live import LiveConfig
from voicepipe.errors import ConfigError, DiskFull, TelegramUnavailable
from voicepipe.events import RecordsCatchingUp
from voicepipe.systemd import (
    CHECK_TIMEOUT_SECONDS,
    EXTENSION_SECONDS,
    RECORDS_PATIENCE_SECONDS,
    Health,
    extend_start,
)

REPOSITORY = ROOT
UNITS = REPOSITORY / "systemd"
UNIT = UNITS / "voicepipe.service"
MOST_EXPOSURE = 15
"""Tenths, as systemd-analyze counts them for a threshold."""

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")


# --- the units ----------------------------------------------------------------------------------------------------
@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units, with a command that exists."""
    for unit in [*UNITS.glob("*.service"), *UNITS.glob("*.timer")]:
        text = unit.read_text(encoding="utf-8").replace("/opt/voicepipe/venv/bin/voicepipe", "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    return tmp_path


@needs_systemd
def test_systemd_understands_every_line(units: Path) -> None:
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, units.iterdir())], capture_output=True, text=True
    )
    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.parametrize("name", ["voicepipe.service", "voicepipe-backup.service"])
def test_a_unit_runs_nothing_that_a_small_debian_lacks(name: str) -> None:
    options = read_unit(UNITS / name)
    commands = [value for option in options if option.startswith("Exec") for value in options[option]]
    programs = {command.split()[0].lstrip("-+!:@") for command in commands}
    assert programs <= {"/opt/voicepipe/venv/bin/voicepipe", "/bin/sh"}


@needs_systemd
@pytest.mark.parametrize("name", ["voicepipe.service", "voicepipe-backup.service"])
def test_what_a_unit_is_exposed_to_stays_below_the_limit(units: Path, name: str) -> None:
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSURE}", str(units / name)]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout


def test_the_unit_grants_the_time_that_the_configuration_takes() -> None:
    unit, config = read_unit(UNIT), Config()
    assert seconds(unit["TimeoutStopSec"][0]) > config.service.stop_timeout_seconds + 10
    assert seconds(unit["TimeoutStartSec"][0]) > config.workers.start_timeout_seconds + 60
    assert seconds(unit["WatchdogSec"][0]) * 2 / 3 > CHECK_TIMEOUT_SECONDS


def test_an_outage_of_telegram_never_uses_up_the_starts() -> None:
    unit = read_unit(UNIT)
    ((status, pause),) = re.findall(r"EXIT_STATUS\" != (\d+) \] \|\| sleep (\d+)", unit["ExecStopPost"][0])
    assert int(status) == TelegramUnavailable.exit_code == DiskFull.exit_code
    assert int(pause) < seconds(unit["TimeoutStopSec"][0])
    starts = seconds(unit["StartLimitIntervalSec"][0]) / (int(pause) + seconds(unit["RestartSec"][0]))
    assert starts <= int(unit["StartLimitBurst"][0])


@pytest.mark.parametrize(("status", "is_slow"), [("75", True), ("1", False), ("78", False), ("ABRT", False)])
def test_only_an_outage_slows_the_restart_down(status: str, is_slow: bool) -> None:
    """The unit's own command, with what systemd makes of its quotes and dollars undone."""
    command = read_unit(UNIT)["ExecStopPost"][0].partition("'")[2].removesuffix("'").replace("$$", "$")
    done = subprocess.run(
        ["/bin/sh", "-c", f"sleep() {{ echo slow; }}; {command}"], env={"EXIT_STATUS": status}, capture_output=True
    )
    assert done.returncode == 0
    assert (done.stdout == b"slow\n") is is_slow


def test_the_unit_fits_the_program() -> None:
    unit = read_unit(UNIT)
    assert str(ConfigError.exit_code) in unit["RestartPreventExitStatus"][0].split()
    needed = {setting.credential for setting in SETTINGS if setting.name in SIGN_IN}
    for option in ("LoadCredential", "SetCredential"):
        assert {value.partition(":")[0] for value in unit[option]} == needed


# --- what the service makes of it ---------------------------------------------------------------------------------
@dataclass
class Signs:
    """A store and a pool as the watchdog sees them, and the time."""

    now: float = 1000.0
    at_work: int = 1
    stuck_seconds: float = 0.0

    @property
    def jobs(self) -> Signs:
        return self

    async def unfinished(self) -> list[object]:
        return []

    def records_stuck_seconds(self) -> float:
        return self.stuck_seconds


@pytest.fixture
def signs(monkeypatch: pytest.MonkeyPatch) -> Signs:
    found = Signs()
    monkeypatch.setattr("voicepipe.systemd.time.monotonic", lambda: found.now)
    return found


def health_of(signs: Signs) -> Health:
    return Health(signs, signs, LiveConfig(Config()))


async def test_workers_that_only_ever_start_are_not_well(signs: Signs) -> None:
    health, workers = health_of(signs), Config().workers
    signs.at_work = 0
    signs.now += workers.start_timeout_seconds
    assert await health.is_well()
    signs.now += workers.backoff_cap_seconds + 1
    assert not await health.is_well()
    signs.at_work = 1
    assert await health.is_well()
    signs.at_work = 0
    signs.now += workers.start_timeout_seconds
    assert await health.is_well()


async def test_records_that_are_stuck_are_not_well(signs: Signs) -> None:
    health = health_of(signs)
    signs.stuck_seconds = RECORDS_PATIENCE_SECONDS - 1
    assert await health.is_well()
    signs.stuck_seconds = RECORDS_PATIENCE_SECONDS
    assert not await health.is_well()


def test_a_start_that_builds_the_records_asks_for_more_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        extend_start(RecordsCatchingUp(1000, 2000))
        assert listener.recv(100) == f"EXTEND_TIMEOUT_USEC={EXTENSION_SECONDS * 1e6:.0f}".encode()


@needs_systemd
def test_the_unit_allows_what_workers_lock_themselves_in_with() -> None:
    allowed = system_calls(read_unit(UNIT)["SystemCallFilter"])
    assert {"seccomp", "prctl", "execve", "clone3", "landlock_restrict_self"} <= allowed
    assert not {"mount", "ptrace", "bpf", "init_module", "reboot", "chroot", "setuid", "sched_setaffinity"} & allowed


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed here")
def test_the_scripts_are_clean() -> None:
    scripts = [path for path in (REPOSITORY / "scripts").iterdir() if path.is_file() and is_shell(path)]
    found = subprocess.run(
        ["shellcheck", *scripts, REPOSITORY / ".ci/run", UNITS / "voicepipe.sh"], capture_output=True, text=True
    )
    assert found.returncode == 0, found.stdout


def is_shell(path: Path) -> bool:
    return path.read_text(encoding="utf-8").startswith(("#!/bin/sh", "#!/usr/bin/env bash"))
