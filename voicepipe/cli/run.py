"""`voicepipe run`: the service itself."""

from __future__ import annotations

import gc
import os

import typer

from voicepipe.cli.tools.configuration import load_to_run
from voicepipe.cli.tools.ownership import require_usable_files
from voicepipe.errors import StoreLocked


def run_command(context: typer.Context) -> None:
    """Run the service until Ctrl-C or SIGTERM."""
    configuration = load_to_run(context)
    require_usable_files(configuration, "run")
    gc.disable()  # importing makes a great many objects that stay: a collection that walks them finds nothing
    from voicepipe.service import run

    gc.enable()
    try:
        run(configuration, reload=lambda: load_to_run(context))
    except StoreLocked as error:
        raise StoreLocked(
            f"The service runs already ({error.holder}, state directory {configuration.service.state_path}). "
            "Stop it first; voicepipe status shows how it is.",
            pid=error.pid,
        ) from None
    # All is closed. Taking the interpreter apart object by object would only delay the next start.
    os._exit(0)
