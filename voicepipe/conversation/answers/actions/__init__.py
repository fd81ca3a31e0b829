"""The actions under an answer, a file for each kind.

To add one: its file here, with `ACTIONS`, and its label in both locales. It is found by being here.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from voicepipe.conversation.answers.registry import Action, Actions


def _found() -> Iterator[Action]:
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        yield from import_module(module.name).ACTIONS


ACTIONS = Actions(_found())
"""All that there are."""
