"""What worker and service do to their processes and the machine, in processes of their own: it can't be undone."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.places import ROOT
from voicepipe.workers.local import HEAP_SETTINGS, KEPT_MEMORY, worker_environment


def run(program: str, **environment: str) -> str:
    """What it prints."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout
    return done.stdout.strip()


def keeping(program: str) -> str:
    """What it prints when the C library keeps memory as a worker's does. Skips where it can't be told to."""
    if not hasattr(ctypes.CDLL(None), "gnu_get_libc_version"):
        pytest.skip("only the GNU C library can be told")
    return run(program, **{HEAP_SETTINGS: KEPT_MEMORY})


TAKE_AND_RETURN = """
import ctypes, resource
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = libc.free.argtypes = [ctypes.c_size_t]
size = 72 << 20
def take_and_return():
    block = libc.malloc(size)
    ctypes.memset(block, 1, size)
    libc.free(block)
take_and_return()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
take_and_return()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def test_large_block_is_kept_for_the_next_time() -> None:
    assert int(keeping(TAKE_AND_RETURN)) < 100
    assert int(run(TAKE_AND_RETURN)) > 100, "without it the test proves something"


HEAPS = """
import ctypes, os, tempfile, threading
from voicepipe.machine import share_one_heap
is_shared = {shares} and share_one_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fdopen.restype = ctypes.c_void_p
libc.malloc_info.argtypes = ctypes.c_int, ctypes.c_void_p
libc.fclose.argtypes = (ctypes.c_void_p,)
threads = [threading.Thread(target=libc.malloc, args=(100,)) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
with tempfile.TemporaryFile() as file:
    stream = libc.fdopen(os.dup(file.fileno()), b"w")
    libc.malloc_info(0, stream)
    libc.fclose(stream)
    file.seek(0)
    print(is_shared, file.read().count(b"<heap "))
"""


def test_threads_of_the_service_share_a_heap() -> None:
    is_shared, heaps = run(HEAPS.format(shares=True)).split()
    if is_shared == "False":
        pytest.skip("this C library's allocator can't be told")
    assert heaps == "1"
    _, heaps = run(HEAPS.format(shares=False)).split()
    assert int(heaps) > 1, "without it the test proves something"


GIVE_BACK = """
import ctypes, os
from voicepipe.worker import allocator
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = libc.free.argtypes = [ctypes.c_size_t]
def resident_mib():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
size = 72 << 20
converted, loaded = libc.malloc(size), libc.malloc(4096)
ctypes.memset(converted, 1, size)
libc.free(converted)
before = resident_mib()
allocator.give_back_unused()
print(before - resident_mib())
"""


def test_what_loading_a_model_left_behind_is_given_back() -> None:
    """Also what lies between blocks that are in use."""
    assert int(keeping(GIVE_BACK)) > 64


EXCESS = """
import ctypes
from voicepipe.worker import allocator
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = libc.free.argtypes = [ctypes.c_size_t]
def resident_mib():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 >> 20
def task(mib):
    taken, left = libc.malloc(mib << 20), libc.malloc(4096)
    ctypes.memset(taken, 1, mib << 20)
    libc.free(taken)
    heap.task_done()
heap, before, residents = allocator.Heap(), resident_mib(), []
for mib in (60, 50, 200, 60, 50):  # something small may lie in what was free, where as large a block no longer fits
    task(mib)
    residents.append(resident_mib() - before)
print(*residents)
"""


def test_what_is_left_unused_beyond_the_usual_is_given_back() -> None:
    first, alike, excess, *later = map(int, keeping(EXCESS).split())
    assert 55 <= first <= alike, "what each task takes again is kept"
    assert excess < 20
    assert max(later) >= 55


def test_another_c_library_is_no_error() -> None:
    program = """
import ctypes
from voicepipe.worker import allocator
class Library: pass
ctypes.CDLL = lambda _: Library()
print(allocator.give_back_unused(), allocator.Heap().task_done())
"""
    assert run(program) == "False None"


LARGE_PAGES = """
import ctypes
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
used = libc.malloc(32 << 20)
ctypes.memset(used, 1, 32 << 20)
with open("/proc/self/smaps_rollup") as sizes:
    print(next(line.split()[1] for line in sizes if line.startswith("AnonHugePages")))
"""


def test_large_blocks_are_in_large_pages() -> None:
    wanted = Path("/sys/kernel/mm/transparent_hugepage/enabled")
    if not wanted.is_file() or "[never]" in wanted.read_text():
        pytest.skip("this kernel has none")
    assert int(keeping(LARGE_PAGES)) >= 28 << 10


def test_what_an_operator_says_of_the_heap_goes_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HEAP_SETTINGS, "glibc.malloc.top_pad=131072")
    assert worker_environment(1)[HEAP_SETTINGS] == "glibc.malloc.top_pad=131072"
    assert worker_environment(1, keeps_memory=True)[HEAP_SETTINGS] == f"{KEPT_MEMORY}:glibc.malloc.top_pad=131072"


VECTORS = (
    "from voicepipe.worker import processor; import os; print(processor.use_wide_vectors(), os.environ.get('{name}'))"
)


def test_wide_vectors_are_used_where_there_are_such() -> None:
    program = VECTORS.format(name="CT2_FORCE_CPU_ISA")
    flags = Path("/proc/cpuinfo").read_text()
    assert run(program) == ("True AVX512" if "avx512_vnni" in flags else "False None")
    assert run(program, CT2_FORCE_CPU_ISA="AVX2").endswith(" AVX2")


LEFT_OUT = """
import sys
from voicepipe.worker import imports
with imports.unused_left_out():
    import voicepipe.worker.task
print(sorted({"asyncio", "asyncio.events", "tqdm", "tqdm.std"} & sys.modules.keys()))
"""


def test_what_a_worker_does_not_use_is_not_loaded() -> None:
    assert run(LEFT_OUT) == "[]"
