"""Fetches recognition models from the Hugging Face Hub.

The hub's client finds the files, and its transport, which obeys proxies, fetches them. A file that breaks off is
continued where it stopped, which the client itself does not do, and each is checked against the sum that the hub names
for it. They are collected in a directory beside the final one and appear under the final name all at once.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from voicepipe.errors import DownloadFailed, ModelMissing
from voicepipe.machine import free_bytes, is_disk_full
from voicepipe.models import DEMO, FILES, REPOSITORIES, complete, find_model

TIMEOUT_SECONDS = 20.0
RETRY_SECONDS = 1.0
PARTIAL_CONTENT = 206
_OPEN_DIRECTORY, _OPEN_FILE = 0o755, 0o644
"""A model is no secret, and whoever fetched it need not be who uses it."""
_PROXY_VARIABLES = ("ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
_REFUSALS = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST)


def download_model(
    name: str,
    models_dir: Path,
    on_progress: Callable[[int, int], None],
    *,
    source: str = "",
    proxy: str | None = None,
) -> Path:
    """Fetch a named model once into `models_dir` and return its directory; one that is there already is left alone.

    `source` is another hub's address, or a directory of models; `proxy` a proxy's address, unless the environment names
    one. `on_progress` gets (bytes here, bytes in all), from a thread of its own. Raises DownloadFailed, or ModelMissing
    for a name that can't be downloaded.
    """
    if name == DEMO or (models_dir / name).is_dir() or name not in REPOSITORIES:
        return find_model(name, models_dir)
    try:
        with _collected(name, models_dir) as partial:
            if source and not _is_address(source):
                _copy(Path(source).expanduser() / name, partial, on_progress)
            else:
                _go_through(proxy)
                _fetch(REPOSITORIES[name], partial, on_progress, endpoint=source or None)
            _give_away(partial)
            complete(partial).rename(models_dir / name)
    except DownloadFailed:
        raise
    except Exception as error:  # the hub's client raises whatever its transport of the day does
        raise DownloadFailed(_download_advice(name, models_dir, error)) from error
    return models_dir / name


@contextmanager
def _collected(name: str, models_dir: Path) -> Iterator[Path]:
    """The directory of what has arrived so far, for this process alone. Raises OSError, DownloadFailed."""
    models_dir.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not models_dir.is_dir():
        models_dir.mkdir()
        models_dir.chmod(_OPEN_DIRECTORY)
    partial = models_dir / f".{name}.partial"
    partial.mkdir(mode=0o700, exist_ok=True)
    lock = os.open(partial, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _lock_alone(lock, name)
        yield partial
    finally:
        os.close(lock)


def _lock_alone(descriptor: int, name: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise DownloadFailed(f"Another process downloads the model {name!r} just now; wait until it is done") from None


def _give_away(directory: Path) -> None:
    """Leave only the model's files, for everybody to read."""
    directory.chmod(_OPEN_DIRECTORY)
    for path in directory.iterdir():
        if path.name in FILES:
            path.chmod(_OPEN_FILE)
        elif path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


@dataclass(frozen=True, slots=True)
class _RemoteFile:
    name: str
    size_bytes: int
    sha256: str
    """Of what the hub keeps beside git, that is of everything big; else empty."""
    git_id: str
    """What git calls it: SHA-1 of its length and content."""

    @property
    def sum(self) -> str:
        return self.sha256 or self.git_id

    def is_at(self, path: Path) -> bool:
        """Whether a file is this one, as far as the hub says how to know."""
        if path.stat().st_size != self.size_bytes:
            return False
        if self.sha256:
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256
        content = b"blob %d\0" % self.size_bytes + path.read_bytes()
        return not self.git_id or hashlib.sha1(content).hexdigest() == self.git_id


def _is_address(source: str) -> bool:
    return source.startswith(("https://", "http://"))


def _go_through(proxy: str | None) -> None:
    """Have the hub's client use a proxy; whatever the environment names goes before it."""
    if proxy and not any(name in os.environ for name in _PROXY_VARIABLES):
        os.environ["ALL_PROXY"] = proxy


def _copy(model: Path, directory: Path, on_progress: Callable[[int, int], None]) -> None:
    """Take a model from a directory. Raises DownloadFailed when it is not there or not complete, OSError."""
    try:
        files = [path for path in complete(model).iterdir() if path.name in FILES]
    except (ModelMissing, FileNotFoundError) as error:
        raise DownloadFailed(f"{model} can't be copied, which recognition.model_source names: {error}") from error
    total = sum(path.stat().st_size for path in files)
    _require_room(directory, total)
    with _reporting(directory, total, on_progress):
        for path in files:
            shutil.copyfile(path, directory / path.name)


def _fetch(
    repository: str, directory: Path, on_progress: Callable[[int, int], None], *, endpoint: str | None = None
) -> None:
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")  # ours is shown; both are read at the import
    os.environ.setdefault("HF_HUB_VERBOSITY", "error")
    import huggingface_hub  # heavy, and needed by this command only

    info = huggingface_hub.HfApi(endpoint=endpoint).model_info(repository, files_metadata=True, timeout=20)
    files = [_described(each) for each in info.siblings or () if each.rfilename in FILES]
    total = sum(file.size_bytes for file in files)
    _require_room(directory, total)
    with _reporting(directory, total, on_progress):
        for file in files:  # one after another, in this thread: Ctrl-C then ends it at once
            url = huggingface_hub.hf_hub_url(repository, file.name, revision=info.sha, endpoint=endpoint)
            _fetch_file(url, file, directory)


def _described(sibling: Any) -> _RemoteFile:
    """Raises DownloadFailed."""
    if not sibling.size:
        raise DownloadFailed(f"The hub does not tell how large {sibling.rfilename} is; set HF_ENDPOINT to another hub")
    return _RemoteFile(
        name=sibling.rfilename,
        size_bytes=sibling.size,
        sha256=sibling.lfs.sha256 if sibling.lfs else "",
        git_id="" if sibling.lfs else sibling.blob_id or "",
    )


def _fetch_file(url: str, file: _RemoteFile, directory: Path) -> None:
    """Fetch what is missing of a file; what is here and sound is left alone.

    Raises DownloadFailed for what arrives damaged, OSError, and whatever the hub's client does.
    """
    path = directory / file.name
    with suppress(FileNotFoundError):
        if file.is_at(path):
            return
    # Named by its content: it is not continued with another version's.
    part = directory / f"{file.name}.{file.sum[:16]}.part"
    with part.open("ab") as target:
        if target.tell() > file.size_bytes:
            target.truncate(0)
        _fetch_rest(url, target, file.size_bytes)
        os.fsync(target.fileno())
    if not file.is_at(part):
        part.unlink()
        raise DownloadFailed(f"{file.name} arrived damaged and was deleted; run the command again")
    part.replace(path)


def _fetch_rest(url: str, target: BinaryIO, size_bytes: int) -> None:
    """Fetch what a file lacks; a connection that breaks off is made anew as long as each brings something."""
    while (have := target.seek(0, os.SEEK_END)) < size_bytes:
        try:
            _stream(url, target, have)
        except Exception:
            if target.seek(0, os.SEEK_END) == have:
                raise
            time.sleep(RETRY_SECONDS)


def _stream(url: str, target: BinaryIO, have: int) -> None:
    """Append what comes after the first `have` bytes, as far as the connection holds."""
    from huggingface_hub import get_session

    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with get_session().stream("GET", url, headers=headers, follow_redirects=True, timeout=TIMEOUT_SECONDS) as response:
        response.raise_for_status()
        if have and response.status_code != PARTIAL_CONTENT:  # it sends all of it
            target.truncate(0)
        for block in response.iter_raw():
            target.write(block)
    target.flush()
    if target.tell() <= have:
        raise DownloadFailed(f"the hub ended {url} after {have} bytes")


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
    failed = f"The model {name!r} could not be downloaded"
    if is_disk_full(error):
        return f"{failed}: there is no room left in {models_dir}; free some and run the command again"
    if isinstance(error, OSError) and error.errno in _REFUSALS:
        return f"{failed}: {error.filename or models_dir} can't be made or written ({error.strerror})"
    return (
        f"{failed}: {reason}\n"
        f"Check the network (huggingface.co must be reachable; HTTPS_PROXY is obeyed, HF_ENDPOINT names another hub) "
        f"and run the command again: it continues where it stopped.\n"
        f"Without a network: copy the files of https://huggingface.co/{REPOSITORIES[name]} from another machine "
        f'into {models_dir / name}, or anywhere, and set recognition.model = "/that/directory"'
    )
