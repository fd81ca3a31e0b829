"""A terminal: a program that believes to be at one, what is typed, and what is shown."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from typing import Self

BOUND_SECONDS = 60.0


class Terminal:
    """A program in a terminal of so many columns and lines. Waiting blocks."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        columns: int = 80,
        lines: int = 24,
        kind: str = "dumb",
    ) -> None:
        self.shown = ""
        """All that it has shown since `forget`, with the control sequences."""
        self._end, end = os.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self._process = subprocess.Popen(
            command,
            stdin=end,
            stdout=end,
            stderr=end,
            env={**environment, "TERM": kind, "LC_ALL": "C.UTF-8"},
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(end)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._end)

    def type(self, text: str) -> None:
        """Ctrl-C is `\\x03`."""
        os.write(self._end, text.encode())

    def forget(self) -> None:
        """Look only at what is shown from now on."""
        self.shown = ""

    def wait_for(self, pattern: str) -> None:
        """Until what was shown has the pattern."""
        deadline = time.monotonic() + BOUND_SECONDS
        while not re.search(pattern, self.shown):
            assert time.monotonic() < deadline, f"{pattern!r} is not in {self.shown[-5000:]!r}"
            self._read()

    def wait_exit(self) -> int:
        """The exit code of the program, once it has ended by itself."""
        deadline = time.monotonic() + BOUND_SECONDS
        while self._process.poll() is None:
            assert time.monotonic() < deadline, f"it does not end: {self.shown[-5000:]!r}"
            self._read()
        self._read()
        return self._process.returncode

    def _read(self) -> None:
        if select.select([self._end], [], [], 0.1)[0]:
            try:
                self.shown += os.read(self._end, 100_000).decode(errors="replace")
            except OSError:  # nobody is at the other end any more
                time.sleep(0.05)


def _take_terminal() -> None:
    """Ctrl-C is for whom the terminal belongs to."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
