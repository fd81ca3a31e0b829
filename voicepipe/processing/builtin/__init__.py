"""What is made without a model and without a network, from the text's own words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from voicepipe.processing.builtin.lexrank import summary
from voicepipe.processing.builtin.naming import keywords
from voicepipe.processing.builtin.tidying import tidy
from voicepipe.processing.kinds import Kind, Made, Material

MAKERS: Mapping[Kind, Callable[[Material], Made]] = {
    Kind.SUMMARY: summary,
    Kind.POINTS: summary,
    Kind.TIDY: tidy,
    Kind.KEYWORDS: keywords,
}
"""Each raises NotMade where there is nothing to make it of."""
