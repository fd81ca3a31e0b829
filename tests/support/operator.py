"""What an operator does at the command line, for the tests of the commands."""

from __future__ import annotations

import json

from tests.support.fixtures import Command


def with_files(voicepipe: Command) -> None:
    """Make the files that a service makes, with one user in them, whose id is 1."""
    voicepipe("quota", "set", "1", "default")


def show(voicepipe: Command, user: str = "42") -> dict[str, object]:
    """What `quota show` says of a user."""
    document: dict[str, object] = json.loads(voicepipe("quota", "show", user, "--json").stdout)
    return document
