"""Where recognition models are on this machine, and how a named one gets here.

A model is a directory in CTranslate2's Whisper format. Nothing here loads one: that happens in worker processes only.
"""

from __future__ import annotations

import difflib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from voicepipe.errors import DownloadFailed, ModelMissing
from voicepipe.machine import free_bytes

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
_WANTED = (*_NEEDED, *_VOCABULARIES, "preprocessor_config.json")


def find_model(name: str, models_dir: Path) -> Path:
    """Return the directory of a model: the bundled one, a downloaded one by its name, or the given directory itself.

    Raises ModelMissing when it is not there or not complete; the message says what to do.
    """
    if name == DEMO:
        return _complete(_bundled_demo())
    if name in REPOSITORIES:
        return _downloaded(name, models_dir)
    directory = Path(name).expanduser()
    if name and directory.is_dir():
        return _complete(directory)
    raise ModelMissing(
        f"There is no directory {directory}, which recognition.model names" if _is_path(name) else _unknown(name)
    )


def download_model(name: str, models_dir: Path, on_progress: Callable[[int, int], None]) -> Path:
    """Fetch a named model once into `models_dir` and return its directory; one that is there already is left alone.

    `on_progress` gets (bytes here, bytes in all), from a thread of its own. The files are collected in a directory
    beside the final one, which an interrupted download continues, and appear under the final name all at once.
    Raises DownloadFailed, or ModelMissing for a name that can't be downloaded.
    """
    if name == DEMO or (models_dir / name).is_dir() or name not in REPOSITORIES:
        return find_model(name, models_dir)
    partial = models_dir / f".{name}.partial"
    try:
        partial.mkdir(mode=0o700, parents=True, exist_ok=True)
        _fetch(REPOSITORIES[name], partial, on_progress)
        shutil.rmtree(partial / ".cache", ignore_errors=True)
        _complete(partial).rename(models_dir / name)
    except DownloadFailed:
        raise
    except Exception as error:  # the hub's client raises whatever its transport of the day does
        raise DownloadFailed(_download_advice(name, models_dir, error)) from error
    return models_dir / name


def _bundled_demo() -> Path:
    return Path(str(resources.files("voicepipe") / "demo_model"))


def _downloaded(name: str, models_dir: Path) -> Path:
    directory = models_dir / name
    if not directory.is_dir():
        raise ModelMissing(f"The model {name!r} is not in {models_dir}; get it with: voicepipe model download {name}")
    return _complete(directory)


def _complete(directory: Path) -> Path:
    missing = [name for name in _NEEDED if not (directory / name).is_file()]
    if not any((directory / name).is_file() for name in _VOCABULARIES):
        missing.append(" or ".join(_VOCABULARIES))
    if missing:
        raise ModelMissing(
            f"{directory} is not a complete model: {', '.join(missing)} missing; "
            "it must be a Whisper model in CTranslate2's format"
        )
    return directory


def _is_path(name: str) -> bool:
    return os.sep in name or name.startswith(("~", "."))


def _unknown(name: str) -> str:
    known = [DEMO, *REPOSITORIES]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known names: {', '.join(known)}."
    return f"There is no model named {name!r}; {hint} A directory is given by its path, as /srv/models/mine or ./mine"


# --- the download -------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _RemoteFile:
    name: str
    size_bytes: int


def _fetch(repository: str, directory: Path, on_progress: Callable[[int, int], None]) -> None:
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")  # ours is shown; both are read at the import
    os.environ.setdefault("HF_HUB_VERBOSITY", "error")
    import huggingface_hub  # heavy, and needed by this command only

    info = huggingface_hub.HfApi().model_info(repository, files_metadata=True, timeout=20)
    files = [_RemoteFile(s.rfilename, s.size or 0) for s in info.siblings or () if s.rfilename in _WANTED]
    total = sum(file.size_bytes for file in files)
    _require_room(directory, total)
    with _reporting(directory, total, on_progress):
        for file in files:  # one after another, in this thread: Ctrl-C then ends it at once
            huggingface_hub.hf_hub_download(repository, file.name, revision=info.sha, local_dir=directory)


def _require_room(directory: Path, total_bytes: int) -> None:
    missing = total_bytes - _bytes_in(directory) - free_bytes(directory)
    if missing > 0:
        raise DownloadFailed(
            f"The model needs {total_bytes / 2**20:.0f} MiB, and {missing / 2**20:.0f} MiB more must be free "
            f"on the disk of {directory.parent}; free some and run the command again"
        )


@contextmanager
def _reporting(directory: Path, total: int, on_progress: Callable[[int, int], None]) -> Iterator[None]:
    """Tell the progress by the size of what has arrived, which every version of the hub's client shows alike."""
    finished = threading.Event()

    def report() -> None:
        while not finished.wait(0.2):
            on_progress(min(_bytes_in(directory), total), total)

    thread = threading.Thread(target=report, name="download-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()
    on_progress(total, total)


def _bytes_in(directory: Path) -> int:
    total = 0
    for parent, _, names in os.walk(directory):
        for name in names:
            try:
                total += (Path(parent) / name).stat().st_size
            except FileNotFoundError:  # renamed between listing and looking
                continue
    return total


def _download_advice(name: str, models_dir: Path, error: Exception) -> str:
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return (
        f"The model {name!r} could not be downloaded: {reason}\n"
        f"Check the network (huggingface.co must be reachable; HTTPS_PROXY is obeyed) and run the command again: "
        f"it continues where it stopped.\n"
        f"Without a network: copy the files of https://huggingface.co/{REPOSITORIES[name]} from another machine "
        f'into {models_dir / name}, or anywhere, and set recognition.model = "/that/directory"'
    )
