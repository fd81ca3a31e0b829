"""Backups: made while the journal is written to, verified, kept in number; and put back."""
# ruff: noqa: ASYNC221, ASYNC240 - a test may block its own event loop for a moment

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.store.tools import QUOTA, USER, Clock, job, transcript, usage
from voicepipe.domain.people import Person
from voicepipe.errors import DiskFull, StoreError, StoreLocked
from voicepipe.store import Store, back_up, restore

NOW = datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    return tmp_path / "some" / "where"


async def reopened(state_dir: Path) -> Store:
    return await Store.open(state_dir, QUOTA, clock=Clock())


async def live(keeper: Store, first: int = 1) -> None:
    await keeper.people.see(Person(USER, "anna", "ru"))
    await keeper.accounts.grant(USER, 30, request_id=f"grant-{first}")
    for number in range(first, first + 3):
        await keeper.jobs.accept(job(number))
    await keeper.jobs.conclude(job(first), transcript(), charged_seconds=4, usage=usage())


def files_in(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


# --- making --------------------------------------------------------------------------------------------------------
async def test_a_backup_is_one_private_file_that_holds_everything(
    keeper: Store, state_dir: Path, backups: Path, tmp_path: Path
) -> None:
    await live(keeper)
    made = back_up(state_dir, backups, NOW)
    assert files_in(backups) == ["voicepipe-20261123T120005Z.journal"]
    assert made.path == backups / "voicepipe-20261123T120005Z.journal"
    assert (made.entries, made.removed) == ((await keeper.reports.counts()).entries, ())
    assert made.size_bytes == made.path.stat().st_size
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(backups.stat().st_mode) == 0o700

    restore(made.path, tmp_path / "elsewhere", NOW)
    other = await reopened(tmp_path / "elsewhere")
    assert await other.jobs.unfinished() == await keeper.jobs.unfinished()
    assert await other.reports.users() == await keeper.reports.users()
    assert other.accounts.balance(USER) == keeper.accounts.balance(USER)
    assert await other.reports.check() == []
    await other.close()


async def test_commits_go_on_while_a_backup_is_made(keeper: Store, state_dir: Path, backups: Path) -> None:
    with closing(sqlite3.connect(state_dir / "journal.sqlite")) as db:
        db.execute("CREATE TABLE ballast AS SELECT randomblob(1000) AS x FROM (SELECT 1 UNION SELECT 2) LIMIT 1")
        for _ in range(15):
            db.execute("INSERT INTO ballast SELECT randomblob(1000) FROM ballast")
        db.commit()
    making = asyncio.create_task(asyncio.to_thread(back_up, state_dir, backups, NOW))
    number, longest = 0, 0.0
    loop = asyncio.get_running_loop()
    while not making.done():
        number, begun_at = number + 1, loop.time()
        await keeper.jobs.accept(job(number, daily=0))
        longest = max(longest, loop.time() - begun_at)
    made = await making
    assert number > 3
    assert longest < 1.0
    assert made.entries < number


def test_a_backup_is_whole_whenever_it_is_made(state_dir: Path, backups: Path, tmp_path: Path) -> None:
    """Beside a process that writes without pause; the process that makes it is another one, as the command is."""
    command = [sys.executable, "-m", "tests.support.store.child", str(state_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        made = []
        for number in range(5):
            said = {tuple(writer.stdout.readline().split()) for _ in range(20)}
            made.append((back_up(state_dir, backups, NOW + timedelta(seconds=number)), said))
        writer.kill()
    for number, (backup, said) in enumerate(made):
        place = tmp_path / str(number)
        restore(backup.path, place, NOW)
        assert asyncio.run(check(place)) == []
        with closing(sqlite3.connect(place / "journal.sqlite")) as db:
            known = {str(row[0]) for row in db.execute("SELECT message_id FROM inbox")}
        assert {message for _, message in said} <= known


async def check(state_dir: Path) -> list[str]:
    keeper = await reopened(state_dir)
    try:
        return await keeper.reports.check()
    finally:
        await keeper.close()


async def test_only_the_latest_are_kept(keeper: Store, state_dir: Path, backups: Path) -> None:
    await live(keeper)
    backups.mkdir(parents=True)
    others = ["voicepipe-notes.journal", "voicepipe-20200101T000000Z.journal.gz", "holiday.jpg"]
    for name in others:
        (backups / name).touch()
    made = [back_up(state_dir, backups, NOW + timedelta(days=day), keep=3) for day in range(5)]
    assert [[path.name for path in each.removed] for each in made[3:]] == [
        ["voicepipe-20261123T120005Z.journal"],
        ["voicepipe-20261124T120005Z.journal"],
    ]
    kept = [f"voicepipe-202611{day}T120005Z.journal" for day in (25, 26, 27)]
    assert files_in(backups) == sorted([*others, *kept])


async def test_what_a_killed_predecessor_left_is_no_hindrance(keeper: Store, state_dir: Path, backups: Path) -> None:
    await live(keeper)
    backups.mkdir(parents=True)
    for suffix in ("", "-wal", "-shm", "-journal"):
        (backups / f".voicepipe.journal.partial{suffix}").write_bytes(b"left over")
    back_up(state_dir, backups, NOW)
    assert files_in(backups) == ["voicepipe-20261123T120005Z.journal"]


def test_there_must_be_something_to_back_up(state_dir: Path, backups: Path) -> None:
    with pytest.raises(StoreError, match="nothing to back up"):
        back_up(state_dir, backups, NOW)


async def test_a_place_that_can_not_be_written_is_named(keeper: Store, state_dir: Path, tmp_path: Path) -> None:
    await live(keeper)
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"file can't be used"):
        back_up(state_dir, tmp_path / "file", NOW)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system takes root")
async def test_a_disk_that_is_too_small_keeps_no_half_of_it(keeper: Store, state_dir: Path, tmp_path: Path) -> None:
    await live(keeper)
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", disk], check=False).returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        with pytest.raises(DiskFull, match="no room left"):
            back_up(state_dir, disk, NOW)
        assert files_in(disk) == []
    finally:
        subprocess.run(["umount", disk], check=True)


# --- putting back --------------------------------------------------------------------------------------------------
async def test_a_restored_journal_replaces_the_present_one(keeper: Store, state_dir: Path, backups: Path) -> None:
    await live(keeper)
    balance = keeper.accounts.balance(USER)
    made = back_up(state_dir, backups, NOW)
    await live(keeper, first=10)
    await keeper.reports.users()
    assert keeper.accounts.balance(USER) != balance
    entries = (await keeper.reports.counts()).entries
    await keeper.close()

    restored = restore(made.path, state_dir, NOW)
    assert restored.entries == made.entries
    assert restored.replaced == state_dir / "journal.sqlite.replaced-20261123T120005Z"
    assert stat.S_IMODE((state_dir / "journal.sqlite").stat().st_mode) == 0o600
    assert not (state_dir / "records.duckdb").exists()
    keeper = await reopened(state_dir)
    assert keeper.accounts.balance(USER) == balance
    assert await keeper.reports.check() == []
    await keeper.close()

    # Nothing is lost by it: what was there can be put back in its turn.
    assert restore(restored.replaced, state_dir, NOW + timedelta(hours=1)).entries == entries


async def test_the_log_of_a_killed_service_does_not_reach_the_new_journal(state_dir: Path, backups: Path) -> None:
    keeper = await reopened(state_dir)
    await live(keeper)
    made = back_up(state_dir, backups, NOW)
    await live(keeper, first=10)
    left_behind = {path.name: path.read_bytes() for path in state_dir.glob("journal.sqlite*")}
    await keeper.close()
    for name, content in left_behind.items():
        (state_dir / name).write_bytes(content)
    assert left_behind["journal.sqlite-wal"]

    restored = restore(made.path, state_dir, NOW)
    assert not (state_dir / "journal.sqlite-wal").exists()
    assert await check(state_dir) == []
    assert restored.replaced
    assert restore(restored.replaced, state_dir, NOW + timedelta(hours=1)).entries > made.entries


async def test_a_damaged_journal_is_replaced(keeper: Store, state_dir: Path, backups: Path) -> None:
    await live(keeper)
    made = back_up(state_dir, backups, NOW)
    await keeper.close()
    (state_dir / "journal.sqlite").write_bytes(b"no database at all" * 1000)
    (state_dir / "journal.sqlite-wal").write_bytes(b"nor a log")
    restored = restore(made.path, state_dir, NOW)
    assert restored.replaced
    assert restored.replaced.read_bytes().startswith(b"no database at all")
    assert await check(state_dir) == []


async def test_nothing_is_restored_under_a_running_service(keeper: Store, state_dir: Path, backups: Path) -> None:
    await live(keeper)
    made = back_up(state_dir, backups, NOW)
    with pytest.raises(StoreLocked) as caught:
        restore(made.path, state_dir, NOW)
    assert caught.value.pid == os.getpid()
    assert await keeper.reports.check() == []


RESTORE_AND_DIE = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from voicepipe.store import restore

left = int(sys.argv[3])
def dying(step):
    def die(*arguments, **keywords):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return step(*arguments, **keywords)
    return die
for name in ("fsync", "link", "rename", "replace", "unlink"):
    setattr(os, name, dying(getattr(os, name)))
restore(Path(sys.argv[1]), Path(sys.argv[2]), datetime.now(UTC))
"""


async def test_a_restoration_killed_at_any_step_leaves_one_whole_journal(
    keeper: Store, state_dir: Path, backups: Path
) -> None:
    await live(keeper)
    made = back_up(state_dir, backups, NOW)
    await live(keeper, first=10)
    await keeper.reports.users()
    entries = (await keeper.reports.counts()).entries
    left_behind = {path.name: path.read_bytes() for path in state_dir.iterdir()}
    await keeper.close()
    outcomes = []
    for step in range(100):
        for name, content in left_behind.items():
            (state_dir / name).write_bytes(content)
        command = [sys.executable, "-c", RESTORE_AND_DIE, str(made.path), str(state_dir), str(step)]
        status = subprocess.run(command, check=False).returncode
        again = await reopened(state_dir)
        outcomes.append((await again.reports.counts()).entries)
        assert await again.reports.check() == []
        await again.close()
        if status == 0:
            break
        assert status == -signal.SIGKILL
    assert len(outcomes) > 5
    assert outcomes == sorted(outcomes, reverse=True)
    assert set(outcomes) == {entries, made.entries}


@pytest.mark.skipif(os.geteuid() != 0, reason="to give files away takes root")
async def test_what_root_restores_belongs_to_the_service(keeper: Store, state_dir: Path, backups: Path) -> None:
    await live(keeper)
    made = back_up(state_dir, backups, NOW)
    await keeper.close()
    os.chown(state_dir, 4711, 4712)
    (state_dir / "lock").unlink()
    restore(made.path, state_dir, NOW)
    owners = {name: (state_dir / name).stat() for name in ("journal.sqlite", "lock")}
    assert {name: (found.st_uid, found.st_gid) for name, found in owners.items()} == dict.fromkeys(owners, (4711, 4712))


async def test_what_is_no_sound_backup_changes_nothing(keeper: Store, state_dir: Path, backups: Path) -> None:
    await live(keeper)
    made = back_up(state_dir, backups, NOW)
    await keeper.close()
    before = {path.name: path.read_bytes() for path in state_dir.iterdir() if path.name != "lock"}
    content = made.path.read_bytes()
    wrong = {
        "is no backup": b"no database at all" * 100,
        "damaged": content[: len(content) // 2],
        "schema version 99": content[:60] + (99).to_bytes(4, "big") + content[64:],
        "schema version 0": content[:60] + bytes(4) + content[64:],
    }
    for reason, data in wrong.items():
        (backups / "wrong").write_bytes(data)
        with pytest.raises(StoreError, match=rf"wrong.*{reason}"):
            restore(backups / "wrong", state_dir, NOW)
    with pytest.raises(StoreError, match="is no file"):
        restore(backups / "missing", state_dir, NOW)
    assert {path.name: path.read_bytes() for path in state_dir.iterdir() if path.name != "lock"} == before
