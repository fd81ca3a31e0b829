"""`voicepipe backup` and `voicepipe restore`: copies of the journal, made and put back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voicepipe.cli.tools.arguments import AsJson
from voicepipe.cli.tools.configuration import load
from voicepipe.cli.tools.console import print_document
from voicepipe.cli.tools.ownership import require_files, require_own_files
from voicepipe.cli.tools.words import show_size
from voicepipe.errors import RequestRefused


def backup_command(
    context: typer.Context,
    directory: Annotated[str, typer.Argument(metavar="DIR", help="Where to; it is made if it is not there.")],
    keep: Annotated[
        int | None,
        typer.Option(
            "--keep", metavar="N", min=1, help="Delete all but the latest N backups there.", show_default=False
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Back up the journal, also while the service runs.

    The copy is verified. Records are built from it again, so it is all there is to keep.
    """
    from voicepipe.store import back_up, utc_now

    config = load(context)
    if not directory.strip():
        raise RequestRefused("The directory's name is empty; expected where the backup is to be put")
    require_files(config)
    made = back_up(config.service.state_path, Path(directory), utc_now(), keep=keep)
    if as_json:
        removed = [str(path) for path in made.removed]
        print_document({"path": str(made.path), "bytes": made.size_bytes, "entries": made.entries, "removed": removed})
        return
    typer.echo(f"{made.path} ({show_size(made.size_bytes)}, {made.entries} entries)")
    for path in made.removed:
        typer.echo(f"deleted {path}")


def restore_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup made by `voicepipe backup`.", readable=False)],
    as_json: AsJson = False,
) -> None:
    """Put a backup in the journal's place, while no service runs.

    The present journal is set aside beside it. What happened after the backup is not known any more: recordings
    answered since then may be recognised and charged once more.
    """
    from voicepipe.errors import StoreLocked
    from voicepipe.store import restore, utc_now

    config = load(context)
    require_own_files(config, may_make=True)
    try:
        restored = restore(file, config.service.state_path, utc_now())
    except StoreLocked as error:
        raise StoreLocked(
            f"The service runs ({error.holder} has the state directory). Stop it, as with: systemctl stop voicepipe; "
            "then repeat the command.",
            pid=error.pid,
        ) from None
    if as_json:
        replaced = str(restored.replaced) if restored.replaced else None
        print_document({"entries": restored.entries, "replaced": replaced})
        return
    typer.echo(f"Restored {restored.entries} entries from {file}.")
    if restored.replaced:
        typer.echo(f"The journal that was there before is now {restored.replaced}; delete it when all is well.")
