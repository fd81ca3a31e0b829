"""Fetches recognition models from the Hugging Face Hub."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from voicepipe.errors import DownloadFailed
from voicepipe.machine import free_bytes
from voicepipe.models import DEMO, FILES, REPOSITORIES, complete, find_model


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
        complete(partial).rename(models_dir / name)
    except DownloadFailed:
        raise
    except Exception as error:  # the hub's client raises whatever its transport of the day does
        raise DownloadFailed(_download_advice(name, models_dir, error)) from error
    return models_dir / name


@dataclass(frozen=True, slots=True)
class _RemoteFile:
    name: str
    size_bytes: int


def _fetch(repository: str, directory: Path, on_progress: Callable[[int, int], None]) -> None:
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")  # ours is shown; both are read at the import
    os.environ.setdefault("HF_HUB_VERBOSITY", "error")
    import huggingface_hub  # heavy, and needed by this command only

    info = huggingface_hub.HfApi().model_info(repository, files_metadata=True, timeout=20)
    files = [_RemoteFile(s.rfilename, s.size or 0) for s in info.siblings or () if s.rfilename in FILES]
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
