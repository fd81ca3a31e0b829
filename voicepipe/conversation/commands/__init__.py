"""The bot's commands, a file for each.

To add one: its file here, with a `COMMAND`, and its texts in both locales. It is found by being here.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

from voicepipe.conversation.registry import Command, Commands


def _found() -> Commands:
    commands = Commands()
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        command: Command = import_module(module.name).COMMAND
        commands.register(command)
    return commands


COMMANDS = _found()
"""All that there are."""
