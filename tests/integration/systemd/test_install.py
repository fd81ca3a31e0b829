"""The installer, on a directory that stands for a machine: real processes, and a small systemd instead of systemctl.

The services it starts are held to what their unit allows, so that the unit, too, is proved to let them work.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.places import ROOT
from tests.support.processes import children_of, is_alive
from tests.support.samples import load_samples
from tests.support.settings import bare_environment, bot_variables
from tests.support.telegram import LoopbackTelegram
from tests.support.terminal import Terminal
from voicepipe.control.client import ControlClient
from voicepipe.control.messages import SetQuota, ShowStatus, ShowUser

REPOSITORY = ROOT
LANDLOCK_CREATE_RULESET = 444
pytestmark = pytest.mark.asyncio(loop_scope="module")


# --- a machine ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command."""

    code: int
    text: str
    """Both of its outputs."""


@dataclass(slots=True)
class Machine:
    """A directory to install into, where systemd is a small one and Telegram is on loopback."""

    root: Path
    telegram: LoopbackTelegram
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def state(self) -> Path:
        return self.root / "var/lib/voicepipe"

    @property
    def venv(self) -> Path:
        return (self.root / "opt/voicepipe/venv").resolve()

    @property
    def control(self) -> ControlClient:
        return ControlClient(self.root / "run/voicepipe/control.sock")

    @property
    def calls(self) -> list[str]:
        """What systemctl was asked so far, questions left out."""
        calls = self.root / "run/calls"
        lines = calls.read_text().splitlines() if calls.exists() else []
        return [line for line in lines if not line.startswith("is-active")]

    @property
    def log(self) -> str:
        """What services have written."""
        log = self.root / "service.log"
        return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""

    def files(self) -> set[str]:
        """Without the log of the records, which is there while the service has them open."""
        found = (path for path in self.root.rglob("*") if not path.is_dir() and path.name != "records.duckdb.wal")
        return {str(path.relative_to(self.root)) for path in found}

    def main_pid(self) -> int:
        return int((self.root / "run/voicepipe.service").read_text())

    def systemctl(self, *arguments: str) -> None:
        subprocess.run([self.environment["SYSTEMCTL"], *arguments], env=self.environment, check=True)

    async def install(self, *arguments: str, **environment: str) -> Outcome:
        process = await asyncio.create_subprocess_exec(
            *(str(REPOSITORY / "scripts/install"), "--root", str(self.root), *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            env=self.environment | environment,
        )
        output, _ = await process.communicate()
        return Outcome(await process.wait(), output.decode())


def environment_on(root: Path, telegram: LoopbackTelegram) -> dict[str, str]:
    """For the installer and what it starts: secrets, the loopback Telegram, and a systemctl."""
    systemctl = root / "systemctl"
    systemctl.write_text(f'#!/bin/sh\ncd {REPOSITORY} && exec {sys.executable} -m tests.support.small_systemd "$@"\n')
    systemctl.chmod(0o755)
    return {
        **bare_environment(),
        **bot_variables(telegram),
        "SYSTEMCTL": str(systemctl),
        "SMALL_SYSTEMD_ROOT": str(root),
        "VOICEPIPE_WORKERS__COUNT": "1",
        "VOICEPIPE_LIMITS__MIN_FREE_DISK_MIB": "1",
        "VOICEPIPE_SERVICE__STATE_DIR": str(root / "var/lib/voicepipe"),
        "VOICEPIPE_SERVICE__RUNTIME_DIR": str(root / "run/voicepipe"),
        **({} if shutil.which("systemd-analyze") else {"SMALL_SYSTEMD_UNCONFINED": "1"}),
    }


@contextmanager
def short_directory() -> Iterator[Path]:
    """One whose path leaves room for a Unix socket's name."""
    with tempfile.TemporaryDirectory(prefix="vp") as directory:
        yield Path(directory)


@asynccontextmanager
async def open_machine() -> AsyncIterator[Machine]:
    with short_directory() as root:
        async with LoopbackTelegram() as telegram:
            machine = Machine(root, telegram, environment_on(root, telegram))
            yield machine
            await asyncio.to_thread(machine.systemctl, "stop", "voicepipe.service")


@pytest_asyncio.fixture(loop_scope="module")
async def bare() -> AsyncIterator[Machine]:
    """A machine on which nothing is installed."""
    async with open_machine() as machine:
        yield machine


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def machine() -> AsyncIterator[Machine]:
    """A machine with a service installed and running, which every test leaves so."""
    async with open_machine() as machine:
        done = await machine.install("--venv", version(machine, "first"))
        assert done.code == 0, done.text + machine.log
        yield machine


def version(machine: Machine, name: str, on_run: str = "") -> str:
    """A virtual environment to install: this one, or one whose service does something else first."""
    venv = machine.root / name
    (venv / "bin").mkdir(parents=True)
    (venv / "bin/python").symlink_to(sys.executable)
    program = venv / "bin/voicepipe"
    program.write_text(
        f'#!/bin/sh\ncase "$*" in *" run") {on_run or ":"} ;; esac\nexec {sys.executable} -m voicepipe "$@"\n'
    )
    program.chmod(0o755)
    return str(venv)


# --- installing ---------------------------------------------------------------------------------------------------
async def test_an_installed_service_works_within_the_limits_of_its_unit(machine: Machine) -> None:
    supervisor = machine.main_pid()
    workers = children_of(supervisor)
    if "SMALL_SYSTEMD_UNCONFINED" not in machine.environment:
        assert all(has_filter(process) for process in (supervisor, *workers))
    await assert_answers(machine, 7)
    assert "sandbox incomplete" not in machine.log or not has_landlock()

    for worker in workers:
        os.kill(worker, signal.SIGKILL)  # the next ones are started within the limits, too
    await assert_answers(machine, 8)
    assert not set(children_of(supervisor)) & set(workers)


async def test_what_is_installed_is_where_and_how_it_should_be(bare: Machine) -> None:
    await bare.install("--venv", version(bare, "first"), "--no-start")
    modes = {
        "etc/voicepipe/credentials": 0o700,
        "etc/voicepipe/credentials/telegram.bot_token": 0o600,
        "etc/voicepipe/config.toml": 0o640,
        "var/lib/voicepipe": 0o700,
        "usr/local/bin/voicepipe": 0o755,
        "etc/systemd/system/voicepipe.service": 0o644,
    }
    assert {name: (bare.root / name).stat().st_mode & 0o777 for name in modes} == modes
    token = bare.root / "etc/voicepipe/credentials/telegram.bot_token"
    assert token.read_text() == bare.telegram.bot_token + "\n"
    config = (bare.root / "etc/voicepipe/config.toml").read_text(encoding="utf-8")
    assert '\nstate_dir = "/var/lib/voicepipe"\n' in config
    assert '\nruntime_dir = "/run/voicepipe"\n' in config
    assert "\nbot_token" not in config
    assert bare.calls == ["daemon-reload"]


async def test_a_service_is_enabled_and_started(machine: Machine) -> None:
    assert machine.calls[:4] == [
        "daemon-reload",
        "enable voicepipe.service voicepipe-backup.timer",
        "reset-failed voicepipe.service",
        "start voicepipe.service voicepipe-backup.timer",
    ]


async def test_installing_again_changes_nothing(machine: Machine) -> None:
    config = machine.root / "etc/voicepipe/config.toml"
    config.write_text(config.read_text(encoding="utf-8") + "# the operator's own\n", encoding="utf-8")
    files, calls, contents = machine.files(), machine.calls, config.read_bytes()
    supervisor = machine.main_pid()

    without_secrets = {name: "" for name in machine.environment if name.startswith("VOICEPIPE_TELEGRAM__")}
    done = await machine.install("--venv", str(machine.venv), **without_secrets)
    assert done.code == 0, done.text
    assert "up to date" in done.text
    assert machine.files() == files
    assert machine.calls == calls
    assert config.read_bytes() == contents
    assert machine.main_pid() == supervisor
    assert is_alive(supervisor)


async def test_new_secrets_are_taken_up(machine: Machine) -> None:
    credentials, before = machine.root / "etc/voicepipe/credentials", machine.main_pid()
    done = await machine.install("--venv", str(machine.venv), VOICEPIPE_TELEGRAM__API_HASH="1" * 32)
    assert done.code == 0, done.text
    assert (credentials / "telegram.api_hash").read_text() == "1" * 32 + "\n"
    assert machine.main_pid() != before
    assert (await machine.control.perform(ShowStatus())).is_running


async def test_an_upgrade_keeps_the_data(machine: Machine) -> None:
    await machine.control.perform(SetQuota(user="5", seconds=77, request_id="an-operator"))
    before, new = machine.main_pid(), version(machine, "second")

    done = await machine.install("--venv", new)
    assert done.code == 0, done.text
    assert not is_alive(before)
    assert machine.venv == Path(new)
    assert (await machine.control.perform(ShowUser(user="5"))).daily_quota_seconds == 77
    opt = machine.root / "opt/voicepipe"
    assert [path.name for path in (opt / "venvs").iterdir()] == [(opt / "venv").readlink().name]
    assert not (opt / "rollback").exists()


async def test_a_reload_that_is_refused_fails_and_says_why(machine: Machine) -> None:
    config, supervisor = machine.root / "etc/voicepipe/config.toml", machine.main_pid()
    good = config.read_text(encoding="utf-8")
    config.write_text(good.replace("[quota]", "[quota]\ndaily_seconds = -5"), encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        await asyncio.to_thread(machine.systemctl, "reload", "voicepipe.service")
    assert "[quota] daily_seconds = -5: expected a whole number" in machine.log
    config.write_text(good.replace("[quota]", "[quota]\ndaily_seconds = 123"), encoding="utf-8")
    await asyncio.to_thread(machine.systemctl, "reload", "voicepipe.service")
    async with asyncio.timeout(10):
        while (await machine.control.perform(ShowUser(user="5"))).daily_quota_seconds == 60:  # noqa: ASYNC110  its affair
            await asyncio.sleep(0.05)
    config.write_text(good, encoding="utf-8")
    await asyncio.to_thread(machine.systemctl, "reload", "voicepipe.service")
    assert machine.main_pid() == supervisor


async def test_a_secret_whose_file_is_missing_is_named(bare: Machine) -> None:
    await bare.install("--venv", version(bare, "first"), "--no-start")
    (bare.root / "etc/voicepipe/credentials/telegram.api_hash").unlink()
    without = {name: "" for name in bare.environment if name.startswith("VOICEPIPE_TELEGRAM__API")}
    systemctl = [bare.environment["SYSTEMCTL"], "start", "voicepipe.service"]
    done = await asyncio.to_thread(subprocess.run, systemctl, env=bare.environment | without, check=False)
    assert done.returncode != 0
    assert "[telegram] api_hash is missing" in bare.log
    assert "systemd credential telegram.api_hash" in bare.log


async def test_a_configuration_that_was_there_before_is_kept_and_can_be_read(bare: Machine) -> None:
    config = bare.root / "etc/voicepipe/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[quota]\ndaily_seconds = 61\n")
    for mode, expected in ((0o600, 0o640), (0o640, 0o640), (0o644, 0o644)):
        config.chmod(mode)
        assert (await bare.install("--venv", version(bare, f"{mode:o}"), "--no-start")).code == 0
        assert config.stat().st_mode & 0o777 == expected
        assert config.read_text() == "[quota]\ndaily_seconds = 61\n"


async def test_a_build_that_fails_says_what_stays(machine: Machine) -> None:
    path = with_program(machine, "uv", "echo no network >&2; exit 1")
    supervisor = machine.main_pid()
    done = await machine.install(PATH=path)
    (machine.root / "programs/uv").unlink()
    assert done.code == 1
    assert "no network" in done.text
    assert done.text.splitlines()[-1].endswith("is still in place, and runs on if it ran.")
    assert machine.main_pid() == supervisor
    assert is_alive(supervisor)
    assert (await machine.install("--venv", str(machine.venv))).code == 0


async def test_a_secret_that_is_not_given_is_asked_for_in_words_that_sudo_understands(bare: Machine) -> None:
    without = {name: "" for name in bare.environment if name.startswith("VOICEPIPE_TELEGRAM__")}
    done = await bare.install("--venv", version(bare, "first"), **without)
    assert done.code == 1
    assert "sudo --preserve-env=VOICEPIPE_TELEGRAM__API_ID" in done.text


SPOIL_THE_DATA_AND_END = 'echo gone > "$VOICEPIPE_SERVICE__STATE_DIR/journal.sqlite"; exit 1'
BE_READY_AND_DEAF = (
    f"exec {sys.executable} -c 'import os, socket, time; "
    'socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"READY=1", os.environ["NOTIFY_SOCKET"]); '
    "time.sleep(60)'"
)


@pytest.mark.parametrize("fault", [SPOIL_THE_DATA_AND_END, BE_READY_AND_DEAF], ids=["spoils and ends", "is deaf"])
async def test_an_upgrade_that_does_not_work_is_undone(machine: Machine, fault: str) -> None:
    await machine.control.perform(SetQuota(user="6", seconds=88, request_id="an-operator-6"))
    old, log = machine.venv, machine.log
    unit = machine.root / "etc/systemd/system/voicepipe.service"
    unit.write_text(unit.read_text() + "# the old one\n")

    done = await machine.install("--venv", version(machine, fault.split()[0], fault))
    assert done.code == 1
    assert "the version before runs again" in done.text, done.text
    assert machine.venv == old
    assert unit.read_text().endswith("# the old one\n")
    assert (await machine.control.perform(ShowStatus())).is_running
    assert (await machine.control.perform(ShowUser(user="6"))).daily_quota_seconds == 88
    assert "damaged" not in machine.log.removeprefix(log)
    assert not (machine.root / "opt/voicepipe/rollback").exists()


def with_program(machine: Machine, name: str, what: str) -> str:
    """A $PATH with a program that does something before it does as it should."""
    directory = machine.root / "programs"
    directory.mkdir(exist_ok=True)
    program = directory / name
    program.write_text(f'#!/bin/sh\n{what}\nexec {shutil.which(name)} "$@"\n')
    program.chmod(0o755)
    return f"{directory}:{os.environ['PATH']}"


END_THE_INSTALLER = "kill -KILL 0"
MOMENTS_OF_ROLLBACK = {
    "as data are copied": ("cp", 'case "$*" in *fresh*) {end} ;; esac'),
    "as data make way": ("mv", 'case "$*" in *stale*) {end} ;; esac'),
    "as data have made way": ("mv", 'case "$*" in *fresh/*) {end} ;; esac'),
    "as links are put back": ("ln", 'case "$*" in *venvs/given*) [ ! -e "$VP_GOING" ] || {end} ;; esac'),
}


@pytest.mark.parametrize("moment", MOMENTS_OF_ROLLBACK)
async def test_a_rollback_that_is_interrupted_is_completed_by_the_next_run(machine: Machine, moment: str) -> None:
    number = 100 + list(MOMENTS_OF_ROLLBACK).index(moment)
    await machine.control.perform(SetQuota(user=str(number), seconds=99, request_id=f"an-operator-{number}"))
    old, rollback = machine.venv, machine.root / "opt/voicepipe/rollback"
    name, what = MOMENTS_OF_ROLLBACK[moment]
    path = with_program(machine, name, what.format(end=END_THE_INSTALLER))
    new = version(machine, f"bad {number}", SPOIL_THE_DATA_AND_END)
    going = str(rollback / "is-going-back")
    assert (await machine.install("--venv", new, PATH=path, VP_GOING=going)).code == -signal.SIGKILL
    (machine.root / "programs" / name).unlink()
    assert rollback.exists()

    done = await machine.install("--venv", new)
    assert done.code == 1
    assert "the version before runs again" in done.text, done.text
    assert machine.venv == old
    assert (await machine.control.perform(ShowUser(user=str(number)))).daily_quota_seconds == 99
    assert not rollback.exists()
    assert not list(machine.state.glob(".rollback-*"))


async def test_a_rollback_is_not_stopped_by_who_is_impatient(machine: Machine) -> None:
    await machine.control.perform(SetQuota(user="110", seconds=99, request_id="an-operator-110"))
    path = with_program(machine, "cp", 'case "$*" in *fresh*) kill -INT 0; kill -TERM 0 ;; esac')
    new = version(machine, "bad 110", SPOIL_THE_DATA_AND_END)
    done = await machine.install("--venv", new, PATH=path)
    assert "the version before runs again" in done.text, done.text
    assert (await machine.control.perform(ShowUser(user="110"))).daily_quota_seconds == 99


async def test_data_that_can_not_be_put_back_are_named_and_kept(machine: Machine) -> None:
    await machine.control.perform(SetQuota(user="111", seconds=99, request_id="an-operator-111"))
    path = with_program(machine, "cp", 'case "$*" in *fresh*) exit 1 ;; esac')
    new, rollback = version(machine, "bad 111", SPOIL_THE_DATA_AND_END), machine.root / "opt/voicepipe/rollback"
    done = await machine.install("--venv", new, PATH=path)
    assert (done.code, f"They are in {rollback}/state" in done.text) == (1, True), done.text
    assert "the version before runs again" in (await machine.install("--venv", new)).text
    assert (await machine.control.perform(ShowUser(user="111"))).daily_quota_seconds == 99


async def test_the_copy_of_an_upgrade_that_was_cut_short_and_works_is_deleted(machine: Machine) -> None:
    rollback = machine.root / "opt/voicepipe/rollback"
    path = with_program(
        machine, "rm", f'case "$*" in */rollback) [ ! -e {rollback}/is-whole ] || {END_THE_INSTALLER} ;; esac'
    )
    new = version(machine, "cut short")
    assert (await machine.install("--venv", new, PATH=path)).code == -signal.SIGKILL
    (machine.root / "programs/rm").unlink()
    assert (rollback / "state/journal.sqlite").exists()

    done = await machine.install("--venv", new)
    assert done.code == 0, done.text
    assert machine.venv == Path(new)
    assert not rollback.exists()


async def test_an_upgrade_cut_short_that_does_not_work_is_for_a_person_to_decide(machine: Machine) -> None:
    await machine.control.perform(SetQuota(user="112", seconds=99, request_id="an-operator-112"))
    old, rollback = machine.venv, machine.root / "opt/voicepipe/rollback"
    path = with_program(machine, "mv", f'case "$*" in *venv.new*) {END_THE_INSTALLER} ;; esac')
    new = version(machine, "cut short 112")
    assert (await machine.install("--venv", new, PATH=path)).code == -signal.SIGKILL
    (machine.root / "programs/mv").unlink()

    done = await machine.install("--venv", new)
    assert done.code == 1
    assert f"{rollback}/state" in done.text
    assert "install --roll-back" in done.text
    assert (rollback / "state/journal.sqlite").exists()
    assert "the version before runs again" in (await machine.install("--roll-back")).text
    assert machine.venv == old
    assert (await machine.control.perform(ShowUser(user="112"))).daily_quota_seconds == 99


async def test_secrets_with_which_nothing_works_are_undone(machine: Machine) -> None:
    token = machine.root / "etc/voicepipe/credentials/telegram.bot_token"
    before = token.read_text()
    done = await machine.install("--venv", version(machine, "secrets"), VOICEPIPE_TELEGRAM__BOT_TOKEN="9:wrong")
    assert done.code == 1
    assert "the version before runs again" in done.text, done.text
    assert token.read_text() == before
    assert not (machine.root / "etc/voicepipe/credentials.new").exists()
    done = await machine.install("--venv", str(machine.venv), VOICEPIPE_TELEGRAM__BOT_TOKEN="9:wrong")
    assert "the version before runs again" in done.text, done.text
    assert (await machine.control.perform(ShowStatus())).is_running


async def test_the_backup_service_makes_a_backup_while_the_service_runs(machine: Machine) -> None:
    machine.systemctl("start", "voicepipe-backup.service")
    (backup,) = (machine.root / "var/lib/voicepipe-backups").iterdir()
    assert backup.stat().st_mode & 0o777 == 0o600
    assert (await machine.control.perform(ShowStatus())).is_running


async def test_a_configuration_that_the_new_version_refuses_stops_nothing(machine: Machine) -> None:
    supervisor, calls = machine.main_pid(), machine.calls
    done = await machine.install("--venv", version(machine, "third"), VOICEPIPE_LIMITS__MAX_JOB="3")
    assert done.code == 1
    assert "max_jobs" in done.text.lower()
    assert machine.calls == calls
    assert is_alive(supervisor)


async def test_without_secrets_and_a_terminal_nothing_is_installed(bare: Machine) -> None:
    done = await bare.install("--venv", version(bare, "first"), VOICEPIPE_TELEGRAM__BOT_TOKEN="")
    assert done.code == 1
    assert "telegram.bot_token is not known" in done.text
    assert not (bare.root / "opt").exists()
    assert bare.calls == []


async def test_secrets_can_come_from_files_and_are_never_shown(bare: Machine, tmp_path: Path) -> None:
    for name, value in {"api_id": "1", "api_hash": "f" * 32, "bot_token": "1001:planted"}.items():
        (tmp_path / f"telegram.{name}").write_text(value)
    done = await bare.install("--venv", version(bare, "first"), "--no-start", "--credentials", str(tmp_path))
    assert done.code == 0, done.text
    assert "planted" not in done.text
    assert (bare.root / "etc/voicepipe/credentials/telegram.bot_token").read_text() == "1001:planted\n"


async def test_a_model_is_chosen_at_a_terminal_or_by_an_option(bare: Machine) -> None:
    config = bare.root / "etc/voicepipe/config.toml"
    line = [str(REPOSITORY / "scripts/install"), "--root", str(bare.root), "--no-start", "--venv"]
    venv = version(bare, "first")
    refused = await bare.install("--venv", venv, "--no-start", "--model", "smal")
    assert (refused.code, config.exists()) == (1, False), refused.text
    assert "there is no model smal" in refused.text

    def choose() -> None:
        with Terminal([*line, venv], bare.environment) as terminal:
            for answer in ("smal", "small"):
                terminal.wait_for(r"\[base\]: ")
                terminal.forget()
                terminal.type(f"{answer}\n")
            terminal.wait_for(r"Done\.")

    await asyncio.to_thread(choose)
    assert '\nmodel = "small"\n' in config.read_text()
    config.unlink()
    done = await bare.install("--venv", version(bare, "second"), "--no-start", "--model", "tiny")
    assert (done.code, "model advise" in done.text) == (0, True), done.text
    assert '\nmodel = "tiny"\n' in config.read_text()


async def install_and_start(machine: Machine) -> None:
    """In two steps: what is installed and not started is started by installing it again."""
    venv = version(machine, "first")
    await machine.install("--venv", venv, "--no-start")
    done = await machine.install("--venv", venv)
    assert done.code == 0, done.text + machine.log
    assert "has been started" in done.text


async def test_uninstalling_keeps_data_until_they_are_purged(bare: Machine) -> None:
    await install_and_start(bare)
    supervisor = bare.main_pid()
    drop_in = bare.root / "etc/systemd/system/voicepipe.service.d/override.conf"
    drop_in.parent.mkdir()
    drop_in.touch()
    stamp = bare.root / "var/lib/systemd/timers/stamp-voicepipe-backup.timer"
    stamp.parent.mkdir(parents=True)
    stamp.touch()
    kept = {
        "etc/voicepipe/config.toml",
        "etc/voicepipe/credentials/telegram.bot_token",
        "var/lib/voicepipe/journal.sqlite",
    }
    for _ in range(2):  # the second has nothing to do
        done = await bare.install("--uninstall")
        assert done.code == 0, done.text
        assert not is_alive(supervisor)
        assert kept <= bare.files()
        assert f"{drop_in.parent}, and the user voicepipe" in done.text
        assert [name for name in bare.files() if name.startswith(("opt/", "usr/", "etc/systemd/"))] == [
            str(drop_in.relative_to(bare.root))
        ]

    await bare.install("--uninstall", "--purge")
    assert not [name for name in bare.files() if name.startswith(("opt/", "usr/", "etc/", "var/"))]


@pytest.mark.parametrize("is_built", [False, True])
@pytest.mark.parametrize("action", [[], ["--uninstall", "--purge"]], ids=["install", "purge"])
async def test_a_dry_run_tells_and_does_nothing(bare: Machine, action: list[str], is_built: bool) -> None:
    venv = version(bare, "first")
    if action:
        await bare.install("--venv", venv, "--no-start")
    before, calls = bare.files(), bare.calls
    done = await bare.install("--dry-run", *([] if is_built else ["--venv", venv]), *action)
    assert done.code == 0, done.text
    assert "voicepipe.service" in done.text
    assert all(line.startswith(("would ", "left out")) for line in done.text.splitlines()), done.text
    assert bare.files() == before
    assert bare.calls == calls


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--colour"], "unknown option --colour"), (["--venv"], "--venv needs a value"), (["--purge"], "--uninstall")],
)
async def test_wrong_options_are_named(bare: Machine, arguments: list[str], said: str) -> None:
    done = await bare.install(*arguments)
    assert done.code != 0
    assert said in done.text


# --- looking ------------------------------------------------------------------------------------------------------
def has_landlock() -> bool:
    """Whether this kernel lets a process give up reading files; else no worker can, with or without a unit."""
    return int(ctypes.CDLL(None).syscall(LANDLOCK_CREATE_RULESET, None, 0, 1)) >= 1


def has_filter(pid: int) -> bool:
    """Whether a process may not make every system call."""
    return "\nSeccomp:\t2\n" in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")


async def assert_answers(machine: Machine, user_id: int) -> None:
    """The service turns a voice message into its words."""
    sample = load_samples()["seen_ru_18.ogg"]
    machine.telegram.world.add_user(user_id, "Ann", username=f"ann{user_id}", language_code="ru")
    user = machine.telegram.user(user_id)
    sent = await user.send_voice(sample.data, sample.seconds)
    answer = await user.wait_reply(sent, lambda message: not message.text.startswith("⏳"), 20)
    assert answer.text == sample.text
