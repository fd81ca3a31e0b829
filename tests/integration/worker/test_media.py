"""Decoding, and its dealings with hostile media, in this process."""

from __future__ import annotations

import contextlib
import io
import socket
import struct
import time
import wave
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from faster_whisper.audio import decode_audio

from tests.support.media import silent_opus, video_without_sound
from tests.support.places import SAMPLES
from voicepipe.domain.transcripts import FailureReason
from voicepipe.wire.sound import SAMPLE_RATE
from voicepipe.worker.downmix import Samples
from voicepipe.worker.media import RecordingRejected, decode

RECORDINGS = sorted(path.name for path in SAMPLES.iterdir() if path.suffix != ".json")
VOICE = (SAMPLES / "mid_ru_05.ogg").read_bytes()


def sound(data: bytes, limit_seconds: float = 300.0) -> Samples:
    """All of it."""
    return np.concatenate(list(decode(io.BytesIO(data), limit_seconds)))


def rejection(data: bytes, limit_seconds: float = 300.0) -> tuple[FailureReason, float | None]:
    with pytest.raises(RecordingRejected) as caught:
        sound(data, limit_seconds)
    return caught.value.failure.reason, caught.value.failure.audio_seconds


# --- media made here ----------------------------------------------------------------------------------------------
def silence(seconds: float, rate: int) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.zeros((1, int(seconds * rate)), np.int16), format="s16", layout="mono")
    frame.sample_rate = rate
    return frame


def pcm(seconds: float, rate: int = 8000, channels: int = 1) -> bytes:
    """A WAV file with a tone."""
    tone = 8000 * np.sin(np.arange(int(seconds * rate)) * 440 * 2 * np.pi / rate)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(np.repeat(tone.astype("<i2"), channels).tobytes())
    return buffer.getvalue()


def many_streams(count: int) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="matroska") as container:
        streams = [container.add_stream("pcm_s16le", rate=8000, layout="mono") for _ in range(count)]
        for stream in streams:
            container.mux(stream.encode(silence(0.1, 8000)))
    return buffer.getvalue()


def ogg_checksum(page: bytearray) -> int:
    checksum = 0
    for byte in page:
        checksum ^= byte << 24
        for _ in range(8):
            checksum = (checksum << 1 ^ (0x04C11DB7 if checksum & 0x80000000 else 0)) & 0xFFFFFFFF
    return checksum


def with_forged_end(ogg: bytes, seconds: int) -> bytes:
    """The same Ogg Opus file, whose last page claims that the sound ends after so many seconds."""
    start = ogg.rindex(b"OggS")
    page = bytearray(ogg[start:])
    struct.pack_into("<q", page, 6, seconds * 48_000)
    struct.pack_into("<I", page, 22, 0)
    struct.pack_into("<I", page, 22, ogg_checksum(page))
    return bytes(ogg[:start] + page)


@pytest.fixture(scope="module")
def ten_minutes_of_silence() -> bytes:
    data = silent_opus(600)
    assert len(data) < 200_000
    return data


# --- what is at fault is named ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", FailureReason.UNREADABLE),
        (bytes(10_000), FailureReason.UNREADABLE),
        (b"OggS" + b"garbage " * 1000, FailureReason.UNREADABLE),
        (VOICE[:200], FailureReason.UNREADABLE),
        (b"\x89PNG\r\n\x1a\n" + bytes(1000), FailureReason.UNREADABLE),
        (b"just a text, and a long one at that\n" * 100, FailureReason.UNREADABLE),
        (video_without_sound(1), FailureReason.NO_AUDIO),
        (pcm(0), FailureReason.NO_AUDIO),
    ],
    ids=["empty", "zeros", "garbage", "header_only", "picture", "text", "silent_film", "no_samples"],
)
def test_fault_is_named(data: bytes, reason: FailureReason) -> None:
    assert rejection(data) == (reason, None)


def test_random_damage_is_never_our_error() -> None:
    random = np.random.default_rng(5)
    for name in ("heldout_ru_07.ogg", "video_note.mp4", "song.mp3"):
        whole = np.frombuffer((SAMPLES / name).read_bytes(), np.uint8)
        for _ in range(15):
            damaged = whole.copy()
            damaged[random.integers(0, len(damaged), 200)] = random.integers(0, 256, 200)
            with contextlib.suppress(RecordingRejected):
                sound(damaged.tobytes(), 60.0)


@pytest.mark.parametrize("junk", [bytes(1_000_000), b"lorem ipsum dolor " * 60_000], ids=["zeros", "text"])
def test_mp3_is_found_behind_whatever_comes_before(junk: bytes) -> None:
    song = (SAMPLES / "song.mp3").read_bytes()
    found, whole = sound(junk + song), sound(song)
    assert len(found) == pytest.approx(len(whole), abs=SAMPLE_RATE // 20), "but for what its header says of its edges"
    assert found.std() == pytest.approx(whole.std(), rel=0.02)


def test_truncated_file_gives_what_is_there() -> None:
    whole = sound(VOICE)
    part = sound(VOICE[: len(VOICE) * 2 // 3])
    assert 4 * SAMPLE_RATE < len(part) < len(whole)
    assert np.array_equal(part[: 4 * SAMPLE_RATE], whole[: 4 * SAMPLE_RATE])


def test_damage_in_the_middle_costs_only_itself() -> None:
    whole = (SAMPLES / "song.mp3").read_bytes()
    damaged = bytearray(whole)
    middle = len(damaged) // 2
    damaged[middle : middle + 2000] = bytes(2000)
    seconds = [len(sound(bytes(data))) / SAMPLE_RATE for data in (whole, damaged)]
    assert seconds[0] - 1 < seconds[1] <= seconds[0]


# --- limits are on what is decoded --------------------------------------------------------------------------------
def test_bomb_is_left_at_the_limit(ten_minutes_of_silence: bytes) -> None:
    started = time.process_time()
    reason, seconds = rejection(ten_minutes_of_silence, limit_seconds=30.0)
    assert reason is FailureReason.TOO_LONG
    assert seconds is not None
    assert 30.0 < seconds < 31.0
    assert time.process_time() - started < 1.0, "it was decoded to its end"


def test_forged_duration_does_not_count() -> None:
    forged = with_forged_end(silent_opus(120), seconds=3)
    with av.open(io.BytesIO(forged), "r") as container:
        assert container.duration is not None
        assert container.duration / av.time_base == pytest.approx(3.0, abs=0.1)
    assert rejection(forged, limit_seconds=60.0)[0] is FailureReason.TOO_LONG
    assert len(sound(forged, 200.0)) / SAMPLE_RATE > 110


def test_absurd_sample_rate_takes_no_memory() -> None:
    reason, seconds = rejection(pcm(20_000, rate=1), limit_seconds=60.0)
    assert reason is FailureReason.TOO_LONG
    assert seconds is not None
    assert seconds > 60


@pytest.mark.parametrize(("limit", "fits"), [(10.0, True), (9.99, False)])
def test_limit_is_exact(limit: float, fits: bool) -> None:
    if fits:
        assert len(sound(pcm(10), limit)) == 10 * SAMPLE_RATE
    else:
        assert rejection(pcm(10), limit)[0] is FailureReason.TOO_LONG


@pytest.mark.parametrize("seconds", [0.5, 7.0, 19.99])
def test_only_the_beginning_is_decoded_where_no_more_is_wanted(seconds: float) -> None:
    data = pcm(20, 8000)
    pieces = np.concatenate(list(decode(io.BytesIO(data), seconds, ends_at_limit=True)))
    assert seconds - 0.2 < len(pieces) / SAMPLE_RATE <= seconds + 0.01
    assert np.array_equal(pieces[: SAMPLE_RATE // 4], sound(data)[: SAMPLE_RATE // 4])


def test_of_chained_recordings_only_those_before_the_limit_are_decoded() -> None:
    data = silent_opus(4) + silent_opus(4)
    pieces = np.concatenate(list(decode(io.BytesIO(data), 3.0, ends_at_limit=True)))
    assert len(pieces) / SAMPLE_RATE == pytest.approx(3.0, abs=0.1)


def test_hundreds_of_streams_are_no_trouble() -> None:
    started = time.process_time()
    assert len(sound(many_streams(300), 60.0)) == pytest.approx(0.1 * SAMPLE_RATE, abs=200)
    assert time.process_time() - started < 5.0


# --- nothing but the file is opened -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "playlist",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{target}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{target}'\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio {port} RTP/AVP 0\n",
        "<MPD><Period><AdaptationSet><BaseURL>{target}</BaseURL></AdaptationSet></Period></MPD>\n",
        "RIFF{target}",
    ],
    ids=["hls", "concat", "sdp", "dash", "riff"],
)
@pytest.mark.parametrize("kind", ["file", "http", "passwd"])
def test_playlist_is_not_followed(playlist: str, kind: str, tmp_path: Path, listener: socket.socket) -> None:
    tone = tmp_path / "tone.wav"
    tone.write_bytes(pcm(1))
    port = listener.getsockname()[1]
    target = {"file": str(tone), "http": f"http://127.0.0.1:{port}/tone.wav", "passwd": "/etc/passwd"}[kind]
    assert rejection(playlist.format(target=target, port=port).encode())[0] is FailureReason.UNREADABLE
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_concat_would_be_followed_were_it_not_for_us(tmp_path: Path) -> None:
    """The tests above prove something: FFmpeg itself does open the file that such a list names."""
    (tmp_path / "tone.wav").write_bytes(pcm(1))
    playlist = tmp_path / "voice.ogg"
    playlist.write_text("ffconcat version 1.0\nfile tone.wav\n")
    with av.open(str(playlist)) as container:
        assert container.format.name == "concat"


# --- the sound -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", RECORDINGS)
def test_sound_is_what_faster_whisper_decodes(name: str) -> None:
    assert np.array_equal(sound((SAMPLES / name).read_bytes()) / np.float32(32768), decode_audio(str(SAMPLES / name)))


@pytest.mark.parametrize("rate", [1, 7, 8_000, 44_100, 192_000])
def test_it_comes_in_pieces_whatever_the_sample_rate(rate: int) -> None:
    pieces = list(decode(io.BytesIO(pcm(100, rate)), 300.0))
    assert sum(map(len, pieces)) == pytest.approx(100 * SAMPLE_RATE, abs=SAMPLE_RATE if rate < 10 else 10)
    assert max(map(len, pieces)) <= 30 * SAMPLE_RATE


def test_mixed_sample_rates_and_channels_are_one_sound() -> None:
    chained = io.BytesIO()
    for rate, layout in ((48_000, "stereo"), (16_000, "mono")):
        with av.open(part := io.BytesIO(), "w", format="adts") as container:
            stream = container.add_stream("aac", rate=rate, layout=layout)
            samples = np.zeros((1, rate * 2 * (2 if layout == "stereo" else 1)), np.int16)
            frame = AudioFrame.from_ndarray(samples, format="s16", layout=layout)
            frame.sample_rate = rate
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        chained.write(part.getvalue())
    assert len(sound(chained.getvalue(), 60.0)) / SAMPLE_RATE == pytest.approx(4.0, abs=0.3)
