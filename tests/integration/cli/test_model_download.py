"""`voicepipe model download` from a hub on loopback that speaks as much of the Hugging Face Hub as is needed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from tests.support.proxies import running_proxy
from tests.support.settings import bare_environment
from voicepipe.models import REPOSITORIES, find_model

NAMES = ("config.json", "model.bin", "preprocessor_config.json", "tokenizer.json", "vocabulary.json")
FILES = {name: (find_model("demo", Path()) / name).read_bytes() for name in NAMES}
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass(slots=True)
class Hub:
    """A hub that holds the demo model under the name tiny."""

    files: dict[str, bytes] = field(
        default_factory=lambda: {**FILES, "README.md": b"unwanted", "weights.h5": b"x" * 99}
    )
    claimed_size: int | None = None
    """What it says model.bin has, instead of its size."""
    broken_after: int | None = None
    """Bytes of a file after which it hangs up."""
    pause_seconds: float = 0.0
    """Before each 64 KiB."""
    knows_ranges: bool = True
    damaged: bool = False
    """Whether model.bin comes with another content than it should have."""
    requests: list[str] = field(default_factory=list)
    ranges: list[int] = field(default_factory=list)
    """Where each request for model.bin began."""
    sent_bytes: int = 0
    """Of model.bin."""
    address: str = ""

    def describe(self) -> bytes:
        siblings = [described(name, data) for name, data in self.files.items()]
        for sibling in siblings:
            if sibling["rfilename"] == "model.bin" and self.claimed_size:
                sibling["size"] = self.claimed_size
        model = {"id": REPOSITORIES["tiny"], "modelId": REPOSITORIES["tiny"], "sha": COMMIT, "siblings": siblings}
        return json.dumps(model).encode()


def described(name: str, data: bytes) -> dict[str, Any]:
    """As the hub describes a file: what is big lies beside git, and has a SHA-256 of its own."""
    git_id = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    description: dict[str, Any] = {"rfilename": name, "size": len(data), "blobId": git_id}
    if name == "model.bin":
        sha256 = hashlib.sha256(data).hexdigest()
        description["lfs"] = {"size": len(data), "sha256": sha256, "pointerSize": 134}
    return description


@pytest.fixture
def hub() -> Iterator[Hub]:
    served = Hub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self.answer(with_body=False)

        def do_GET(self) -> None:
            self.answer(with_body=True)

        def answer(self, with_body: bool) -> None:
            path = self.path.partition("?")[0]
            served.requests.append(f"{self.command} {path}")
            if path.startswith("/api/models/"):
                self.send(served.describe(), with_body)
            elif (data := served.files.get(path.rpartition("/")[2])) is not None:
                is_damaged = served.damaged and path.endswith("model.bin")
                self.send(bytes(len(data)) if is_damaged else data, with_body)
            else:
                self.send_error(404)

        def send(self, data: bytes, with_body: bool) -> None:
            given = self.headers.get("Range", "bytes=0-") if served.knows_ranges else "bytes=0-"
            start = int(given[6:].partition("-")[0])
            if with_body and self.path.endswith("model.bin"):
                served.ranges.append(start)
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(data) - start))
            self.send_header("ETag", f'"{len(data)}"')
            self.send_header("X-Repo-Commit", COMMIT)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            self.end_headers()
            if with_body:
                self.send_slowly(data[start:])

        def send_slowly(self, data: bytes) -> None:
            for begin in range(0, len(data), 65_536):
                time.sleep(served.pause_seconds)
                if served.broken_after is not None and begin >= served.broken_after:
                    self.close_connection = True
                    return
                self.wfile.write(data[begin : begin + 65_536])
                served.sent_bytes += len(data[begin : begin + 65_536]) if self.path.endswith("model.bin") else 0

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients here hang up as they please
    served.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, name="hub")
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def start(
    hub: Hub,
    state: Path,
    *arguments: str,
    umask: int = 0o022,
    limit_bytes: int = 0,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.Popen[str]:
    """`limit_bytes`: how long a file may become, as by a quota."""
    settings = {name: value for name, value in bare_environment().items() if not name.startswith("HF_")}
    settings |= {"VOICEPIPE_SERVICE__STATE_DIR": str(state), "HF_ENDPOINT": hub.address, "HF_HOME": str(state / "hf")}
    settings |= environment
    limit = ["prlimit", f"--fsize={limit_bytes}"] if limit_bytes else []
    command = [*limit, sys.executable, "-m", "voicepipe", *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=settings, cwd=state.parent, umask=umask
    )


def download(hub: Hub, state: Path, environment: Mapping[str, str] = MappingProxyType({})) -> tuple[int, str, str]:
    process = start(hub, state, "model", "download", "tiny", environment=environment)
    output, problems = process.communicate(timeout=50)
    return process.returncode, output, problems


def wait_until(condition: Callable[[], bool]) -> None:
    """Fail when it does not hold in time."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_model_is_downloaded_once_and_works(hub: Hub, state: Path) -> None:
    code, output, problems = download(hub, state)
    assert (code, output) == (0, f"The model 'tiny' is in {state / 'models' / 'tiny'}\n"), problems
    assert 'set [recognition] model = "tiny"' in problems
    assert {path.name: path.read_bytes() for path in (state / "models" / "tiny").iterdir()} == FILES
    assert [path.name for path in (state / "models").iterdir()] == ["tiny"]
    asked = len(hub.requests)
    assert download(hub, state)[0] == 0
    assert len(hub.requests) == asked
    heard, _ = start(hub, state, "model", "check", "tiny", "--json").communicate(timeout=50)
    assert json.loads(heard)["text"]


def downloaded(state: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (state / "models" / "tiny").iterdir()}


# --- other ways -----------------------------------------------------------------------------------------------------
async def test_a_model_comes_by_way_of_the_proxy(hub: Hub, state: Path) -> None:
    async with running_proxy("socks5") as proxy:
        way = {"VOICEPIPE_TELEGRAM__PROXY": proxy.address(), "no_proxy": ""}
        code, _, problems = await asyncio.to_thread(download, hub, state, way)
        assert code == 0, problems
        assert downloaded(state) == FILES
        assert {port for _, port in proxy.reached} == {int(hub.address.rpartition(":")[2])}


async def test_a_proxy_that_refuses_is_named(hub: Hub, state: Path) -> None:
    async with running_proxy("socks5") as proxy:
        way = {"VOICEPIPE_TELEGRAM__PROXY": proxy.address("anna:wrong@"), "no_proxy": ""}
        code, _, problems = await asyncio.to_thread(download, hub, state, way)
        assert code != 0
        assert "could not be downloaded" in problems
        assert not hub.requests
        assert proxy.refused


def test_a_model_comes_from_another_hub(hub: Hub, state: Path) -> None:
    source = {"VOICEPIPE_RECOGNITION__MODEL_SOURCE": hub.address, "HF_ENDPOINT": "http://127.0.0.1:9"}
    assert download(hub, state, source)[0] == 0
    assert downloaded(state) == FILES


def test_a_model_comes_from_a_directory(hub: Hub, state: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept" / "tiny"
    kept.mkdir(parents=True)
    source = {"VOICEPIPE_RECOGNITION__MODEL_SOURCE": str(kept.parent)}
    code, _, problems = download(hub, state, source)
    assert (code, "is not a complete model" in problems) == (1, True), problems
    for name, content in FILES.items():
        (kept / name).write_bytes(content)
    (kept / "notes.txt").write_text("unwanted")
    assert download(hub, state, source)[0] == 0
    assert downloaded(state) == FILES
    assert not hub.requests


# --- what breaks off ------------------------------------------------------------------------------------------------
def parts(state: Path) -> list[Path]:
    return list((state / "models").glob(".tiny.partial/*.part"))


def test_a_connection_that_breaks_again_and_again_brings_the_file_piece_by_piece(hub: Hub, state: Path) -> None:
    hub.broken_after = 1_000_000
    code, _, problems = download(hub, state)
    assert code == 0, problems
    assert downloaded(state) == FILES
    assert hub.sent_bytes == len(FILES["model.bin"])
    assert hub.ranges == sorted(hub.ranges)
    assert len(hub.ranges) > 1


def test_a_download_that_is_killed_is_continued_where_it_stopped(hub: Hub, state: Path) -> None:
    hub.pause_seconds = 0.05
    process = start(hub, state, "model", "download", "tiny")
    wait_until(
        lambda: any(part.name.startswith("model.bin") and part.stat().st_size > 500_000 for part in parts(state))
    )
    process.kill()
    process.communicate(timeout=20)
    (part,) = (part for part in parts(state) if part.name.startswith("model.bin"))
    had, hub.pause_seconds = part.stat().st_size, 0.0
    assert not (state / "models" / "tiny").exists()

    assert download(hub, state)[0] == 0
    assert downloaded(state) == FILES
    assert hub.ranges == [0, had]


def test_a_hub_that_knows_no_ranges_sends_all_of_it_again(hub: Hub, state: Path) -> None:
    partial = state / "models" / ".tiny.partial"
    partial.mkdir(parents=True)
    sha256 = hashlib.sha256(FILES["model.bin"]).hexdigest()
    (partial / f"model.bin.{sha256[:16]}.part").write_bytes(FILES["model.bin"][:300_000])
    hub.knows_ranges = False
    assert download(hub, state)[0] == 0
    assert downloaded(state) == FILES
    assert hub.sent_bytes == len(FILES["model.bin"])


def test_what_is_left_of_another_version_is_not_continued(hub: Hub, state: Path) -> None:
    hub.damaged = True
    code, _, problems = download(hub, state)
    assert (code, "model.bin arrived damaged and was deleted" in problems) == (1, True), problems
    assert not (state / "models" / "tiny").exists()
    assert parts(state) == []
    partial = state / "models" / ".tiny.partial"
    (partial / "model.bin").write_bytes(b"of another version")
    (partial / "model.bin.0123456789abcdef.part").write_bytes(b"of another version")
    hub.damaged = False
    assert download(hub, state)[0] == 0
    assert downloaded(state) == FILES


def test_two_downloads_of_a_model_do_not_get_in_each_others_way(hub: Hub, state: Path) -> None:
    hub.pause_seconds = 0.05
    process = start(hub, state, "model", "download", "tiny")
    wait_until(lambda: hub.sent_bytes > 0)
    code, _, problems = download(hub, state)
    assert (code, problems) == (
        1,
        "voicepipe: Another process downloads the model 'tiny' just now; wait until it is done\n",
    )
    hub.pause_seconds = 0.0
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert downloaded(state) == FILES


def test_a_model_is_for_everybody_to_read_and_the_state_directory_is_not(hub: Hub, state: Path) -> None:
    process = start(hub, state, "model", "download", "tiny", umask=0o077)
    assert process.wait(50) == 0
    process.communicate()
    modes = {path: path.stat().st_mode & 0o777 for path in (state, *(state / "models").rglob("*"), state / "models")}
    assert modes.pop(state) == 0o700
    assert modes.pop(state / "models") == modes.pop(state / "models" / "tiny") == 0o755
    assert set(modes.values()) == {0o644}


def test_a_disk_that_fills_up_is_told_as_that(hub: Hub, state: Path) -> None:
    process = start(hub, state, "model", "download", "tiny", limit_bytes=700_000)
    _, problems = process.communicate(timeout=50)
    assert process.returncode == 1
    assert "there is no room left in" in problems
    assert download(hub, state)[0] == 0
    assert downloaded(state) == FILES


def test_ctrl_c_ends_a_download_at_once(hub: Hub, state: Path) -> None:
    hub.pause_seconds = 0.5
    process = start(hub, state, "model", "download", "tiny")
    wait_until(lambda: any("GET" in request and "model.bin" in request for request in hub.requests))
    process.send_signal(signal.SIGINT)
    interrupted_at = time.monotonic()
    _, problems = process.communicate(timeout=20)
    assert time.monotonic() - interrupted_at < 3
    assert process.returncode == 130
    assert problems == "voicepipe: interrupted\n"
    assert not (state / "models" / "tiny").exists()


def test_a_disk_that_is_too_small_is_told_before(hub: Hub, state: Path) -> None:
    hub.claimed_size = 10**16
    code, _, problems = download(hub, state)
    assert code == 1
    assert "must be free" in problems
    assert not any("GET" in request and "resolve" in request for request in hub.requests)


def test_a_hub_that_lacks_a_file_gives_no_model(hub: Hub, state: Path) -> None:
    del hub.files["tokenizer.json"]
    code, _, problems = download(hub, state)
    assert code != 0
    assert "tokenizer.json missing" in problems
    assert not (state / "models" / "tiny").exists()


def test_without_a_network_the_way_by_hand_is_told(hub: Hub, state: Path) -> None:
    hub.address = "http://127.0.0.1:9"
    code, output, problems = download(hub, state)
    assert (code, output) == (1, "")
    assert "https://huggingface.co/Systran/faster-whisper-tiny" in problems
    assert 'recognition.model = "/that/directory"' in problems
    assert "Traceback" not in problems
