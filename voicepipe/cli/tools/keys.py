"""Keys for the message server: each machine has one, and the server knows its public half only."""

from __future__ import annotations

import os
import re
from pathlib import Path

from voicepipe.errors import ConfigError, RequestRefused
from voicepipe.wire.remote import permissions


def make_key(name: str, directory: Path) -> str:
    """Write a new key to NAME.nk, and return the user's line for the server's configuration.

    Raises RequestRefused when there is such a file, ConfigError when the extra `remote` is not installed.
    """
    if re.fullmatch("[A-Za-z0-9_-]{1,64}", name) is None:
        raise RequestRefused("A name has letters, digits, - and _ only")
    try:
        import nkeys
    except ImportError:
        raise ConfigError("Keys need the extra `remote`, which is not installed: `scripts/setup remote`") from None
    seed = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER)
    path = directory / f"{name}.nk"
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise RequestRefused(f"{path} can't be written: {error.strerror}") from None
    with os.fdopen(file, "wb") as opened:
        opened.write(seed + b"\n")
    public = nkeys.from_seed(bytearray(seed)).public_key.decode()
    return f"{{nkey: {public}, permissions: {permissions(name)}}}  # {name}"
