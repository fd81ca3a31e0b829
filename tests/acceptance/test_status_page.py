"""The status page in a real browser (Debian's chromium, where it is installed): drawn, fit for a phone, and alone."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from tests.support.monitor import SETTINGS, look, port_of, run
from tests.support.scene import SAMPLES, Scene, send
from tests.support.telegram import flood_wait

__all__ = ["SETTINGS"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT = SAMPLES["seen_ru_18.ogg"]
PHONE_WIDTH = 390
MARGIN_PIXELS = 8
"""Left and right of everything, on a phone."""


@dataclass(frozen=True, slots=True)
class Shot:
    """What the browser drew, and what it said about it."""

    picture: Image.Image
    said: str

    @property
    def lightness(self) -> float:
        """Of the ground, from 0 to 255."""
        pixel = self.picture.convert("L").getpixel((1, 1))
        assert isinstance(pixel, int), "a grey picture has one number for each"
        return float(pixel)


class Browser:
    """A headless Chromium."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        found = shutil.which("chromium") or shutil.which("google-chrome")
        if found is None:
            pytest.skip("no browser is installed (Debian: chromium)")
        self._program = found

    async def shoot(self, url: str, name: str, width: int, height: int, *options: str) -> Shot:
        path = self._directory / f"{name}.png"
        how = (f"--window-size={width},{height}", f"--screenshot={path}", *options)
        said = await self._run(name, url, *how)
        with Image.open(path) as picture:
            return Shot(picture.convert("RGB"), said)

    async def document(self, url: str) -> str:
        """What it has made of the page."""
        return await self._run("document", url, "--dump-dom")

    async def _run(self, name: str, url: str, *options: str) -> str:
        status, said = await run(
            self._program,
            "--headless=new",
            "--no-sandbox",  # it is shown our own page only, and tests may run as root
            "--disable-gpu",
            "--hide-scrollbars",
            "--enable-logging=stderr",
            f"--user-data-dir={self._directory / name}",
            *options,
            url,
        )
        assert status == 0, said
        return said


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(tmp_path)


async def play(scene: Scene) -> None:
    """Something to show."""
    scene.telegram.faults.answer("messages.EditMessage", flood_wait(1))
    assert await scene.text_for(await send(scene.person(), SHORT)) == SHORT.text
    await scene.answer_to(await scene.person().send_voice(SHORT.data, 7200))


async def test_the_page_shows_what_happened_and_names_nobody(scene: Scene) -> None:
    scene.telegram.world.add_user(987_654_321, "Secretname", username="secretname", language_code="ru")
    anna = scene.telegram.user(987_654_321)
    assert await scene.text_for(await send(anna, SHORT)) == SHORT.text
    await play(scene)
    shown = await look(scene.service, "/")
    assert shown.status == 200
    assert shown.headers["Content-Type"] == "text/html; charset=utf-8"
    for part in ("✓ ready", "too long", "⚠ Flood waited: messages.EditMessage", "The last 24 hours", "2 / 2"):
        assert part in shown.text, part
    for private in (str(anna.id), "ecretname", SHORT.text, str(scene.service.directory), scene.telegram.bot_token):
        assert private not in shown.text


async def test_a_browser_draws_it_light_and_dark_and_asks_for_nothing_else(scene: Scene, browser: Browser) -> None:
    await play(scene)
    url = f"http://127.0.0.1:{await port_of(scene.service)}/"
    light = await browser.shoot(url, "light", 1200, 1100)
    dark = await browser.shoot(url, "dark", 1200, 1100, "--blink-settings=preferredColorScheme=0")
    assert light.lightness > 200
    assert dark.lightness < 60
    for shot in (light, dark):
        assert len(set(shot.picture.get_flattened_data())) > 50, "the page is blank"
        # What its policy forbids would be told on the console.
        assert "CONSOLE" not in shot.said, shot.said
    document = await browser.document(url)
    assert re.search(r"<title>\d\d:00: \d+ recordings, .+ of audio</title>", document)
    assert document.count("<section>") == 8


async def test_on_a_phone_nothing_sticks_out(scene: Scene, browser: Browser) -> None:
    url = f"http://127.0.0.1:{await port_of(scene.service)}/"
    # A window can't be so narrow by itself; a page that is too wide for it would be drawn smaller, or cut.
    shot = await browser.shoot(url, "phone", PHONE_WIDTH, 2400)
    width, height = shot.picture.size
    assert width == PHONE_WIDTH
    ground = shot.picture.getpixel((1, 1))
    margins = [*range(MARGIN_PIXELS), *range(width - MARGIN_PIXELS, width)]
    assert {shot.picture.getpixel((x, y)) for x in margins for y in range(0, height, 3)} == {ground}
    assert shot.picture.getpixel((width - 2 * MARGIN_PIXELS, 300)) != ground
