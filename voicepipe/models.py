"""Where recognition models are on this machine.

A model is a directory in CTranslate2's Whisper format. Nothing here loads one: that happens in worker processes only.
"""

from __future__ import annotations

import difflib
import os
import shlex
from importlib import resources
from pathlib import Path

from voicepipe.config.owner import is_hidden, my_name, owner_of
from voicepipe.errors import ModelMissing

DEMO = "demo"
"""The name of the bundled model."""
DEMO_NOTE = "the demo model knows only a small vocabulary and synthetic voices; it is no general recogniser"

REPOSITORIES = {
    "tiny.en": "Systran/faster-whisper-tiny.en",
    "tiny": "Systran/faster-whisper-tiny",
    "base.en": "Systran/faster-whisper-base.en",
    "base": "Systran/faster-whisper-base",
    "small.en": "Systran/faster-whisper-small.en",
    "small": "Systran/faster-whisper-small",
    "medium.en": "Systran/faster-whisper-medium.en",
    "medium": "Systran/faster-whisper-medium",
    "large-v1": "Systran/faster-whisper-large-v1",
    "large-v2": "Systran/faster-whisper-large-v2",
    "large-v3": "Systran/faster-whisper-large-v3",
    "large": "Systran/faster-whisper-large-v3",
    "distil-large-v2": "Systran/faster-distil-whisper-large-v2",
    "distil-medium.en": "Systran/faster-distil-whisper-medium.en",
    "distil-small.en": "Systran/faster-distil-whisper-small.en",
    "distil-large-v3": "Systran/faster-distil-whisper-large-v3",
    "distil-large-v3.5": "distil-whisper/distil-large-v3.5-ct2",
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
}
"""The names faster-whisper knows, and their repositories on the Hugging Face Hub."""

_NEEDED = ("config.json", "model.bin", "tokenizer.json")
_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
FILES = (*_NEEDED, *_VOCABULARIES, "preprocessor_config.json")
"""The files of a model that are used, as far as it has them."""


def find_model(name: str, models_dir: Path) -> Path:
    """Return the directory of a model: the bundled one, a downloaded one by its name, or the given directory itself.

    Raises ModelMissing when it is not there or not complete; the message says what to do.
    """
    if name == DEMO:
        return complete(_bundled_demo())
    if name in REPOSITORIES:
        return _downloaded(name, models_dir)
    directory = Path(name).expanduser()
    if name and _is_directory(directory):
        return complete(directory)
    raise ModelMissing(
        f"There is no directory {directory}, which recognition.model names" if _is_path(name) else _unknown(name)
    )


def downloaded_models(models_dir: Path) -> list[str]:
    """The names of what is in the models' directory, parts of downloads left out. Raises ModelMissing, OSError."""
    if not _is_directory(models_dir):
        return []
    return sorted(path.name for path in models_dir.iterdir() if path.is_dir() and not path.name.startswith("."))


def _bundled_demo() -> Path:
    return Path(str(resources.files("voicepipe") / "demo_model"))


def _downloaded(name: str, models_dir: Path) -> Path:
    directory = models_dir / name
    if not _is_directory(directory):
        raise ModelMissing(f"The model {name!r} is not in {models_dir}; get it with: voicepipe model download {name}")
    return complete(directory)


def complete(directory: Path) -> Path:
    """The directory itself. Raises ModelMissing when it lacks one of a model's files, or this user can't read it."""
    _require_readable(directory)
    missing = [name for name in _NEEDED if not (directory / name).is_file()]
    if not any((directory / name).is_file() for name in _VOCABULARIES):
        missing.append(" or ".join(_VOCABULARIES))
    if missing:
        raise ModelMissing(
            f"{directory} is not a complete model: {', '.join(missing)} missing; "
            "it must be a Whisper model in CTranslate2's format"
        )
    return directory


def _is_directory(path: Path) -> bool:
    """Raises ModelMissing where this user may not know."""
    if is_hidden(path):
        raise ModelMissing(_unreadable(path))
    return path.is_dir()


def _require_readable(directory: Path) -> None:
    for path, rights in ((directory, os.R_OK | os.X_OK), *((directory / name, os.R_OK) for name in FILES)):
        if is_hidden(path) or (path.exists() and not os.access(path, rights, effective_ids=True)):
            raise ModelMissing(_unreadable(path))


def _unreadable(path: Path) -> str:
    owner = owner_of(path)
    whose = f"its owner (sudo -u {owner.for_sudo} …)" if owner else "its owner"
    return (
        f"The model can't be read: the user {my_name()} may not open {path}. Run the command as {whose}, or let "
        f"everybody read the model, which holds no secret: sudo chmod -R a+rX {shlex.quote(str(path.parent))}"
    )


def _is_path(name: str) -> bool:
    return os.sep in name or name.startswith(("~", "."))


def _unknown(name: str) -> str:
    known = [DEMO, *REPOSITORIES]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known names: {', '.join(known)}."
    return f"There is no model named {name!r}; {hint} A directory is given by its path, as /srv/models/mine or ./mine"
