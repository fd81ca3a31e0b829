"""What a worker gives up for good before it touches the first recording. Only such processes import this.

A recording is hostile, and the libraries that decode it are large and written in C. A worker that one of them betrays
shall find nothing to use: no network, no program to start, no file to open, no other process to reach, and no more
memory than recordings need. What remains is to read and write what it is handed open, and to answer on its pipe.

Two mechanisms of the Linux kernel do it, both for processes without privileges, both irrevocable:

- a seccomp filter, by libseccomp, which refuses system calls in every thread. It refuses rather than allows by list:
  which harmless calls the C library and the engine make differs between machines and grows with them.
- Landlock, by its system calls, which knows files, as a filter can't. It binds the thread that decodes, and
  the threads that it starts from then on; those that the engine started while loading only from Linux 7.0 on.

Either may be missing, in the kernel or on the machine; then the rest holds, and what does not is said.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import mmap
import os
import resource
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from voicepipe.wire.messages import Guard

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
LARGEST_FILE_BYTES = 86_400 * 16_000 * 2
"""The sound of a day, which is more than any recording that is accepted has."""


def enter(*, may_open: bool = False, may_talk: bool = False) -> tuple[Guard, ...]:
    """Shuts the process in and says in what respects; `may_open`: but for files, which it may open as before.

    `may_talk`: over connections that it is handed; it still makes none.

    To be called when all else is ready, by the thread that decodes the recordings.
    """
    guards: tuple[Guard, ...] = ()
    _limit(resource.RLIMIT_CORE, 0)
    if ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, *map(ctypes.c_ulong, (1, 0, 0, 0))) != 0:
        return guards
    if not may_open:
        _bound_files()
    calls = _filter(may_open, may_talk)  # made first: it takes a library, which is a file
    if not may_open and _open_nothing():
        guards += (Guard.READING,)
    if calls is not None and calls.load():
        guards += (Guard.NETWORK, Guard.PROGRAMS)
        guards += () if may_open else (Guard.WRITING,)
    return guards


def limit_memory(more_bytes: int) -> bool:
    """Lets the process take so much memory beyond what it has, and no more; says whether that is in force.

    Beyond it an allocation fails, which costs the recording, or at worst the worker. What counts is what could fill
    with data, not what is mapped: much of that is reserved only.
    """
    try:
        status = Path("/proc/self/status").read_text()
        taken = next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmData:"))
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        limit = taken + more_bytes if hard == resource.RLIM_INFINITY else min(taken + more_bytes, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    except (OSError, ValueError, StopIteration):
        return False
    return True


def _bound_files() -> None:
    """Unless standard error is a file: there a stuck worker shows where it is."""
    with contextlib.suppress(OSError):
        if not stat.S_ISREG(os.fstat(2).st_mode):
            _limit(resource.RLIMIT_FSIZE, LARGEST_FILE_BYTES)


def _limit(what: int, most: int) -> None:
    """Sets a limit for good, if whoever started the service has not set a lower one."""
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(what, (most, most))


# --- Landlock: which files -------------------------------------------------------------------------------------------
CREATE_RULESET, RESTRICT_SELF = 444, 446
"""Numbers of the system calls, the same on all machines that Python's wheels exist for."""
GET_VERSION = 1
ALL_THREADS = 1 << 3
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights on files each version of Landlock knows, from the lowest bit on; later ones as the last."""
TCP = 0b11
"""To bind and to connect."""
OTHERS = 0b11
"""Abstract Unix sockets and processes outside."""


class _Ruleset(ctypes.Structure):
    """What is handled, and so refused unless a rule allows it."""

    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


def _open_nothing() -> bool:
    """Rights are handled, and no rule grants any; what is open stays usable. Says whether that is in force."""
    version = _landlock(CREATE_RULESET, None, 0, GET_VERSION)
    if version < 1:
        return False
    files = (1 << FILE_RIGHTS[min(version, max(FILE_RIGHTS))]) - 1
    ruleset = _Ruleset(files, TCP if version >= 4 else 0, OTHERS if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    descriptor = _landlock(CREATE_RULESET, ctypes.byref(ruleset), size, 0)
    if descriptor < 0:
        return False
    try:
        return _landlock(RESTRICT_SELF, descriptor, ALL_THREADS if version >= 8 else 0) == 0
    finally:
        os.close(descriptor)


def _landlock(number: int, *arguments: object) -> int:
    wide = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return int(ctypes.CDLL(None).syscall(ctypes.c_long(number), *wide))


# --- seccomp: which system calls -------------------------------------------------------------------------------------
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000, 0x80000000
"""What the filter does with a call; REFUSE is or-ed with the error number that the caller gets."""
NOT_EQUAL, EQUAL, MASKED = 1, 4, 7
"""How an argument is compared."""
THREADS_TOO = 4
"""The attribute that has the filter hold in all threads."""
UNKNOWN = -1
CLONE_THREAD = 0x10000
MAP_TYPE = 0xF
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
"""Would type into the terminal that standard error may be."""

NETWORK = "socket socketpair connect bind listen accept accept4 io_uring_setup io_uring_enter io_uring_register"
"""The last three do anything in the kernel that other calls do here."""
TALKING = "sendto sendmsg sendmmsg shutdown setsockopt"
"""What a connection that is there takes."""
PROGRAMS = "execve execveat fork vfork uselib"
CHANGES = (
    "creat truncate ftruncate fallocate mknod mknodat mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 "
    "link linkat symlink symlinkat chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes utimensat "
    "futimesat setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat "
    "file_setattr memfd_create memfd_secret mq_open mq_unlink shmget shmat msgget semget inotify_init inotify_init1 "
    "fanotify_init copy_file_range open_by_handle_at name_to_handle_at flock"
)
"""Changes to files, and memory or messages that would not count as the process's own."""
OTHER_PROCESSES = (
    "tkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_getfd pidfd_send_signal process_madvise process_mrelease "
    "kcmp setrlimit setpriority sched_setscheduler sched_setparam sched_setattr ioprio_set move_pages migrate_pages "
    "setpgid setsid setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups capset"
)
HOSTILE = (
    "ptrace process_vm_readv process_vm_writev bpf perf_event_open userfaultfd keyctl add_key request_key "
    "mount umount umount2 mount_setattr move_mount open_tree fsopen fsconfig fsmount fspick pivot_root chroot unshare "
    "setns init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff iopl ioperm "
    "modify_ldt acct quotactl quotactl_fd syslog settimeofday clock_settime adjtimex clock_adjtime sethostname "
    "setdomainname vhangup nfsservctl personality"
)
"""Nothing that decodes sound asks for these, even in passing: whoever does is killed."""


class _Comparison(ctypes.Structure):
    """Of an argument; MASKED has the mask first."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("way", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """A call that is refused when one argument compares so."""

    name: str
    argument: int
    way: int
    first: int
    second: int = 0


def _opening_to_write() -> Iterator[_Case]:
    for name, flags in (("open", 1), ("openat", 2)):
        for mode in (os.O_WRONLY, os.O_RDWR, os.O_ACCMODE):
            yield _Case(name, flags, MASKED, os.O_ACCMODE, mode)
        for flag in (os.O_CREAT, os.O_TRUNC):
            yield _Case(name, flags, MASKED, flag, flag)


def _cases() -> Iterator[_Case]:
    yield _Case("clone", 0, MASKED, CLONE_THREAD, 0)  # processes; threads are needed
    # Memory shared with nobody yet: it would not count towards the limit.
    yield _Case("mmap", 3, MASKED, MAP_TYPE | mmap.MAP_ANONYMOUS, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)
    yield _Case("prlimit64", 2, NOT_EQUAL, 0)
    yield _Case("prctl", 0, EQUAL, PR_SET_PDEATHSIG)
    for name in ("kill", "tgkill"):
        yield _Case(name, 0, NOT_EQUAL, os.getpid())
    for request in (TIOCSTI, TIOCLINUX):
        yield _Case("ioctl", 1, MASKED, 0xFFFFFFFF, request)


class _Filter:
    """A libseccomp filter in the making, which allows what no rule names. Raises OSError for what can't be done."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
        self._library.seccomp_init.restype = ctypes.c_void_p
        self._context = ctypes.c_void_p(self._library.seccomp_init(ctypes.c_uint32(ALLOW)))
        if not self._context:
            raise OSError("seccomp_init")
        self._check(self._library.seccomp_attr_set(self._context, THREADS_TOO, ctypes.c_uint32(1)))

    def add(self, action: int, names: str, case: _Case | None = None) -> None:
        """A rule for each call; one that this machine's library or kernel does not know is left out."""
        comparisons = (_Comparison * 1)()
        if case is not None:
            comparisons[0] = _Comparison(case.argument, case.way, case.first, case.second)
        for name in names.split():
            number = self._library.seccomp_syscall_resolve_name(name.encode())
            if number != UNKNOWN:
                self._check(
                    self._library.seccomp_rule_add_array(
                        self._context, ctypes.c_uint32(action), number, int(case is not None), comparisons
                    )
                )

    def load(self) -> bool:
        """Puts it in force for the whole process; False where the kernel has no filters."""
        return bool(self._library.seccomp_load(self._context) == 0)

    @staticmethod
    def _check(result: int) -> None:
        if result < 0:
            raise OSError(-result, os.strerror(-result))


def _filter(may_open: bool, may_talk: bool = False) -> _Filter | None:
    """The filter, not yet in force; None without libseccomp."""
    try:
        calls = _Filter()
        talking, changes = "" if may_talk else TALKING, "" if may_open else CHANGES
        calls.add(REFUSE | errno.EPERM, f"{NETWORK} {talking} {PROGRAMS} {OTHER_PROCESSES} {changes}")
        for case in (*_cases(), *(() if may_open else _opening_to_write())):
            calls.add(REFUSE | errno.EPERM, case.name, case)
        # Their flags lie in memory, where a filter can't see them. Who gets this error takes the older call.
        calls.add(REFUSE | errno.ENOSYS, "clone3" if may_open else "clone3 openat2")
        calls.add(KILL, HOSTILE)
    except OSError:
        return None
    return calls
