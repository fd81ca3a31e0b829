"""What the machine gives: processors, and when its disk counts as full."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from voicepipe import machine
from voicepipe.machine import free_bytes, is_disk_full, usable_cpus, usable_memory_bytes


# --- processors -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [("max 100000", "max 100000", 8), ("250000 100000", "max 100000", 2), ("max 100000", "50000 100000", 1)],
)
def test_a_cgroups_quota_bounds_the_cpus(
    outer: str, inner: str, expected: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))
    group = tmp_path / "fs" / "system.slice" / "voicepipe.service"
    group.mkdir(parents=True)
    (group.parent / "cpu.max").write_text(outer)
    (group / "cpu.max").write_text(inner)
    membership = tmp_path / "cgroup"
    membership.write_text("3:cpu:/elsewhere\n0::/system.slice/voicepipe.service\n")
    assert usable_cpus(tmp_path / "fs", membership) == expected


@pytest.mark.parametrize(
    ("outer", "inner", "expected"), [(-1, -1, 8), (250_000, -1, 2), (-1, 100_000, 1), (800_000, 150_000, 1)]
)
@pytest.mark.parametrize("is_container", [False, True])
def test_a_quota_of_the_first_version_bounds_them_too(
    outer: int, inner: int, expected: int, is_container: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a container, the mount shows its own group as the root."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))
    root = tmp_path / "fs" / "cpu,cpuacct"
    group = root if is_container else root / "system.slice" / "voicepipe.service"
    group.mkdir(parents=True)
    for directory, quota in ((root, outer), (group, min(outer, inner, key=lambda each: (each < 0, each)))):
        (directory / "cpu.cfs_quota_us").write_text(f"{quota}\n")
        (directory / "cpu.cfs_period_us").write_text("100000\n")
    (tmp_path / "fs" / "memory").mkdir()
    membership = tmp_path / "cgroup"
    membership.write_text("4:memory:/\n2:cpu,cpuacct:/system.slice/voicepipe.service\n1:name=systemd:/x\n0::/\n")
    assert usable_cpus(tmp_path / "fs", membership) == expected


def test_without_cgroups_the_affinity_counts(tmp_path: Path) -> None:
    assert usable_cpus(tmp_path, tmp_path / "missing") == len(os.sched_getaffinity(0))


# --- memory ---------------------------------------------------------------------------------------------------------
def test_without_cgroups_all_memory_counts(tmp_path: Path) -> None:
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert usable_memory_bytes(tmp_path, tmp_path / "missing") == whole


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ({"memory.max": "max"}, {"memory.max": "30000000", "memory.high": "20000000"}, 20_000_000),
        ({"memory.max": "10000000"}, {"memory.max": "max", "memory.high": "max"}, 10_000_000),
    ],
)
def test_a_cgroups_limit_bounds_the_memory(
    outer: dict[str, str], inner: dict[str, str], expected: int, tmp_path: Path
) -> None:
    group = tmp_path / "fs" / "system.slice" / "voicepipe.service"
    group.mkdir(parents=True)
    for directory, files in ((group.parent, outer), (group, inner)):
        for name, content in files.items():
            (directory / name).write_text(content)
    membership = tmp_path / "cgroup"
    membership.write_text("0::/system.slice/voicepipe.service\n")
    assert usable_memory_bytes(tmp_path / "fs", membership) == expected


def test_a_limit_of_the_first_version_bounds_it_too(tmp_path: Path) -> None:
    group = tmp_path / "fs" / "memory" / "docker"
    group.mkdir(parents=True)
    (group / "memory.limit_in_bytes").write_text("40000000\n")
    (group.parent / "memory.limit_in_bytes").write_text("9223372036854771712\n")
    membership = tmp_path / "cgroup"
    membership.write_text("4:memory:/docker\n1:name=systemd:/x\n0::/\n")
    assert usable_memory_bytes(tmp_path / "fs", membership) == 40_000_000


# --- room -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("number", "expected"),
    [(errno.ENOSPC, True), (errno.EDQUOT, True), (errno.EFBIG, True), (errno.EACCES, False), (errno.EIO, False)],
)
def test_a_write_of_ours_that_finds_no_room(number: int, expected: bool) -> None:
    assert is_disk_full(OSError(number, os.strerror(number))) is expected


def test_a_write_to_a_full_device() -> None:
    with pytest.raises(OSError, match="space") as caught:
        Path("/dev/full").write_bytes(b"x")
    assert is_disk_full(caught.value)


def test_a_write_of_sqlite_that_finds_no_room() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute("CREATE TABLE t (x)")
        db.execute("PRAGMA max_page_count = 3")
        with pytest.raises(sqlite3.OperationalError) as caught:
            db.execute("INSERT INTO t VALUES (zeroblob(100000))")
    assert is_disk_full(caught.value)


def test_an_io_error_of_sqlite_is_a_full_disk_only_where_nothing_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    assert not is_disk_full(error)
    assert not is_disk_full(error, tmp_path)
    monkeypatch.setattr(machine, "free_bytes", lambda _: 4096)
    assert is_disk_full(error, tmp_path)


def test_other_errors_of_sqlite_say_nothing_of_the_disk(tmp_path: Path) -> None:
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    assert not is_disk_full(error, tmp_path)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_write_of_duckdb_that_finds_no_room(number: int) -> None:
    duckdb = pytest.importorskip("duckdb")
    assert is_disk_full(duckdb.IOException(f'IO Error: Could not write file "x": {os.strerror(number)}'))
    assert not is_disk_full(duckdb.IOException('IO Error: Could not read from file "x": Input/output error'))


def test_the_free_bytes_are_those_of_the_directory(tmp_path: Path) -> None:
    assert 0 < free_bytes(tmp_path) < 2**60
