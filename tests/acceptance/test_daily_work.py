"""What the operator's guide says of the daily work: every command of it, in order, against a service at work."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.places import ROOT
from tests.support.scene import SAMPLES, TEXTS, Scene, send
from tests.support.telegram import RpcError

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS: dict[str, dict[str, str | int | float | bool]] = {
    "quota.plans.plus": {"daily_seconds": 7200},
    # What is measured for advice is a quarter of the work.
    "recognition": {"profile": "fast"},
    "workers": {"count": 1},
}
GUIDE = (ROOT / "systemd/README.md").read_text(encoding="utf-8")
WORK = GUIDE.partition("## The daily work\n")[2].partition("\n## ")[0]
SHORT = SAMPLES["seen_ru_18.ogg"]


def flows() -> Iterator[list[str]]:
    """The commands under each question."""
    for block in re.findall(r"```sh\n(.*?)```", WORK, re.DOTALL):
        yield [line for line in block.splitlines() if line]


async def play(scene: Scene, lines: list[str], **names: str) -> dict[str, str]:
    """Run the commands; what each printed, by the command as it is written. systemd's are done to the service."""
    said = {}
    for line in lines:
        command = re.sub(r"^sudo (-u voicepipe )?", "", line)
        if command == "systemctl stop voicepipe":
            await scene.service.stop()
        elif command == "systemctl start voicepipe":
            await scene.service.start()
        else:
            program, *words = shlex.split(command)
            assert program == "voicepipe"
            named = [part for word in words for part in names.get(word, word).split()]
            status, out, err = await scene.service.command(*named)
            assert status == 0, (line, out, err)
            said[line.removeprefix("sudo -u voicepipe ").removeprefix("voicepipe ")] = out
    return said


def backups(directory: Path) -> list[Path]:
    return list(directory.glob("*.journal"))


async def test_every_question_of_the_daily_work_is_answered(scene: Scene, tmp_path: Path) -> None:
    complaint, more, noise, larger, alert, lost = flows()
    anna = scene.person()
    assert await scene.text_for(await send(anna, SHORT)) == SHORT.text
    scene.telegram.faults.answer("upload.GetFile", RpcError(400, "LOCATION_INVALID"))
    failed = await send(anna, SHORT)
    assert await scene.text_for(failed) == TEXTS.get("ru", "failed-fetch-failed")
    await scene.delivered(failed)
    username = f"@secretname{anna.id}"
    names = {"@anna": username, "123456789/42": f"{anna.id}/{failed.id}", "small": "demo", "advise": "advise tiny"}

    said = await play(scene, complaint, **names)
    assert f"{anna.id}/{failed.id}" in said["jobs list --user @anna --all"]
    assert "left today" in said["quota show @anna"]
    await scene.telegram.wait_for(
        lambda: [reply.text for reply in failed.chat.replies_to(failed)] == [SHORT.text], 60, "the text after all"
    )
    said = await play(scene, more, **names)
    assert "7200 s (2 h 00 min), by the plan plus" in said["quota plan @anna plus"]
    said = await play(scene, noise, **names)
    assert f"{anna.id} ({username})" in said["usage --by user --days 30"]
    said = await play(scene, larger, **names)
    assert "× real time" in said["model check small"]
    assert "tiny" in said["model advise"]
    assert "Measured with" in said["model advise"]
    said = await play(scene, alert, **names)
    assert "running for" in said["status"]

    status, out, err = await scene.service.command("backup", str(tmp_path))
    assert status == 0, (out, err)
    (copy,) = backups(tmp_path)
    (example,) = re.findall(r"\S+\.journal", "\n".join(lost))
    said = await play(scene, lost, **names | {example: str(copy)})
    assert "plan plus" in said["quota list"]
    assert await scene.text_for(await send(anna, SHORT)) == SHORT.text
