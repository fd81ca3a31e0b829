"""What CTranslate2 computes with: its number format, and arrays that lie outside the C library's heap."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from typing import Any

import ctranslate2
import numpy as np
from numpy.typing import NDArray

GPU_COMPUTE_TYPES = ("int8_float16", "float16", "int8", "float32")
"""The first that the device has is the fastest."""


def compute_type(device: str, wanted: str) -> str:
    """The number format that is wanted, or for "auto" the best that the device has."""
    if wanted != "auto":
        return wanted
    has_gpu = device == "cuda" or (device == "auto" and ctranslate2.get_cuda_device_count() > 0)
    if not has_gpu:
        return "int8"
    supported = ctranslate2.get_supported_compute_types("cuda", 0)
    return next((name for name in GPU_COMPUTE_TYPES if name in supported), "default")


def stacked(encoded: Sequence[ctranslate2.StorageView]) -> ctranslate2.StorageView:
    """Several as one batch."""
    return ctranslate2.StorageView.from_array(apart([_array(each) for each in encoded]))


def _array(view: ctranslate2.StorageView) -> NDArray[Any]:
    on_cpu = view.to_device(ctranslate2.Device.cpu) if view.device == "cuda" else view
    if on_cpu.dtype == ctranslate2.DataType.bfloat16:  # which numpy does not know; the engine converts it back
        on_cpu = on_cpu.to(ctranslate2.DataType.float32)
    return np.asarray(on_cpu)


def apart(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """One after the other, in memory outside the C library's heap.

    What lies in the heap between two encodings keeps the second from using the memory of the first.
    """
    size = sum(array.nbytes for array in arrays)
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    whole = np.frombuffer(memory, arrays[0].dtype).reshape(-1, *arrays[0].shape[1:])
    return np.concatenate(arrays, out=whole)
