"""What the engine is told of the processor. To be used before the engine is imported."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

INSTRUCTION_SET = "CT2_FORCE_CPU_ISA"
WIDE_VECTORS = {"avx512f", "avx512cd", "avx512vl", "avx512bw", "avx512dq", "avx512_vnni"}
"""What CTranslate2's code for them needs, and what only processors have that do not slow down for it."""


def use_wide_vectors() -> bool:
    """Has the engine compute with vectors that it does not take by itself; whether it will.

    Whoever has set `CT2_FORCE_CPU_ISA` has decided otherwise.
    """
    with contextlib.suppress(OSError):
        flags = re.search(r"^flags\s*:(.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
        if flags is not None and set(flags[1].split()) >= WIDE_VECTORS:
            return os.environ.setdefault(INSTRUCTION_SET, "AVX512") == "AVX512"
    return False
