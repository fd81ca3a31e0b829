"""One command as the wrong user must not break the service: it is refused before it makes anything, or its traces are
found and named, with what mends them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.support.control import holder
from tests.support.stranger import STRANGER, as_root, being, give
from voicepipe.cli.commands import app
from voicepipe.cli.tools.ownership import require_usable_files
from voicepipe.config.files import StateFiles
from voicepipe.config.loading import load_config
from voicepipe.config.owner import misfits, remedy

pytestmark = as_root

SECRETS = {"API_ID": "1", "API_HASH": "0" * 32, "BOT_TOKEN": "1:secret", "SERVER": "127.0.0.1:1"}


@pytest.fixture(scope="module", autouse=True)
def _all_is_imported(tmp_path_factory: pytest.TempPathFactory) -> None:
    scratch = tmp_path_factory.mktemp("scratch")
    settings = {"VOICEPIPE_SERVICE__STATE_DIR": str(scratch / "state"), "VOICEPIPE_RECOGNITION__MODEL": "none"}
    for line in (
        "quota set 1 default",
        f"backup {scratch}",
        "config check",
        "status",
        "model check",
        "model download none",
        "transcribe x.ogg",
    ):
        CliRunner().invoke(app, line.split(), env=settings)


@pytest.fixture
def state(own_state: Path, open_place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state directory of the service's user, with the files of a service in it."""
    directory = open_place / "state"
    monkeypatch.setenv("VOICEPIPE_SERVICE__STATE_DIR", str(directory))
    monkeypatch.chdir(open_place)
    for key, value in SECRETS.items():
        monkeypatch.setenv(f"VOICEPIPE_TELEGRAM__{key}", value)
    monkeypatch.setenv("VOICEPIPE_RECOGNITION__MODEL", "demo")
    assert as_user(0, "quota", "set", "1", "default").exit_code == 0
    give(directory, STRANGER)
    return directory


def as_user(user: int, *arguments: str | Path, groups: Sequence[int] = ()) -> Result:
    """What comes of the command when that user runs it."""
    with being(user, groups):
        return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


def files_in(directory: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_uid, path.stat().st_mode) for path in directory.rglob("*")}


# --- root is refused --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "arguments",
    [
        ("run",),
        ("model", "download", "tiny"),
        ("quota", "set", "5", "60"),
        ("quota", "list"),
        ("users", "ban", "5"),
        ("status",),
        ("check",),
        ("restore", "/dev/null"),
    ],
    ids=" ".join,
)
def test_what_opens_or_makes_the_services_files_is_refused_to_root(state: Path, arguments: tuple[str, ...]) -> None:
    before = files_in(state)
    refused = as_user(0, *arguments)
    assert refused.exit_code == 78
    assert f"those in {state} belong to another user" in refused.stderr
    assert f"sudo -u '#{STRANGER}' voicepipe" in refused.stderr
    assert files_in(state) == before


def test_roots_backup_leaves_nothing_of_roots_behind(state: Path, open_place: Path) -> None:
    copies = open_place / "copies"
    copies.mkdir()
    os.chown(copies, STRANGER, STRANGER)
    assert as_user(0, "backup", copies).exit_code == 0
    assert {uid for uid, _ in files_in(open_place).values()} == {STRANGER}


def test_a_stranger_is_refused_everything(state: Path) -> None:
    for arguments in (("run",), ("status",), ("backup", "/tmp"), ("quota", "list"), ("model", "download", "tiny")):
        refused = as_user(STRANGER + 1, *arguments)
        assert refused.exit_code == 78
        assert f"(sudo -u '#{STRANGER}' voicepipe" in refused.stderr


# --- what root has left is named --------------------------------------------------------------------------------------
def file(path: Path) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)
    os.chown(path, 0, 0)


def directory(path: Path, mode: int = 0o700) -> None:
    path.mkdir(mode=mode, exist_ok=True, parents=True)
    os.chown(path, 0, 0)


def model(path: Path) -> None:
    directory(path)
    file(path / "model.bin")


def listening(path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(path))


LEFT: list[tuple[str, Callable[[Path], None]]] = [
    ("lock", file),
    ("journal.sqlite", file),
    ("journal.sqlite-wal", file),
    ("journal.sqlite-shm", file),
    ("records.duckdb", file),
    ("records.duckdb.wal", file),
    ("bot.session", file),
    ("bot.session-journal", file),
    ("bot.owner", file),
    ("spool", directory),
    ("models/tiny", model),
    ("control.sock", listening),
]


@pytest.mark.parametrize(("name", "leave"), LEFT, ids=[name for name, _ in LEFT])
def test_what_root_has_left_is_named_with_what_mends_it(state: Path, name: str, leave: Callable[[Path], None]) -> None:
    leave(state / name)
    refused = as_user(STRANGER, "run")
    assert refused.exit_code == 78, refused.stderr
    assert f"The user #{STRANGER}, as whom this runs, can't use {state / name.partition('/')[0]}" in refused.stderr
    assert "(of the user root)" in refused.stderr
    command = refused.stderr.splitlines()[-1].removeprefix("voicepipe: ")

    with being(STRANGER):
        assert command == remedy(state, misfits(load_config().service))
    found = misfits(load_config().service)  # as root sees it
    assert command == remedy(state, found)
    subprocess.run(command.removeprefix("sudo "), shell=True, check=True)
    assert misfits(load_config().service) == []
    with being(STRANGER):
        require_usable_files(load_config())


def doctor(user: int) -> tuple[int, dict[str, str]]:
    """The exit status, and what is said of the state directory."""
    examined = as_user(user, "doctor", "--offline", "--json")
    checks = {check["name"]: check for check in json.loads(examined.stdout)["checks"]}
    return examined.exit_code, checks["state"]


def test_doctor_sees_what_root_has_left(state: Path) -> None:
    code, check = doctor(0)
    assert (code, check["verdict"]) == (0, "ok")
    assert check["found"] == f"{state} is writable for its user, #{STRANGER}"
    file(state / "bot.session")
    code, check = doctor(0)
    assert (code, check["verdict"]) == (1, "bad")
    assert check["found"] == f"the service can't use {state / 'bot.session'} (of the user root)"
    assert check["advice"] == f"sudo chown -R {STRANGER}:{STRANGER} {state / 'bot.session'}"


def test_a_file_that_its_owner_may_not_open_is_named_too(state: Path) -> None:
    files = StateFiles(state)
    files.journal.chmod(0o400)
    refused = as_user(STRANGER, "quota", "set", "5", "60")
    assert (refused.exit_code, f"can't use {files.journal}" in refused.stderr) == (78, True)
    assert refused.stderr.splitlines()[-1] == f"voicepipe: sudo chmod -R u+rwX {files.journal}"


def test_many_files_are_not_all_named(state: Path) -> None:
    for number in range(12):
        file(state / f"records.duckdb.damaged-{number}")
    refused = as_user(STRANGER, "run")
    assert "and 7 more" in refused.stderr


def test_what_is_not_the_services_may_be_anybodys(state: Path) -> None:
    directory(state / "lost+found")
    file(state / "notes.txt")
    with being(STRANGER):
        require_usable_files(load_config())


def test_a_directory_that_a_group_shares_can_be_used(state: Path) -> None:
    """Not everybody has a user for the service alone."""
    for path in (state, *state.iterdir()):
        os.chown(path, 0, STRANGER)
        path.chmod(0o770 if path.is_dir() else 0o660)
    with being(STRANGER):
        require_usable_files(load_config())


# --- models, configuration, credentials, backups ----------------------------------------------------------------------
def test_a_model_that_can_not_be_read_is_named(state: Path, open_place: Path) -> None:
    mine = open_place / "mine"
    model(mine)
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.json"):
        file(mine / name)
    for mode in (0o700, 0o755):
        mine.chmod(mode)
        refused = as_user(STRANGER, "model", "check", mine)
        assert refused.exit_code == 78
        assert f"The model can't be read: the user #{STRANGER} may not open {mine}" in refused.stderr
        assert "sudo chmod -R a+rX" in refused.stderr


@pytest.fixture
def config(open_place: Path) -> Path:
    path = open_place / "config.toml"
    path.write_text("[quota]\ndaily_seconds = 61\n")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize(
    "arguments",
    [("config", "check"), ("config", "show"), ("run",), ("status",), ("transcribe", "x.ogg"), ("model", "check")],
)
def test_a_configuration_that_can_not_be_read_is_one_kind_of_error(
    state: Path, config: Path, arguments: tuple[str, ...]
) -> None:
    refused = as_user(STRANGER, "--config", config, *arguments)
    assert refused.exit_code == 78
    assert f"{config}: the configuration file can't be read by the user #{STRANGER}" in refused.stderr
    assert f"sudo chgrp {STRANGER} {config} && sudo chmod g+r {config}" in refused.stderr


def test_whose_group_may_read_the_configuration_is_told(state: Path, config: Path) -> None:
    os.chown(config, 0, STRANGER + 7)
    config.chmod(0o640)
    refused = as_user(STRANGER, "--config", config, "status")
    assert refused.exit_code == 78
    assert f"join the group {STRANGER + 7}: sudo usermod -aG {STRANGER + 7}" in refused.stderr
    shown = as_user(STRANGER, "--config", config, "config", "show", groups=[STRANGER + 7])
    assert (shown.exit_code, "daily_seconds = 61" in shown.stdout) == (0, True)


@pytest.mark.parametrize(("mode", "named"), [(0o700, "CREDENTIALS_DIRECTORY names"), (0o755, "telegram.api_id")])
def test_credentials_that_can_not_be_read_are_named(
    state: Path, open_place: Path, monkeypatch: pytest.MonkeyPatch, mode: int, named: str
) -> None:
    secrets = open_place / "secrets"
    directory(secrets)
    file(secrets / "telegram.api_id")
    secrets.chmod(mode)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(secrets))
    refused = as_user(STRANGER, "run")
    assert refused.exit_code == 78
    assert named in refused.stderr
    assert f"{secrets}" in refused.stderr
    assert "Permission denied" in refused.stderr


def test_a_backup_that_can_not_be_read_is_named(state: Path, open_place: Path) -> None:
    closed = open_place / "closed"
    directory(closed)
    file(closed / "copy.journal")
    for path in (closed / "copy.journal", closed / "none.journal"):
        refused = as_user(STRANGER, "restore", path)
        assert refused.exit_code == 1
        assert f"{path} can't be read by the user #{STRANGER}; copy it to where" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_a_recording_that_can_not_be_read_does_not_end_the_batch(state: Path, open_place: Path) -> None:
    """As the command's library would have it, before anything is recognised."""
    file(open_place / "closed.ogg")
    went_on = as_user(STRANGER, "transcribe", "--model", "none", open_place / "closed.ogg", "other.ogg")
    assert went_on.exit_code == 78
    assert "no model named 'none'" in went_on.stderr


def test_a_member_of_the_group_gets_no_cross_for_what_only_root_sees(
    state: Path, open_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICEPIPE_SERVICE__RUNTIME_DIR", str(open_place))
    monkeypatch.setenv("VOICEPIPE_TELEGRAM__BOT_TOKEN", "")
    give(state, 0)
    with holder(state, "answering"):
        (state / "control.sock").rename(open_place / "control.sock")
        code, verdicts = as_member()
    skipped = dict.fromkeys(("secrets", "state", "file modes", "model", "telegram"), "skipped")
    seen = dict.fromkeys(("configuration", "disk", "clock"), "ok") | {"service": "note"}
    assert (code, verdicts) == (0, skipped | seen)
    code, verdicts = as_member()
    assert (code, verdicts["secrets"], verdicts["state"]) == (1, "bad", "bad")


def as_member() -> tuple[int, dict[str, str]]:
    """Exit status and verdicts of `doctor` for somebody who is in the group of the service's user, root."""
    examined = as_user(STRANGER, "doctor", "--offline", "--json", groups=[0])
    return examined.exit_code, {check["name"]: check["verdict"] for check in json.loads(examined.stdout)["checks"]}
