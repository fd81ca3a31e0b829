"""The container image: built by scripts/image on a Debian of its own, and run as whoever is nobody on this machine.

It is run by buildah in a chroot, which needs less of the machine than podman does. Left out where the image can't be
built.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.answers import is_final
from tests.support.places import ROOT
from tests.support.samples import load_samples
from tests.support.settings import bot_variables
from tests.support.telegram import LoopbackTelegram

IMAGE, BASE = "localhost/voicepipe-test:image", "localhost/voicepipe-test:base"
PACKAGES = "python3-venv,ca-certificates,libseccomp2,media-types"
NOBODY = 10001
CHROOT = {"BUILDAH_ISOLATION": "chroot"}
pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.skipif(os.geteuid() != 0, reason="it takes root"),
    pytest.mark.skipif(not shutil.which("buildah"), reason="there is no buildah"),
    pytest.mark.skipif(not shutil.which("mmdebstrap"), reason="there is no mmdebstrap"),
]


def run(*command: str | Path, **changes: str) -> str:
    environment = os.environ | CHROOT | changes
    environment.pop("PIP_FIND_LINKS", None)  # a place on this machine
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        pytest.fail(f"{command[0]} {command[1]}: {(done.stdout + done.stderr)[-2000:]}")
    return done.stdout.strip()


def make_base(directory: Path) -> None:
    """A Debian as an image; where none can be had, the tests are left out."""
    made = subprocess.run(
        ["mmdebstrap", "--variant=minbase", f"--include={PACKAGES}", "trixie", directory],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    if made.returncode:
        pytest.skip(f"no Debian can be made here: {made.stderr[-300:]}")
    # Names and certificates as this machine has them.
    for file in filter(None, ("/etc/resolv.conf", os.environ.get("PIP_CERT"), os.environ.get("SSL_CERT_FILE"))):
        target = directory / file.removeprefix("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        shutil.copyfile(file, target)
    container = run("buildah", "from", "scratch")
    run("buildah", "add", "--quiet", container, directory, "/")
    run("buildah", "commit", "--quiet", "--rm", container, BASE)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("image") / "debian"
    try:
        make_base(directory)
        shutil.rmtree(directory)
        run(ROOT / "scripts/image", "--base", BASE, "--tag", IMAGE)
        yield IMAGE
    finally:
        subprocess.run(["buildah", "rmi", "--force", IMAGE, BASE], capture_output=True, timeout=60, check=False)
        subprocess.run(["buildah", "rmi", "--prune"], capture_output=True, timeout=60, check=False)


@pytest.fixture
def container(image: str) -> Iterator[str]:
    made = run("buildah", "from", "--pull-never", image)
    yield made
    subprocess.run(["buildah", "rm", made], capture_output=True, timeout=60, check=False)


def inside(container: str, state: Path, *command: str, variables: dict[str, str]) -> list[str]:
    """The command that runs another in a container, with the state's volume."""
    settings = [part for name, value in variables.items() for part in ("--env", f"{name}={value}")]
    volume = f"{state}:/var/lib/voicepipe"
    return ["buildah", "run", "--isolation", "chroot", "--volume", volume, *settings, container, "--", *command]


@asynccontextmanager
async def running(command: list[str]) -> AsyncIterator[None]:
    """The service, once it says that it is ready."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, start_new_session=True
    )
    assert process.stdout is not None
    said: list[bytes] = []
    try:
        async with asyncio.timeout(120):
            while b"service ready" not in (line := await process.stdout.readline()):
                said.append(line)
                assert line, f"it ended: {b''.join(said).decode()[-2000:]}"
        reading = asyncio.create_task(process.stdout.read())
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(60):
            await process.wait()
    await reading


def supervisors() -> list[int]:
    """The processes of the image's user that run the service."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            if process.stat().st_uid == NOBODY and words[1:3] == [b"/opt/voicepipe/venv/bin/voicepipe", b"run"]:
                found.append(int(process.name))
        except OSError:
            continue
    return found


async def test_a_voice_becomes_text_and_a_kill_loses_nothing(container: str, tmp_path: Path) -> None:
    state = tmp_path / "volume"
    state.mkdir(mode=0o700)
    os.chown(state, NOBODY, NOBODY)
    first, second = (load_samples()[name] for name in ("seen_ru_00.ogg", "seen_en_03.ogg"))
    async with LoopbackTelegram() as telegram:
        telegram.world.add_user(101, "Аня", username="anya", language_code="ru")
        user = telegram.user(101)
        service = inside(container, state, "voicepipe", "run", variables=bot_variables(telegram))
        async with running(service):
            sent = await user.send_voice(first.data, first.seconds)
            answer = await user.wait_reply(sent, is_final, 120)
            assert answer.text == first.text
            health = inside(container, state, "sh", "-c", HEALTH, variables=bot_variables(telegram))
            assert await asyncio.to_thread(subprocess.run, health, capture_output=True, timeout=60, check=True)
            sent = await user.send_voice(second.data, second.seconds)
            await user.wait_reply(sent, lambda _: True, 60)
            os.kill(min(supervisors()), signal.SIGKILL)
        async with running(service):
            answer = await user.wait_reply(sent, is_final, 120)
            assert answer.text == second.text
        assert len([each for each in sent.chat.replies_to(sent) if is_final(each)]) == 1
    assert {path.stat().st_uid for path in state.rglob("*")} == {NOBODY}


HEALTH = (ROOT / "systemd/container/Containerfile").read_text().partition("CMD voicepipe status")[2].partition("\n")[0]
HEALTH = f"voicepipe status{HEALTH}"


def test_the_image_says_who_it_runs_as_and_what_it_keeps(image: str) -> None:
    found = run(
        "buildah", "inspect", "--type", "image", "--format", "{{.Docker.Config.User}} {{.Docker.Config.Volumes}}", image
    )
    assert found == "10001:10001 map[/var/lib/voicepipe:{}]"
