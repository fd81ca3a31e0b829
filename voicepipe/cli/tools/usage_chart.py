"""A picture of the usage over time: who used it, how much, how long they waited, and how well that was foretold."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from voicepipe.measures import show_duration

if TYPE_CHECKING:
    from voicepipe.control.messages import UsageGroupLine

WIDTH, HEIGHT = 1800, 1100
_GAP, TITLE = 40, 60
LEFT, BOTTOM = 130, 50
"""Of a panel, for the numbers beside it and the times under it."""
_PAPER, _INK, _FAINT = "#ffffff", "#333d47", "#dfe4e8"
_COLOURS = ("#3390ec", "#e8863a")
_LETTERS, _TITLE_LETTERS = 22, 26
_MOST_LINES = 4
_COUNTS = tuple(digit * 10**power for power in range(12) for digit in (1, 2, 5))
_SECONDS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10_800, 21_600, 43_200)
_DAYS = tuple(86_400 * count for count in _COUNTS)

Point = tuple[float, float]
Values = Sequence[float | None]
"""One for each time; None where there is none."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One of the charts in the picture."""

    title: str
    series: Mapping[str, Values]
    steps: Sequence[float]
    """Possible distances between its lines."""
    spell: Callable[[float], str]
    has_bars: bool


def usage_chart(times: Sequence[str], groups: Mapping[str, UsageGroupLine], title: str) -> bytes:
    """A PNG with four panels over these times, the earliest first, whether or not there is a group for each."""
    from PIL import Image, ImageDraw, ImageFont  # only who asks for a picture pays for the library

    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    draw = ImageDraw.Draw(image)
    fonts = ImageFont.load_default(_LETTERS), ImageFont.load_default(_TITLE_LETTERS)
    draw.text((_GAP, _GAP / 2), title, _INK, fonts[1])
    for number, panel in enumerate(_panels([groups.get(time) for time in times])):
        _Drawing(draw, fonts, *panel_box(number)).draw(panel, times)
    with BytesIO() as file:
        image.save(file, "PNG", optimize=True)
        return file.getvalue()


def panel_box(number: int) -> tuple[float, float, float, float]:
    """Left, top, width and height of a panel, counted line by line from 0."""
    width, height = (WIDTH - 3 * _GAP) / 2, (HEIGHT - TITLE - 2 * _GAP) / 2
    return _GAP + number % 2 * (width + _GAP), TITLE + number // 2 * (height + _GAP), width, height


def _panels(groups: Sequence[UsageGroupLine | None]) -> list[Panel]:
    def values(name: str, otherwise: float | None = None) -> list[float | None]:
        return [otherwise if group is None else getattr(group, name) for group in groups]

    waits = {"until recognition began": values("mean_queue_seconds"), "until the text": values("mean_total_seconds")}
    seconds = (*_SECONDS, *_DAYS)
    return [
        Panel("users", {"": values("users", 0)}, _COUNTS, "{:.0f}".format, True),
        Panel("audio", {"": values("audio_seconds", 0)}, seconds, _seconds, True),
        Panel("waiting (mean)", waits, seconds, _seconds, False),
        Panel("error of the forecast (median)", {"": values("median_error_seconds")}, seconds, _seconds, False),
    ]


def _seconds(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:g} s"
    return re.sub("( 00 (min|s)| 0 h)$", "", show_duration(seconds))


class _Drawing:
    """A panel's place in the picture."""

    def __init__(self, draw: Any, fonts: tuple[Any, Any], left: float, top: float, width: float, height: float) -> None:
        self._draw = draw
        self._font, self._title_font = fonts
        self._left, self._top = left, top
        self._begin, self._end = left + LEFT, left + width
        self._ceiling, self._floor = top + TITLE, top + height - BOTTOM

    def draw(self, panel: Panel, times: Sequence[str]) -> None:
        self._draw.text((self._left, self._top + 10), panel.title, _INK, self._title_font)
        self._draw_legend(panel)
        most = max((value for values in panel.series.values() for value in values if value is not None), default=None)
        if most is None:
            middle = (self._begin + self._end) / 2, (self._ceiling + self._floor) / 2
            self._draw.text(middle, "nothing was measured", _INK, self._font, anchor="mm")
            return
        per_unit = self._draw_lines(panel, most)
        width = (self._end - self._begin) / len(times)
        self._draw_times(times, width)
        for colour, values in zip(_COLOURS, panel.series.values(), strict=False):
            points = [
                None if value is None else (self._begin + (place + 0.5) * width, self._floor - value * per_unit)
                for place, value in enumerate(values)
            ]
            (self._draw_bars if panel.has_bars else self._draw_curve)(points, width, colour)

    def _draw_legend(self, panel: Panel) -> None:
        right = self._end
        for colour, name in reversed(list(zip(_COLOURS, panel.series, strict=False))):
            if name:
                self._draw.text((right, self._top + 14), name, colour, self._font, anchor="ra")
                right -= self._draw.textlength(name, self._font) + _GAP

    def _draw_lines(self, panel: Panel, most: float) -> float:
        """Lines at even distances with what they stand for; how many pixels one is."""
        step = next((step for step in panel.steps if most <= _MOST_LINES * step), panel.steps[-1])
        count = max(1, -int(-most // step))
        per_unit = (self._floor - self._ceiling) / (count * step)
        for line in range(count + 1):
            y = self._floor - line * step * per_unit
            self._draw.line((self._begin, y, self._end, y), _FAINT, 2)
            self._draw.text((self._begin - 12, y), panel.spell(line * step), _INK, self._font, anchor="rm")
        return per_unit

    def _draw_times(self, times: Sequence[str], width: float) -> None:
        room = self._draw.textlength(_short(times[-1]), self._font) + _GAP
        every = max(1, -int(-room // width))
        for place, time in enumerate(times):
            if (len(times) - 1 - place) % every == 0:
                at = self._begin + (place + 0.5) * width, self._floor + 12
                self._draw.text(at, _short(time), _INK, self._font, anchor="mt")

    def _draw_bars(self, points: Sequence[Point | None], width: float, colour: str) -> None:
        half = max(1.0, width * 0.4)
        for point in points:
            if point is not None and point[1] < self._floor:
                x, y = point
                self._draw.rectangle((x - half, min(y, self._floor - 2), x + half, self._floor), colour)

    def _draw_curve(self, points: Sequence[Point | None], width: float, colour: str) -> None:
        """A time without a value is a gap."""
        for before, after in pairwise(points):
            if before is not None and after is not None:
                self._draw.line((before, after), colour, 4)
        radius = max(2.0, min(6.0, width / 3))
        for x, y in filter(None, points):
            self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), colour)


def _short(time: str) -> str:
    """A day or week without its year: the title has it."""
    return time if len(time) == len("2026-11") else time[5:]
