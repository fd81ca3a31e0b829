"""The pieces of the sandbox that can be tried without giving up what this process needs.

What they do to a worker is in tests/integration/test_sandbox.py.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from voicepipe.worker import sandbox


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


def test_a_thread_opens_nothing_and_keeps_what_is_open(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sandbox, "ALL_THREADS", 0)
    path = tmp_path / "file"
    path.write_text("sound")

    def shut_in() -> None:
        assert ctypes.CDLL(None).prctl(sandbox.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
        with path.open("r+") as opened:
            if not sandbox._open_nothing():
                pytest.skip("this kernel has no Landlock")
            assert opened.read() == "sound"
            opened.write(" and more")
        with pytest.raises(PermissionError):
            path.read_text()
        with pytest.raises(PermissionError):
            (tmp_path / "new").write_text("")

    in_a_thread(shut_in)
    assert path.read_text() == "sound and more", "other threads are free"


def test_a_kernel_without_landlock_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "CREATE_RULESET", 100_000)  # a system call that no kernel has
    assert not sandbox._open_nothing()


@pytest.mark.parametrize("may_open", [False, True])
def test_guards_are_named_for_what_is_in_force(
    may_open: bool, monkeypatch: pytest.MonkeyPatch, limits: dict[int, tuple[int, int]]
) -> None:
    if sandbox._filter(may_open) is None:
        pytest.skip("there is no libseccomp here")
    for is_loaded in (True, False):
        monkeypatch.setattr(sandbox._Filter, "load", lambda self, loads=is_loaded: loads)
        guards: list[str] = []
        in_a_thread(lambda guards=guards: guards.extend(sandbox.enter(may_open=may_open)))  # type: ignore[misc]  # a default in a lambda
        expected = ["network", "programs", *([] if may_open else ["writing"])] if is_loaded else []
        assert [guard for guard in guards if guard != "reading"] == expected
        assert not (may_open and "reading" in guards)
    assert limits[resource.RLIMIT_CORE] == (0, 0)


@pytest.mark.parametrize("is_file", [False, True])
def test_standard_error_may_grow_when_it_is_a_file(
    is_file: bool, monkeypatch: pytest.MonkeyPatch, limits: dict[int, tuple[int, int]], tmp_path: Path
) -> None:
    (tmp_path / "log").touch()
    standard_error = (tmp_path / "log" if is_file else Path(os.devnull)).stat()
    monkeypatch.setattr(os, "fstat", lambda _: standard_error)
    sandbox._bound_files()
    assert limits == ({} if is_file else {resource.RLIMIT_FSIZE: (2_764_800_000, 2_764_800_000)})


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
    sandbox._limit(resource.RLIMIT_CORE, 0)


TALKING = """
import socket
from voicepipe.worker import sandbox

here, there = socket.socketpair()
sandbox.enter(may_talk=True)
here.sendall(b"hello")
assert there.recv(5) == b"hello"
for make in (lambda: socket.socket(), lambda: here.connect("/nowhere")):
    try:
        make()
    except PermissionError:
        continue
    raise AssertionError("it is not shut in")
"""


def test_who_may_talk_does_so_over_what_is_there_and_connects_to_nothing() -> None:
    if sandbox._filter(may_open=False) is None:
        pytest.skip("libseccomp is not installed")
    done = subprocess.run([sys.executable, "-c", TALKING], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
