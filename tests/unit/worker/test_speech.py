"""How sound is cut into windows, with a voice that knows what is speech instead of hearing it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from voicepipe.wire.sound import SAMPLE_RATE
from voicepipe.worker.downmix import Samples
from voicepipe.worker.loudness import made_louder
from voicepipe.worker.speech import FRAME_SAMPLES, LEAST_VOICED_SAMPLES, Floats, Speech, Utterance, floats

SPEAKING = 10_000
"""As loud as this somebody speaks; every sample differs from the one before it."""

WINDOW_SECONDS = 30.0


def told(frames: Floats) -> Floats:
    """Somebody speaks in what is loud for the most part."""
    return np.asarray(np.abs(frames).mean(axis=1) * 32768 >= SPEAKING / 2, np.float32)


def voiced_samples(audio: Samples) -> int:
    whole = audio[: len(audio) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    return int(told(floats(whole)).sum()) * FRAME_SAMPLES


def sound(*turns: float) -> Samples:
    """Seconds of speech and of silence in turns; the samples of speech are numbered, as far as 16 bits go."""
    pieces = []
    for number, seconds in enumerate(turns):
        count = round(seconds * SAMPLE_RATE)
        spoken = SPEAKING + np.arange(count) % 20_000
        pieces.append((spoken if number % 2 == 0 else np.zeros(count)).astype(np.int16))
    return np.concatenate(pieces)


def windows(audio: Samples, *cuts: int, vad: bool = True) -> list[Utterance]:
    """The recording in pieces that end at the cuts."""
    return list(Speech(np.split(audio, sorted(cuts)), told if vad else None, WINDOW_SECONDS))


def lengths(*seconds: float) -> object:
    """Silence is told by the frame, of which there are 31 a second."""
    return pytest.approx(seconds, abs=0.3)


def total_seconds(utterances: list[Utterance]) -> tuple[float, ...]:
    return tuple(each.seconds for each in utterances)


turns = st.lists(st.floats(0, 40) | st.floats(0, 3), min_size=1, max_size=7)


@settings(deadline=None, max_examples=25)
@given(turns, st.lists(st.integers(0, 400 * SAMPLE_RATE), max_size=20), st.booleans())
def test_every_sample_of_speech_is_in_one_window(turns: list[float], cuts: list[int], vad: bool) -> None:
    audio = sound(*turns)
    found = windows(audio, *(cut for cut in cuts if cut <= len(audio)), vad=vad)
    position = 0
    taken = np.zeros(len(audio), bool)
    for window in found:
        assert 0 < len(window.sound) <= WINDOW_SECONDS * SAMPLE_RATE
        spoken = np.concatenate([audio[span.start : span.end] for span in window.spans])
        assert np.array_equal(window.sound, made_louder(spoken))
        for span in window.spans:
            assert position <= span.start < span.end <= len(audio), "in order, and none twice"
            position = span.end
            taken[span.start : span.end] = True
    frames = [slice(start, start + FRAME_SAMPLES) for start in range(0, len(audio) - FRAME_SAMPLES, FRAME_SAMPLES)]
    if vad and len(audio) >= FRAME_SAMPLES and voiced_samples(audio) >= LEAST_VOICED_SAMPLES:
        assert all(taken[frame].all() for frame in frames if audio[frame].all()), "a frame of speech is lost"
    if not vad:  # windows of nothing but silence are left out
        assert not audio[~taken].any()


@settings(deadline=None, max_examples=25)
@given(turns, st.lists(st.integers(0, 400 * SAMPLE_RATE), max_size=20))
@example([0.0, 0.0, 16.0, 39.5, 29.1875, 3.0, 1.0], [1_357_312])
def test_how_it_comes_in_does_not_matter(turns: list[float], cuts: list[int]) -> None:
    audio = sound(*turns)
    whole = windows(audio)
    cut = windows(audio, *(cut for cut in cuts if cut <= len(audio)))
    assert [each.spans for each in cut] == [each.spans for each in whole]


def test_silence_is_left_out_and_told() -> None:
    (window,) = windows(sound(3, 10, 4, 60))
    assert [(round(span.start / SAMPLE_RATE, 1), round(span.end / SAMPLE_RATE, 1)) for span in window.spans] == [
        (0.0, 3.4),
        (12.6, 17.4),
    ]


A_MOMENT = [((0.1, 3), 0), ((0.05, 3, 0.05, 3), 0), ((0.2, 3), 1), ((0.1, 3, 0.1), 1)]


@pytest.mark.parametrize(("turns", "count"), A_MOMENT)
@pytest.mark.parametrize("cuts", [(), (1600, 20_000)])
def test_a_moment_of_speech_in_a_whole_recording_is_none(
    turns: tuple[float, ...], count: int, cuts: tuple[int, ...]
) -> None:
    assert len(windows(sound(0, 2, *turns), *cuts)) == count
    assert len(windows(sound(0, 2, *turns), *cuts, vad=False)) == 1, "it has been asked for nothing but all of it"


def test_a_moment_of_speech_counts_after_more_of_it() -> None:
    assert len(windows(sound(30.5, 20, 0.1, 3))) == 2


@pytest.mark.parametrize("vad", [True, False])
def test_what_can_hardly_be_heard_reaches_no_engine(vad: bool) -> None:
    silent = np.arange(-5 * SAMPLE_RATE, 5 * SAMPLE_RATE) % 8 - 4
    found = Speech([silent.astype(np.int16)], (lambda frames: np.ones(len(frames), np.float32)) if vad else None, 30.0)
    assert list(found) == []
    assert found.audio_seconds == 10


@pytest.mark.parametrize(("amplitude", "times"), [(16_000, 1.0), (4700, 1.0), (1000, 4.63), (100, 46.3), (50, 92.7)])
def test_quiet_speech_is_made_louder(amplitude: int, times: float) -> None:
    audio = np.round(amplitude * np.sin(np.arange(40_000) / 5)).astype(np.int16)
    (window,) = windows(audio, vad=False)
    assert window.sound == pytest.approx(audio * times, abs=times)


def test_a_click_is_not_clipped_when_the_rest_is_made_louder() -> None:
    audio = np.round(300 * np.sin(np.arange(40_000) / 5)).astype(np.int16)
    audio[20_000] = -20_000
    (window,) = windows(audio, vad=False)
    assert window.sound.min() == pytest.approx(-32_440, abs=5)
    assert window.sound == pytest.approx(audio * 1.622, abs=2)


def test_what_fits_one_window_is_one() -> None:
    assert total_seconds(windows(sound(*[4.0, 3.0] * 6, 1.0))) == lengths(29.6)
    assert total_seconds(windows(sound(30), vad=False)) == lengths(30)


def test_stretches_fill_windows() -> None:
    """Cut between them where that fills half a window: 0.8 s of each stretch is silence around it."""
    assert total_seconds(windows(sound(*[9.2, 5.0] * 5))) == lengths(29.9, 19.9)


def test_long_stretch_is_cut_where_the_speaker_pauses_longest() -> None:
    found = windows(sound(7, 1.5, 14, 0.2, 2, 0.6, 3, 0.4, 20))
    assert [span.end / SAMPLE_RATE for span in found[0].spans] == [pytest.approx(25.0, abs=0.1)]
    assert len(found) == 2
    assert found[0].spans[-1].end == found[1].spans[0].start


@pytest.mark.parametrize("vad", [True, False])
def test_speech_without_a_pause_is_cut_where_it_is_quietest(vad: bool) -> None:
    audio = sound(75)
    quiet = (int(25.3 * SAMPLE_RATE), int(50.3 * SAMPLE_RATE))
    for start in quiet:
        audio[start : start + SAMPLE_RATE // 5] = SPEAKING * 6 // 10
    first, second, third = windows(audio, vad=vad)
    assert [first.spans[-1].end, second.spans[-1].end] == [pytest.approx(start + 1600, abs=800) for start in quiet]
    assert third.spans[-1].end == len(audio)


def test_noise_as_loud_everywhere_is_cut_at_the_limit() -> None:
    assert total_seconds(windows(np.full(75 * SAMPLE_RATE, SPEAKING, np.int16))) == lengths(30, 30, 15)


def test_early_pauses_make_no_short_windows() -> None:
    """However the pauses lie, a recording does not fall into more than twice as many windows as it needs."""
    found = windows(sound(1, 0.2, 1, 0.3, 1, 0.2, 70))
    assert all(window.seconds >= 15 for window in found[:-1])
    assert len(found) == 3


@pytest.mark.parametrize("vad", [True, False])
@pytest.mark.parametrize("rest", [1, 80, 700, 1600, 8000, 15_999, 16_001])
def test_no_scrap_is_left_over(rest: int, vad: bool) -> None:
    found = windows(sound(WINDOW_SECONDS + rest / SAMPLE_RATE), vad=vad)
    assert len(found) == 2
    assert found[-1].seconds >= 1


def test_window_is_there_before_the_recording_ends() -> None:
    """It is cut as soon as enough is left for the next one: an hour's first window needs no hour."""
    consumed = 0

    def pieces() -> list[Samples]:
        return np.split(sound(3600), range(SAMPLE_RATE, 3600 * SAMPLE_RATE, SAMPLE_RATE))

    def counted() -> object:
        nonlocal consumed
        for piece in pieces():
            consumed += 1
            yield piece

    next(iter(Speech(counted(), told, WINDOW_SECONDS)))  # type: ignore[arg-type]  # a scripted voice
    assert consumed == 32
