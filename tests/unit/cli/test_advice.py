"""What is advised, by what models cost: which one is fit for a machine, and what the table says."""

from __future__ import annotations

import pytest

from voicepipe.cli.tools.advice import (
    BEST_LAST,
    Machine,
    chosen,
    is_english_only,
    judge,
    languages_of,
    shape_of,
)
from voicepipe.cli.tools.published import TRIALS, published
from voicepipe.cli.tools.survey import width_of
from voicepipe.config import Config
from voicepipe.domain.shapes import SIZES, Costs, Manner, Size, reckoned
from voicepipe.errors import RequestRefused
from voicepipe.models import REPOSITORIES

GIB = 2.0**30
MANNER = Manner("cpu", "auto", 1, 5, has_short_context=False)


def machine(gib: float, workers: int = 1) -> Machine:
    return Machine(gib * GIB, workers, MANNER)


def costs(scale: float) -> dict[str, Costs | str]:
    """In proportion to the layers' weights, so many seconds for a minute by the largest."""
    most = SIZES["large-v3"].parameters
    seconds = {name: scale * size.parameters / most for name, size in SIZES.items()}
    return {name: Costs(each / 2, each / 2, each / 6, each / 6) for name, each in seconds.items()}


def test_every_model_that_can_be_downloaded_is_known_with_its_shape() -> None:
    known = set(chosen(list(REPOSITORIES)))
    assert known == set(BEST_LAST)
    assert {shape_of(name) for name in REPOSITORIES} == set(SIZES)
    assert (shape_of("base.en"), shape_of("large"), shape_of("large-v1")) == ("base", "large-v3", "large-v2")


def test_sizes_are_those_of_the_published_models() -> None:
    """In millions, as OpenAI and Distil-Whisper tell them."""
    told = {"tiny": 39, "base": 74, "small": 244, "medium": 769, "large-v3": 1550, "turbo": 809}
    told |= {"distil-small.en": 166, "distil-medium.en": 394, "distil-large-v3": 756}
    for name, millions in told.items():
        assert SIZES[name].parameters == pytest.approx(millions * 1e6, rel=0.04), name


def test_what_was_not_measured_is_reckoned_in_a_straight_line() -> None:
    few, more, whole = Size(8, 2, 2, 1), Size(8, 4, 4, 1), Size(8, 10, 3, 1)
    found = reckoned(whole, (few, Costs(3.0, 20.0, 1.0, 2.0)), (more, Costs(5.0, 30.0, 1.5, 4.0)))
    assert found == Costs(11.0, 25.0, 3.0, 3.0)
    assert (found.minute, found.note) == (36.0, 6.0)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_a_few_layers_are_measured_for_every_width(size: Size) -> None:
    width = width_of(size)
    assert width.few.width == width.more.width == size.width
    assert 0 < width.few.encoder_layers < width.more.encoder_layers <= max(6, size.encoder_layers)
    assert width.file_bytes < 400e6


def test_the_best_that_fits_and_is_quick_enough_is_recommended() -> None:
    found, best = judge(machine(64), BEST_LAST, costs(20.0), ["ru"])
    assert best == "large-v3"
    assert all(each.is_fit or is_english_only(each.name) for each in found)
    # A note of 10 s takes a third of a minute's seconds.
    _, best = judge(machine(64), BEST_LAST, costs(31.0), ["ru"])
    assert best == "turbo"
    _, best = judge(machine(64), BEST_LAST, costs(3000.0), ["ru"])
    assert best is None


def test_what_has_no_room_says_how_much_it_takes() -> None:
    found, best = judge(machine(1.0), BEST_LAST, costs(20.0), ["ru"])
    assert best == "small"
    by_name = {each.name: each for each in found}
    assert by_name["medium"].reason.startswith("no room: 2")
    assert by_name["medium"].costs is None
    assert by_name["medium"].minutes_per_day is None


def test_where_not_all_workers_fit_fewer_work() -> None:
    (small,), best = judge(machine(1.9, workers=3), ["small"], costs(20.0), ["ru"])
    assert (small.workers, best) == (2, "small")
    assert small.costs is not None
    assert small.minutes_per_day == int(2 * 86_400 / small.costs.minute)


def test_what_knows_english_only_is_for_those_who_speak_it() -> None:
    names = ["tiny", "base.en", "distil-large-v3"]
    assert judge(machine(64), names, costs(1.0), ["ru", "en"])[1] == "tiny"
    assert judge(machine(64), names, costs(1.0), ["en"])[1] == "distil-large-v3"


def test_what_could_not_be_measured_says_why() -> None:
    (found,), best = judge(machine(64), ["tiny"], {"tiny": "it broke"}, ["ru"])
    assert (found.reason, found.costs, best) == ("it broke", None, None)


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(RequestRefused, match="gigantic"):
        chosen(["base", "gigantic"])
    assert chosen(["large-v3", "tiny", "large-v3-turbo"]) == ["tiny", "turbo", "large-v3"]


@pytest.mark.parametrize(
    ("recognition", "languages"),
    [
        ({}, ("ru", "en")),
        ({"preferred_language": "en"}, ("en",)),
        ({"languages": "de, en"}, ("de", "en")),
        ({"language": "uk"}, ("uk",)),
    ],
)
def test_the_languages_are_those_of_the_configuration(recognition: dict[str, str], languages: tuple[str, ...]) -> None:
    telegram = {"api_id": 1, "api_hash": "0" * 32, "bot_token": "1:secret"}
    assert languages_of(Config.model_validate({"telegram": telegram, "recognition": recognition})) == languages


def test_published_rates_are_of_known_models_and_have_a_source() -> None:
    for trial in TRIALS:
        assert trial.percent.keys() <= set(BEST_LAST)
        assert "/" in trial.source
        assert all(0 < rate < 50 for rate in trial.percent.values())
    assert published("tiny", ["de", "en"]) == {"de": [], "en": [(0, 6.7)]}
