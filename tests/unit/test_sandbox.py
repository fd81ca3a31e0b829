"""The pieces of the sandbox that can be tried without giving up what this process needs.

What they do to a worker is in tests/integration/test_sandbox.py.
"""

from __future__ import annotations

import ctypes
import resource
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from voicepipe.workers import sandbox


def in_a_thread(work: Callable[[], None]) -> None:
    """Landlock and no_new_privs bind a thread, and end with it."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> dict[int, tuple[int, int]]:
    """What would be limited."""
    kept: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(resource, "setrlimit", kept.__setitem__)
    return kept


def test_a_thread_reads_only_below_the_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sandbox, "ALL_THREADS", 0)
    for name in ("spool", "elsewhere"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("sound")

    def shut_in() -> None:
        assert ctypes.CDLL(None).prctl(sandbox.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
        if not sandbox._read_only_below(tmp_path / "spool"):
            pytest.skip("this kernel has no Landlock")
        assert (tmp_path / "spool" / "file").read_text() == "sound"
        with pytest.raises(PermissionError):
            (tmp_path / "elsewhere" / "file").read_text()
        with pytest.raises(PermissionError):
            (tmp_path / "spool" / "new").write_text("")

    in_a_thread(shut_in)
    assert (tmp_path / "elsewhere" / "file").read_text() == "sound", "other threads are free"


def test_a_directory_that_is_not_there_guards_nothing(tmp_path: Path) -> None:
    assert not sandbox._read_only_below(tmp_path / "absent")


def test_a_kernel_without_landlock_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sandbox, "CREATE_RULESET", 100_000)  # a system call that no kernel has
    assert not sandbox._read_only_below(tmp_path)


@pytest.mark.parametrize("may_write", [False, True])
def test_guards_are_named_for_what_is_in_force(
    may_write: bool, monkeypatch: pytest.MonkeyPatch, limits: dict[int, tuple[int, int]]
) -> None:
    if sandbox._filter(may_write) is None:
        pytest.skip("there is no libseccomp here")
    for is_loaded in (True, False):
        monkeypatch.setattr(sandbox._Filter, "load", lambda self, loads=is_loaded: loads)
        guards: list[str] = []
        in_a_thread(lambda guards=guards: guards.extend(sandbox.enter(None, may_write=may_write)))  # type: ignore[misc]
        expected = ["network", "programs", *([] if may_write else ["writing"])]
        assert guards == (expected if is_loaded else [])
    assert limits[resource.RLIMIT_CORE] == (0, 0)


def test_memory_is_limited_to_what_is_taken_and_more(limits: dict[int, tuple[int, int]]) -> None:
    assert sandbox.limit_memory(64 << 20)
    soft, hard = limits[resource.RLIMIT_DATA]
    assert soft == hard
    lines = Path("/proc/self/status").read_text().splitlines()
    (taken,) = (int(line.split()[1]) << 10 for line in lines if line.startswith("VmData"))
    assert abs(soft - taken - (64 << 20)) < 16 << 20


def test_a_limit_that_may_not_be_set_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(what: int, limits: tuple[int, int]) -> None:
        raise ValueError("not allowed")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    assert not sandbox.limit_memory(1)
    sandbox._forbid(resource.RLIMIT_CORE)
