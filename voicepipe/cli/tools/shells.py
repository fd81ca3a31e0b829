"""Shells that can complete our commands: where each looks for that, and how it is told."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from voicepipe.errors import RequestRefused

PROGRAM = "voicepipe"
COMPLETE_VARIABLE = "_VOICEPIPE_COMPLETE"
"""Set by a shell that asks what may come next."""


class Shell(StrEnum):
    """Shells that commands can be completed in."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


@dataclass(frozen=True, slots=True)
class Installed:
    """Where a shell finds out how to complete our commands."""

    shell: Shell
    script: Path
    start_file: Path | None
    """What loads the script in a new shell; None where the shell looks for it by itself."""


def present_shell() -> Shell:
    """The shell that this was called from, or else the user's. Raises RequestRefused where it is another."""
    import shellingham

    try:
        name: str = shellingham.detect_shell()[0]
    except (shellingham.ShellDetectionFailure, OSError):
        name = Path(os.environ.get("SHELL", "")).name
    if name not in list(Shell):
        raise RequestRefused(f"The shell is {name or 'not known'}; expected {', '.join(Shell)}: name one of them")
    return Shell(name)


def script(shell: Shell) -> str:
    """What tells a shell how to complete our commands."""
    from typer._completion_shared import get_completion_script

    return get_completion_script(prog_name=PROGRAM, complete_var=COMPLETE_VARIABLE, shell=shell) + "\n"


def answer_shells() -> None:
    """Learn how each shell asks what may come next."""
    from typer._completion_classes import completion_init

    completion_init()


def install(shell: Shell) -> Installed:
    """Install completion for this user; once more, it changes nothing. Raises RequestRefused for files out of reach."""
    places = _places(shell)
    try:
        places.script.parent.mkdir(parents=True, exist_ok=True)
        places.script.write_text(script(shell), encoding="utf-8")
        if places.start_file:
            _append_once(places.start_file, _load_line(places))
    except OSError as error:
        raise RequestRefused(f"{error.filename} can't be written: {error.strerror}") from None
    return places


def _places(shell: Shell) -> Installed:
    home = Path.home()
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    match shell:
        case Shell.BASH:
            return Installed(shell, data / "bash-completion/completions" / PROGRAM, home / ".bashrc")
        case Shell.ZSH:
            rc_directory = Path(os.environ.get("ZDOTDIR") or home)
            return Installed(shell, data / f"zsh/site-functions/_{PROGRAM}", rc_directory / ".zshrc")
        case Shell.FISH:
            config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
            return Installed(shell, config / f"fish/completions/{PROGRAM}.fish", None)


def _load_line(places: Installed) -> str:
    """A line that loads the script, and does no harm once it is gone."""
    name = shlex.quote(str(places.script))
    # Without its own system for completions, zsh does not know the word that the script begins with.
    prepare = "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }; "
    return f"[ ! -r {name} ] || {{ {prepare if places.shell is Shell.ZSH else ''}source {name}; }}"


def _append_once(file: Path, line: str) -> None:
    text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
    if line in text.splitlines():
        return
    with file.open("a", encoding="utf-8") as end:
        end.write(("" if not text or text.endswith("\n") else "\n") + line + "\n")
