"""Services forked from one process that has imported them already, where a test starts very many.

Importing is most of what a start costs. A forked service is a process of its own like any other, started by `main` of
`tests.support.tampered`; only its memory begins as a copy.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import select
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.support.processes import die_with_parent


class ForkedProcess:
    """A service, with what `asyncio.subprocess.Process` offers for one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.ended = asyncio.Event()

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    async def wait(self) -> int:
        await self.ended.wait()
        assert self.returncode is not None
        return self.returncode


class Forks:
    """Starts services by forking."""

    def __init__(self, server: asyncio.subprocess.Process) -> None:
        assert server.stdin is not None
        assert server.stdout is not None
        self._requests, self._reports = server.stdin, server.stdout
        self._running: dict[int, ForkedProcess] = {}
        self._started: asyncio.Queue[ForkedProcess] = asyncio.Queue()
        self._turn = asyncio.Lock()

    async def spawn(self, arguments: Sequence[str], log: Path, environment: Mapping[str, str]) -> ForkedProcess:
        """Start `voicepipe` with these arguments in a session of its own, its output appended to the log."""
        request = {"arguments": list(arguments), "log": str(log), "environment": dict(environment)}
        async with self._turn:  # the other side takes them one by one
            self._requests.write(json.dumps(request).encode() + b"\n")
            return await self._started.get()

    async def listen(self) -> None:
        """Take in what the forking process reports, until it ends."""
        while line := await self._reports.readline():
            pid, code = json.loads(line)
            if code is None:
                self._running[pid] = ForkedProcess(pid)
                self._started.put_nowait(self._running[pid])
            else:
                process = self._running.pop(pid)
                process.returncode = code
                process.ended.set()


@asynccontextmanager
async def open_forks() -> AsyncIterator[Forks]:
    """A process that forks services; they must have ended before it."""
    command = (sys.executable, "-m", "tests.support.forks")
    pipe = asyncio.subprocess.PIPE
    server = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, preexec_fn=die_with_parent)
    forks = Forks(server)
    listening = asyncio.create_task(forks.listen())
    try:
        yield forks
    finally:
        assert server.stdin is not None
        server.stdin.close()
        await server.wait()
        await listening


# --- in the forking process -------------------------------------------------------------------------------------------
def main() -> None:
    """Fork a service for each request, and report its process and, when it has ended, its exit status."""
    import tests.support.tampered
    import voicepipe.service  # noqa: F401  what takes so long

    gc.freeze()
    ended, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        ready, _, _ = select.select([ended, 0], [], [])
        if ended in ready:
            os.read(ended, 4096)
            _report_ended()
        elif line := sys.stdin.buffer.readline():
            if (pid := os.fork()) == 0:
                _become(json.loads(line))
                return tests.support.tampered.main()
            _report(pid, None)
        else:
            return None


def _report_ended() -> None:
    while _has_children():
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        _report(pid, os.waitstatus_to_exitcode(status))


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _report(pid: int, code: int | None) -> None:
    os.write(1, json.dumps([pid, code]).encode() + b"\n")


def _become(request: Mapping[str, Any]) -> None:
    """Make this process what was asked for."""
    die_with_parent()
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(request["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    for number, source in ((0, os.open(os.devnull, os.O_RDONLY)), (1, log), (2, log)):
        os.dup2(source, number)
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = ["voicepipe", *request["arguments"]]


if __name__ == "__main__":
    main()
