"""A transcript in each format, character by character."""

from __future__ import annotations

import json

import pytest

from voicepipe.domain.transcripts import Segment, Transcript, Word
from voicepipe.formats import FORMATS


def transcript(*segments: Segment) -> Transcript:
    text = " ".join(segment.text.strip() for segment in segments)
    return Transcript(text, "ru", 0.97, 3700.0, segments)


TWO = transcript(Segment(0.0, 1.5, " Привет, мир."), Segment(3661.0004, 3662.9996, " Второй."))


def test_text_is_the_text_and_a_newline() -> None:
    assert FORMATS["text"].render(TWO) == "Привет, мир. Второй.\n"


def test_srt_numbers_cues_and_counts_hours() -> None:
    assert FORMATS["srt"].render(TWO) == (
        "1\n00:00:00,000 --> 00:00:01,500\nПривет, мир.\n\n2\n01:01:01,000 --> 01:01:03,000\nВторой.\n"
    )


def test_vtt_has_its_header_and_points() -> None:
    assert FORMATS["vtt"].render(TWO) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nПривет, мир.\n\n01:01:01.000 --> 01:01:03.000\nВторой.\n"
    )


def test_json_holds_every_fact() -> None:
    document = json.loads(FORMATS["json"].render(TWO))
    assert document == {
        "text": "Привет, мир. Второй.",
        "language": "ru",
        "language_probability": 0.97,
        "audio_seconds": 3700.0,
        "segments": [
            {"start": 0.0, "end": 1.5, "text": " Привет, мир.", "words": []},
            {"start": 3661.0004, "end": 3662.9996, "text": " Второй.", "words": []},
        ],
        "is_partial": False,
    }
    assert "Привет" in FORMATS["json"].render(TWO)


def test_json_says_how_sure_each_word_is() -> None:
    said = Segment(0.0, 1.5, " Привет, мир.", (Word(" Привет,", 0.93), Word(" мир.", 0.4)))
    document = json.loads(FORMATS["json"].render(transcript(said)))
    words = [{"text": " Привет,", "probability": 0.93}, {"text": " мир.", "probability": 0.4}]
    assert document["segments"][0]["words"] == words


@pytest.mark.parametrize(("form", "expected"), [("text", ""), ("srt", ""), ("vtt", "WEBVTT\n")])
def test_an_empty_transcript(form: str, expected: str) -> None:
    assert FORMATS[form].render(transcript()) == expected


def test_no_empty_line_ends_a_cue_and_empty_ones_are_left_out() -> None:
    spoken = transcript(Segment(0.0, 1.0, "  "), Segment(1.0, 2.0, "one\n\ntwo\r\nthree"))
    assert FORMATS["srt"].render(spoken) == "1\n00:00:01,000 --> 00:00:02,000\none two three\n"


def test_vtt_escapes_what_it_would_read_as_markup() -> None:
    spoken = transcript(Segment(0.0, 1.0, "a < b & c --> d"))
    assert FORMATS["vtt"].render(spoken).endswith("\na &lt; b &amp; c --&gt; d\n")
    assert FORMATS["srt"].render(spoken).endswith("\na < b & c --> d\n")


def test_times_round_to_the_next_second_and_pass_a_hundred_hours() -> None:
    spoken = transcript(Segment(59.9996, 60.5, "x"), Segment(360_000.25, 360_001.0, "y"))
    assert "00:01:00,000 --> 00:01:00,500" in FORMATS["srt"].render(spoken)
    assert "100:00:00,250 --> 100:00:01,000" in FORMATS["srt"].render(spoken)


def test_suffixes() -> None:
    assert [form.suffix for form in FORMATS] == [".txt", ".json", ".srt", ".vtt"]


def test_a_name_is_registered_once() -> None:
    with pytest.raises(ValueError, match="json"):
        FORMATS.register(FORMATS["json"])
