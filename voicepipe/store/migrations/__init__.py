"""Numbered SQL files, one folder per database; the schema's version is the number of the last file that ran."""

from __future__ import annotations

from importlib.resources import files
from typing import Literal


def scripts(database: Literal["journal", "records"]) -> list[tuple[int, str]]:
    """Every migration of a database as (number, SQL), in order."""
    found = [path for path in files(__name__).joinpath(database).iterdir() if path.name.endswith(".sql")]
    return sorted((int(path.name.removesuffix(".sql")), path.read_text(encoding="utf-8")) for path in found)
