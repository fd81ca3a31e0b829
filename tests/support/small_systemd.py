"""A stand-in for `systemctl`, with as much of systemd as the tests of the unit and of the installer need.

It starts a service for real, from its unit: waits until it says READY=1, hands it its credentials, and holds it to the
unit's system calls, address families and umask. What stands for the machine is a directory, $SMALL_SYSTEMD_ROOT; what
is kept between calls (pids, calls) is in its `run`.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

START_TIMEOUT_SECONDS = 30.0
ROOT = Path(os.environ.get("SMALL_SYSTEMD_ROOT", "/"))
RUN = ROOT / "run"
Options = dict[str, list[str]]


# --- units --------------------------------------------------------------------------------------------------------
def read_unit(path: Path) -> Options:
    """Every option with its values in order; sections do not matter here, as no name is in two."""
    options: Options = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.partition("=")
        if separator and not line.startswith(("#", "[")):
            options.setdefault(name, []).append(value)
    return options


def seconds(span: str) -> float:
    """A time span of systemd's that has one part, as 5min or 60s."""
    number = span.rstrip("minsh")
    return float(number) * {"s": 1, "min": 60, "h": 3600, "": 1}[span[len(number) :]]


# --- the cage -----------------------------------------------------------------------------------------------------
def system_calls(filters: list[str]) -> set[str]:
    """The system calls that a list of SystemCallFilter= values allows, its groups resolved by systemd itself."""
    listing = subprocess.run(["systemd-analyze", "syscall-filter"], capture_output=True, text=True, check=True).stdout
    groups: dict[str, list[str]] = {}
    members: list[str] = []
    for line in filter(None, listing.splitlines()):
        if line.startswith("@"):
            members = groups.setdefault(line, [])
        elif not line.strip().startswith("#"):
            members.append(line.strip())

    def resolve(name: str) -> set[str]:
        return set().union(*map(resolve, groups[name])) if name.startswith("@") else {name}

    allowed = resolve("@default")  # what every program needs; systemd allows it unasked
    for value in filters:
        named = set().union(*map(resolve, value.removeprefix("~").split()))
        allowed = allowed - named if value.startswith("~") else allowed | named
    return allowed


class _Comparison(ctypes.Structure):
    """libseccomp's scmp_arg_cmp: a condition on an argument of a call."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("datum_a", ctypes.c_uint64),
        ("datum_b", ctypes.c_uint64),
    )


_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # SCMP_ACT_ALLOW, SCMP_ACT_ERRNO(EPERM)
_EQUAL, _MASKED_EQUAL = 4, 7
_NEW_NAMESPACE = {0x20000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000}


def confine(options: Options) -> None:
    """Hold this process, and what it starts, to the unit. Raises OSError when the kernel does not take a filter."""
    os.umask(int(options["UMask"][0], 8))
    if ctypes.CDLL(None).prctl(38, 1, 0, 0, 0):  # PR_SET_NO_NEW_PRIVS
        raise OSError("no_new_privs is refused")
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    families = [getattr(socket, name) for name in options["RestrictAddressFamilies"][0].split() if name != "none"]
    _load(library, _refusing_namespaces(library))
    _load(library, _refusing_families(library, families))
    _load(library, _allowing(library, system_calls(options["SystemCallFilter"])))


def _allowing(library: ctypes.CDLL, names: set[str]) -> ctypes.c_void_p:
    context = ctypes.c_void_p(library.seccomp_init(_REFUSE))
    for name in names:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:  # else it is of another architecture
            _add(library, context, _ALLOW, number)
    return context


def _refusing_families(library: ctypes.CDLL, allowed: list[int]) -> ctypes.c_void_p:
    context = ctypes.c_void_p(library.seccomp_init(_ALLOW))
    number = library.seccomp_syscall_resolve_name(b"socket")
    for family in set(range(64)) - set(allowed):
        _add(library, context, _REFUSE, number, _Comparison(0, _EQUAL, family, 0))
    return context


def _refusing_namespaces(library: ctypes.CDLL) -> ctypes.c_void_p:
    context = ctypes.c_void_p(library.seccomp_init(_ALLOW))
    for name in (b"unshare", b"clone"):
        number = library.seccomp_syscall_resolve_name(name)
        for flag in _NEW_NAMESPACE:
            _add(library, context, _REFUSE, number, _Comparison(0, _MASKED_EQUAL, flag, flag))
    return context


def _add(library: ctypes.CDLL, context: ctypes.c_void_p, action: int, call: int, *when: _Comparison) -> None:
    if library.seccomp_rule_add_array(context, action, call, len(when), (_Comparison * len(when))(*when)):
        raise OSError(f"libseccomp refuses a rule for call {call}")


def _load(library: ctypes.CDLL, context: ctypes.c_void_p) -> None:
    if library.seccomp_load(context):
        raise OSError("the kernel refuses a filter")


# --- starting and stopping ----------------------------------------------------------------------------------------
def _start(unit: str) -> int:
    if not unit.endswith(".service") or _pid(unit):
        return 0
    options = read_unit(ROOT / "etc/systemd/system" / unit)
    address = RUN / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notifications:
        address.unlink(missing_ok=True)
        notifications.bind(str(address))
        notifications.settimeout(0.05)
        with (ROOT / "service.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", __spec__.name if __spec__ else __name__, "exec", unit],
                env=os.environ | {"NOTIFY_SOCKET": str(address), "CREDENTIALS_DIRECTORY": str(_credentials(options))},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if options["Type"] == ["oneshot"]:
            return process.wait(START_TIMEOUT_SECONDS)
        (RUN / unit).write_text(str(process.pid))
        return 0 if _is_ready(process, notifications) else 1


def _is_ready(process: subprocess.Popen[bytes], notifications: socket.socket) -> bool:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if b"READY=1" in notifications.recv(4096).splitlines():
                return True
        except TimeoutError:
            continue
    process.kill()
    return False


def _credentials(options: Options) -> Path:
    directory = RUN / "credentials"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(mode=0o700)
    for value in options.get("SetCredential", []):
        name, _, content = value.partition(":")
        (directory / name).write_text(content.replace("\\n", "\n"))
    for value in options.get("LoadCredential", []):
        name, _, path = value.partition(":")
        if Path(_inside(path)).exists() or not (directory / name).exists():
            shutil.copy(_inside(path), directory / name)
    return directory


def _exec(unit: str) -> None:
    """Become the service."""
    options = read_unit(ROOT / "etc/systemd/system" / unit)
    program, *arguments = [_inside(word) for word in options["ExecStart"][0].split()]
    if not os.environ.get("SMALL_SYSTEMD_UNCONFINED"):
        confine(options)
    os.execv(program, [program, *arguments])


def _inside(path: str) -> str:
    path = path.replace("%S", "/var/lib")
    return str(ROOT / path[1:]) if path.startswith("/") else path


def _stop(unit: str) -> int:
    if pid := _pid(unit):
        options = read_unit(ROOT / "etc/systemd/system" / unit)
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + seconds(options["TimeoutStopSec"][0])
        while _pid(unit):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)
    (RUN / unit).unlink(missing_ok=True)
    return 0


def _reload(unit: str) -> int:
    """Each command in turn, as long as none fails."""
    options = read_unit(ROOT / "etc/systemd/system" / unit)
    environment = os.environ | {"MAINPID": str(_pid(unit)), "CREDENTIALS_DIRECTORY": str(RUN / "credentials")}
    with (ROOT / "service.log").open("ab") as log:
        for command in options["ExecReload"]:
            words = [_inside(word) if "voicepipe" in word else word for word in shlex.split(command)]
            if code := subprocess.run(words, env=environment, stdout=log, stderr=log, check=False).returncode:
                return code
    return 0


def _pid(unit: str) -> int:
    """The main process of a running service, else 0."""
    try:
        pid = int((RUN / unit).read_text())
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ValueError):
        return 0
    return 0 if state == "Z" else pid


def main(verb: str, *arguments: str) -> int:
    RUN.mkdir(exist_ok=True)
    units = [argument for argument in arguments if not argument.startswith("-")]
    if verb == "exec":
        _exec(units[0])
    with (RUN / "calls").open("a") as calls:
        calls.write(" ".join((verb, *arguments)) + "\n")
    match verb:
        case "start":
            return max(map(_start, units))
        case "stop" | "disable":
            return max(map(_stop, units))
        case "reload":
            return max(map(_reload, units))
        case "is-active":
            return 0 if _pid(units[0]) else 3
        case "daemon-reload" | "enable" | "reset-failed":
            return 0
    raise SystemExit(f"small_systemd: {verb} is not known")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
