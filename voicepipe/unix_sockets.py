"""Listening on a Unix socket whose file is ours: what a killed process left behind is taken over, nothing else."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

from voicepipe.errors import ConfigError, SocketUnavailable

_MAX_PATH_BYTES = 107


def listen_at(path: Path, what: str, key: str) -> socket.socket:
    """A listening socket whose file its owner and group may use.

    `what` it is, as "control socket", and the `key` that says where it is are named in errors. Raises SocketUnavailable
    when another process serves it or its place is taken, ConfigError when its path is too long.
    """
    if len(os.fsencode(path)) > _MAX_PATH_BYTES:
        raise ConfigError(
            f"The {what}'s path {path} is longer than the {_MAX_PATH_BYTES} bytes that a Unix socket's may have; set "
            f"{key} to a shorter one"
        )
    _clear_stale(path, what, key)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        os.fchmod(listener.fileno(), 0o660)  # the file is born with these bits, less the umask: never wider
        listener.bind(str(path))
        path.chmod(0o660)
        listener.listen()
    except OSError as error:
        listener.close()
        raise SocketUnavailable(f"The {what} {path} can't be made: {error.strerror}") from error
    listener.setblocking(False)
    return listener


def _clear_stale(path: Path, what: str, key: str) -> None:
    """Remove the file of a socket that nobody serves any more (its process was killed)."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise SocketUnavailable(f"{path} should be the {what} and is another kind of file; move it away")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
            return
        except OSError as error:
            raise SocketUnavailable(f"The {what} {path} can't be taken over: {error.strerror}") from error
    raise SocketUnavailable(f"Another process serves the {what} {path}; give each service another {key}")
