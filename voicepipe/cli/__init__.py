"""The `voicepipe` command: `commands` lists its subcommands, a module for each group of them has what they do."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


def main() -> None:
    """The entry point of the `voicepipe` command."""
    # Among the imports, and after the last word, nobody would catch a KeyboardInterrupt: Ctrl-C just ends the process.
    _replace_handler(signal.default_int_handler, signal.SIG_DFL)
    from voicepipe.cli.commands import app
    from voicepipe.cli.tools.commands import INTERRUPTED
    from voicepipe.cli.tools.console import OutputFailed, complain, guard_streams

    guard_streams()
    try:
        _replace_handler(signal.SIG_DFL, signal.default_int_handler)
        app(prog_name="voicepipe")
    except OutputFailed as error:
        complain(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    finally:
        _replace_handler(signal.default_int_handler, signal.SIG_DFL)


def _replace_handler(expected: object, handler: Callable[[int, FrameType | None], Any] | signal.Handlers) -> None:
    """What SIGINT does, unless somebody else has a say in it: a background job of a script ignores it."""
    if signal.getsignal(signal.SIGINT) is expected:
        signal.signal(signal.SIGINT, handler)
