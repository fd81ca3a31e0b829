"""Where programs of the tests keep what they fetch or make once: the user's cache, outside the checkout."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def cache_directory(name: str) -> Path:
    """`~/.cache/voicepipe/NAME`, or where XDG_CACHE_HOME says; not made."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "voicepipe" / name


def digest(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal digits. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
