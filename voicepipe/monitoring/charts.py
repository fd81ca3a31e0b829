"""Bars, drawn as SVG that stands in the page: each tells its number to who points at it, without any script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, HEAD, FOOT = 600, 150, 22, 24
"""In units of the picture, which is as wide as its place: what stands above the highest bar and below all."""
GAP = 2
MOST_NAMES = 6
"""Names below the bars; on a phone every other one is shown."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One of a row."""

    name: str
    value: float
    words: str
    """What it tells."""


def bars(title: str, row: Sequence[Bar]) -> str:
    """A bar for each, as high as its value beside the highest, whose value is told."""
    most = max((bar.value for bar in row), default=0.0)
    step = WIDTH / max(1, len(row))
    every = max(1, -(-len(row) // MOST_NAMES))
    drawn = [_bar(number, bar, step, most) for number, bar in enumerate(row)]
    names = [_name(number, bar, step, every) for number, bar in enumerate(row) if number % every == 0]
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f'{_line(HEAD)}<text x="0" y="{HEAD - 6}">{most:g}</text>{_line(HEIGHT - FOOT)}{"".join(drawn + names)}</svg>'
    )


def _line(y: float) -> str:
    return f'<line class="base" x1="0" x2="{WIDTH}" y1="{y}" y2="{y}"/>'


def _bar(number: int, bar: Bar, step: float, most: float) -> str:
    base = HEIGHT - FOOT
    height = max(2.0, bar.value / most * (base - HEAD)) if bar.value else 0.0
    x, width = number * step + GAP / 2, step - GAP
    return (
        f"<g><title>{escape(bar.name)}: {escape(bar.words)}</title>"
        f'<rect class="hit" x="{x:.1f}" y="0" width="{width:.1f}" height="{base}"/>'
        f'<rect class="bar" x="{x:.1f}" y="{base - height:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2"/></g>'
    )


def _name(number: int, bar: Bar, step: float, every: int) -> str:
    kind = ' class="other"' if number // every % 2 else ""
    return f'<text{kind} x="{number * step + GAP / 2:.1f}" y="{HEIGHT - 5}">{escape(bar.name)}</text>'
