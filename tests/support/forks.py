"""Services forked from one process that has imported them already, where tests start very many.

Importing is most of what a start costs. A forked service is a process of its own like any other, started by `main` of
`tests.support.tampered`; only its memory begins as a copy.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import coverage

from tests.support.processes import die_with_parent

FORKED = ("voicepipe", "tests.support.tampered")
"""What can be started so. The second is the first where nothing in its environment tampers."""


class ForkedProcess:
    """A service, with what `asyncio.subprocess.Process` offers for one."""

    def __init__(self, forks: Forks, pid: int) -> None:
        self.pid = pid
        self._forks = forks
        self._ended = os.pidfd_open(pid)
        self._returncode: int | None = None

    @property
    def returncode(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        if self._returncode is None and select.select([self._ended], [], [], 0)[0]:
            self._returncode = self._forks.reap(self.pid)
            os.close(self._ended)
        return self._returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    async def wait(self) -> int:
        loop = asyncio.get_running_loop()
        while (code := self.returncode) is None:
            has_ended, ended = asyncio.Event(), os.dup(self._ended)  # of several that wait, each has its own
            loop.add_reader(ended, has_ended.set)
            try:
                await has_ended.wait()
            finally:
                loop.remove_reader(ended)
                os.close(ended)
        return code


class Forks:
    """Starts services by forking."""

    def __init__(self, server: subprocess.Popen[bytes]) -> None:
        self._server = server

    def spawn(self, arguments: Sequence[str], log: Path, environment: Mapping[str, str]) -> ForkedProcess:
        """Start `voicepipe` with these arguments in a session of its own, its output appended to the log."""
        request = {"arguments": list(arguments), "log": str(log), "environment": dict(environment)}
        return ForkedProcess(self, self._ask(request))

    def reap(self, pid: int) -> int:
        """The exit status of a service that has ended."""
        return self._ask({"ended": pid})

    def _ask(self, request: Mapping[str, Any]) -> int:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(request).encode() + b"\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())


@contextmanager
def open_forks() -> Iterator[Forks]:
    """A process that forks services; they must have ended before it."""
    command = (sys.executable, "-m", "tests.support.forks")
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, preexec_fn=die_with_parent) as server:
        yield Forks(server)


# --- in the forking process -------------------------------------------------------------------------------------------
def main() -> None:
    """Fork a service for each request, or tell with which status one has ended."""
    import tests.support.tampered
    import voicepipe.service  # noqa: F401  what takes so long

    gc.freeze()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        if "ended" in request:
            _, status = os.waitpid(request["ended"], 0)
            _answer(os.waitstatus_to_exitcode(status))
        elif (pid := os.fork()) == 0:
            _become(request)
            tests.support.tampered.main()
            return
        else:
            _answer(pid)


def _answer(number: int) -> None:
    os.write(1, b"%d\n" % number)


def _become(request: Mapping[str, Any]) -> None:
    """Make this process what was asked for."""
    die_with_parent()
    os.setsid()
    log = os.open(request["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    for number, source in ((0, os.open(os.devnull, os.O_RDONLY)), (1, log), (2, log)):
        os.dup2(source, number)
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = ["voicepipe", *request["arguments"]]
    coverage.process_startup()  # where the environment asks for it; what importing runs was not measured


if __name__ == "__main__":
    main()
