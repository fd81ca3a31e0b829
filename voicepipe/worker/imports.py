"""What the engine's libraries import and a worker has no use for: left out, it takes no memory in any worker.

faster-whisper shows its progress by tqdm, and CTranslate2 can give what it generates to asyncio. A worker with the demo
model takes 144 MB without the two and 152 MB with them (`scripts/bench --only worth`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class NoBar:
    """Stands for `tqdm.tqdm`: a progress bar that nobody sees."""

    def __init__(self, *_: Any, **__: Any) -> None: ...

    def update(self, *_: Any) -> None: ...

    def close(self) -> None: ...


LEFT_OUT: dict[str, dict[str, Any]] = {"asyncio": {}, "tqdm": {"tqdm": NoBar}, "tqdm.auto": {"tqdm": NoBar}}
"""Modules, and what is asked of each when the libraries are imported or used as a worker uses them."""


@contextmanager
def unused_left_out() -> Iterator[None]:
    """Import the engine inside. What is there already stays."""
    absent = {name: _module(name, content) for name, content in LEFT_OUT.items() if name not in sys.modules}
    sys.modules.update(absent)
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def _module(name: str, content: dict[str, Any]) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(content)
    return module
