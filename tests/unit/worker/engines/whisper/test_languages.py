"""Which language is spoken, among those that it may be."""

from __future__ import annotations

import pytest

from voicepipe.worker.engines.whisper.languages import Heard, chosen, narrowed

SLAVIC = [("pl", 0.5), ("uk", 0.3), ("ru", 0.15), ("en", 0.05)]
GERMANIC = [("de", 0.5), ("nl", 0.36), ("en", 0.12), ("ru", 0.02)]
FLAT = [("nn", 0.1), ("en", 0.08), ("ru", 0.02)] + [(f"x{number}", 0.02) for number in range(40)]


def told(heard: Heard) -> tuple[str, float, float]:
    return heard.language, round(heard.probability, 2), round(heard.certainty or 0.0, 2)


def test_the_most_probable_of_all() -> None:
    assert told(chosen(SLAVIC, (), "ru", 0.5)) == ("pl", 0.5, 0.5)


def test_only_the_allowed_are_compared() -> None:
    """Their probabilities are among them; how sure the model is of anything at all is known all the same."""
    assert told(chosen(GERMANIC, ("nl", "en"), "en", 0.5)) == ("nl", 0.75, 0.5)
    assert told(chosen(FLAT, ("ru",), "ru", 0.5)) == ("ru", 1.0, 0.1)


def test_a_slavic_language_counts_for_those_that_are_allowed() -> None:
    assert told(chosen(SLAVIC, ("ru", "en"), "en", 0.5)) == ("ru", 0.95, 0.5)
    assert told(chosen([("pl", 0.4), ("en", 0.3), ("ru", 0.1)], ("en", "ru"), "en", 0.5)) == ("ru", 0.62, 0.4)
    assert told(chosen([("en", 0.4), ("pl", 0.2), ("ru", 0.1)], ("en", "ru"), "en", 0.5)) == ("en", 0.57, 0.4)
    # Two of them share it as they are probable themselves.
    assert told(chosen(SLAVIC, ("uk", "ru"), "ru", 0.5)) == ("uk", 0.67, 0.5)
    assert told(chosen(SLAVIC, ("en", "de"), "de", 0.5)) == ("en", 1.0, 0.5)


def test_unsure_is_the_preferred_one_if_it_is_allowed() -> None:
    assert told(chosen(FLAT, (), "ru", 0.5)) == ("ru", 0.02, 0.1)
    assert told(chosen(GERMANIC, ("nl", "en"), "en", 0.8)) == ("en", 0.25, 0.5)
    assert chosen(FLAT, ("en", "nn"), "ru", 0.6).language == "nn"


@pytest.mark.parametrize(
    ("configured", "wanted", "expected"),
    [
        ((), (), ()),
        (("ru", "en"), (), ("ru", "en")),
        ((), ("ru",), ("ru",)),
        (("ru", "en", "de"), ("en", "ru"), ("ru", "en")),
        (("ru", "en"), ("fr",), ("ru", "en")),
    ],
)
def test_a_recording_may_be_bound_to_fewer_but_never_to_others(
    configured: tuple[str, ...], wanted: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert narrowed(configured, wanted) == expected
