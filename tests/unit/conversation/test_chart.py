"""The chart of somebody's days: as many bars as days with recordings, as high as their seconds."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from PIL import Image, ImageColor

from voicepipe.conversation.chart import BAR, HEIGHT, MARGIN_BOTTOM, MARGIN_LEFT, MARGIN_RIGHT, WIDTH, clock, day_chart

LAST = date(2026, 11, 28)


def heights(picture: bytes, days: int) -> list[int]:
    """Pixels of each day's bar, the oldest day first."""
    image = Image.open(BytesIO(picture))
    assert image.size == (WIDTH, HEIGHT)
    width = (WIDTH - MARGIN_LEFT - MARGIN_RIGHT) / days
    blue = ImageColor.getrgb(BAR)
    columns = [int(MARGIN_LEFT + (number + 0.5) * width) for number in range(days)]
    return [sum(image.getpixel((x, y)) == blue for y in range(HEIGHT - MARGIN_BOTTOM + 1)) for x in columns]


@pytest.mark.parametrize("most", [1.0, 59.0, 61.0, 3600.0, 86_400.0, 1_000_000.0])
def test_bars_are_as_high_as_the_days_are_long(most: float) -> None:
    seconds = {LAST: most, LAST - timedelta(days=3): most / 2, LAST - timedelta(days=29): most / 100}
    found = heights(day_chart(seconds, days=30, last=LAST), 30)
    assert [number for number, height in enumerate(found) if height] == [0, 26, 29]
    assert found[26] == pytest.approx(found[29] / 2, abs=2)
    assert (0 < found[0] < found[26], found[29] > HEIGHT / 5) == (True, True)


def test_what_is_older_is_left_out() -> None:
    found = heights(day_chart({LAST: 10.0, LAST - timedelta(days=40): 99.0}, days=30, last=LAST), 30)
    assert [number for number, height in enumerate(found) if height] == [29]


@pytest.mark.parametrize(("seconds", "told"), [(0, "0:00"), (90, "1:30"), (3599, "59:59"), (7260, "2h01")])
def test_times_are_told_short(seconds: int, told: str) -> None:
    assert clock(seconds) == told
