"""What worker and service do to their processes and the machine, in processes of their own: it can't be undone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.places import ROOT


def run(program: str, **environment: str) -> str:
    """What it prints."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout
    return done.stdout.strip()


TAKE_AND_RETURN = """
import ctypes, resource
from voicepipe.worker import allocator
kept = {tune}
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
print(kept, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def test_large_block_is_kept_for_the_next_time() -> None:
    kept, faults = run(TAKE_AND_RETURN.format(tune="allocator.keep_memory()")).split()
    if kept == "False":
        pytest.skip("this C library's allocator can't be told")
    assert int(faults) < 100
    _, faults = run(TAKE_AND_RETURN.format(tune="False")).split()
    assert int(faults) > 100, "without it the test proves something"


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
kept = allocator.keep_memory()
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
print(kept, before - resident_mib())
"""


def test_what_loading_a_model_left_behind_is_given_back() -> None:
    """Also what lies between blocks that are in use."""
    kept, mib = run(GIVE_BACK).split()
    if kept == "False":
        pytest.skip("this C library's allocator can't be told")
    assert int(mib) > 64


EXCESS = """
import ctypes
from voicepipe.worker import allocator
allocator.keep_memory()
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
    residents = list(map(int, run(EXCESS).split()))
    if residents[2] > 200:
        pytest.skip("this C library gives nothing back")
    first, alike, excess, *later = residents
    assert 55 <= first <= alike, "what each task takes again is kept"
    assert excess < 20
    assert max(later) >= 55, "soon after, nothing is given back again"


def test_another_c_library_is_no_error() -> None:
    program = """
import ctypes
from voicepipe.worker import allocator
class Library: pass
ctypes.CDLL = lambda _: Library()
print(allocator.keep_memory(), allocator.give_back_unused())
"""
    assert run(program) == "False False"


JOIN = """
import ctypes
from voicepipe.worker import allocator
allocator.keep_memory()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
used, unused = (libc.malloc(32 << 20) for _ in range(2))
ctypes.memset(used, 1, 32 << 20)
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 >> 20
heap = allocator.Heap()
before = resident()
joined = heap.join_pages()
print(joined, resident() - before)
assert ctypes.string_at(used, 32 << 20) == bytes([1]) * (32 << 20)
"""


def test_what_is_in_use_is_joined_and_nothing_else() -> None:
    joined, more_mib = map(int, run(JOIN).split())
    assert more_mib <= 2, "memory that nobody uses stays with the kernel"
    if joined == 0:
        pytest.skip("this kernel does not join pages when asked to")
    assert joined >= 14


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
