"""The picture of the usage: looked at pixel by pixel where something must be, and where nothing may."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.support.fixtures import Command
from tests.support.operator import with_files
from voicepipe.cli.tools.usage_chart import BOTTOM, HEIGHT, LEFT, TITLE, WIDTH, panel_box, usage_chart
from voicepipe.control.messages import UsageGroupLine

BLUE, ORANGE = (0x33, 0x90, 0xEC), (0xE8, 0x86, 0x3A)
PANELS = ("users", "audio", "waiting", "forecast")


def line(time: str, users: int, error: float | None = 1.0) -> UsageGroupLine:
    return UsageGroupLine(
        group=time,
        recordings=users,
        users=users,
        audio_seconds=users * 60.0,
        compute_seconds=users * 15.0,
        mean_queue_seconds=users / 10,
        mean_total_seconds=users / 2,
        median_error_seconds=error,
    )


def drawn(*lines: UsageGroupLine, times: list[str]) -> Image.Image:
    image = Image.open(BytesIO(usage_chart(times, {each.group: each for each in lines}, "usage"))).convert("RGB")
    assert image.size == (WIDTH, HEIGHT)
    return image


def panel(image: Image.Image, name: str) -> Image.Image:
    """The part of the picture in which a panel's bars or curves are."""
    left, top, width, height = panel_box(PANELS.index(name))
    return image.crop((int(left) + LEFT, int(top) + TITLE, int(left + width), int(top + height) - BOTTOM))


def heights(image: Image.Image, parts: int, colour: tuple[int, int, int] = BLUE) -> list[int]:
    """How many rows have the colour, in each part of the width without its edges."""
    width = image.width / parts
    return [
        sum(
            any(image.getpixel((x, y)) == colour for x in range(int(part * width) + 5, int((part + 1) * width) - 5))
            for y in range(image.height)
        )
        for part in range(parts)
    ]


DAYS = ["2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28"]


def test_each_day_has_its_bar_and_one_without_use_has_none() -> None:
    image = drawn(line(DAYS[0], 10), line(DAYS[1], 20), line(DAYS[3], 40), times=DAYS)
    for name in ("users", "audio"):
        first, second, third, fourth = heights(panel(image, name), 4)
        assert third == 0
        assert second == pytest.approx(2 * first, abs=4)
        assert fourth == pytest.approx(4 * first, abs=8)


def test_both_waits_are_curves_with_a_gap_where_nothing_was() -> None:
    image = drawn(line(DAYS[0], 10), line(DAYS[1], 20), line(DAYS[3], 40), times=DAYS)
    for colour in (BLUE, ORANGE):
        shown = heights(panel(image, "waiting"), 4, colour)
        assert [height > 0 for height in shown] == [True, True, False, True]


def test_where_nothing_was_foretold_no_error_is_drawn() -> None:
    image = drawn(*(line(day, 10, None) for day in DAYS), times=DAYS)
    assert heights(panel(image, "forecast"), 1) == [0]
    assert heights(panel(drawn(line(DAYS[0], 10), times=DAYS), "forecast"), 1) != [0]


@pytest.mark.parametrize("count", [1, 2, 366, 3660])
def test_any_number_of_times_can_be_drawn(count: int) -> None:
    times = [f"{2000 + number // 12}-{number % 12 + 1:02}" for number in range(count)]
    image = drawn(line(times[count // 2], 1_000_000, 0.0), times=times)
    assert heights(panel(image, "users"), 1) != [0]


@pytest.mark.usefixtures("own_state")
def test_the_command_writes_it(voicepipe: Command) -> None:
    with_files(voicepipe)
    assert voicepipe("usage", "--days", "30", "--png", "usage.png").stdout == ""
    with Image.open("usage.png") as image:
        assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT))
    refused = voicepipe("usage", "--by", "user", "--png", "user.png")
    assert (refused.exit_code, Path("user.png").exists()) == (2, False)
    assert "days, weeks or months" in refused.stderr
    assert "can't be written" in voicepipe("usage", "--png", "none/usage.png").stderr
