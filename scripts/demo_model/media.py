"""Writes recordings in the containers and codecs that Telegram delivers, and reads them back.

All audio in memory is mono float32 at 16 kHz in [-1, 1], the rate the recogniser works at.
"""

import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
OPUS_RATE_HZ = 48_000
VIDEO_FRAMES_PER_SECOND = 10

Samples = NDArray[np.float32]


def write_voice_note(target: Path | BinaryIO, samples: Samples, bits_per_second: int = 32_000) -> None:
    """Opus in Ogg, 48 kHz mono: a Telegram voice message."""
    with av.open(_name(target), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=OPUS_RATE_HZ, layout="mono", options={"application": "voip"})
        stream.bit_rate = bits_per_second
        _encode_audio(container, stream, samples)


def write_song(path: Path, samples: Samples, title: str, artist: str) -> None:
    """MP3 with title and artist tags: a Telegram audio file."""
    with av.open(str(path), "w", format="mp3") as container:
        container.metadata.update({"title": title, "artist": artist})
        stream = container.add_stream("libmp3lame", rate=44_100, layout="mono")
        stream.bit_rate = 64_000
        _encode_audio(container, stream, samples)


def write_video_note(path: Path, samples: Samples, side_pixels: int = 240) -> None:
    """H.264 and AAC in a square MP4: a Telegram round video."""
    with av.open(str(path), "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=VIDEO_FRAMES_PER_SECOND)
        video.width = video.height = side_pixels
        video.pix_fmt = "yuv420p"
        video.options = {"crf": "32", "preset": "veryfast", "threads": "1"}
        audio = container.add_stream("aac", rate=OPUS_RATE_HZ, layout="mono")
        audio.bit_rate = 48_000
        _encode_picture(container, video, seconds=len(samples) / SAMPLE_RATE_HZ)
        _encode_audio(container, audio, samples)


def through_opus(samples: Samples, bits_per_second: int) -> Samples:
    """What is left of `samples` after a voice message's lossy codec; same length."""
    buffer = io.BytesIO()
    write_voice_note(buffer, samples, bits_per_second)
    buffer.seek(0)
    decoded = read(buffer)[: len(samples)]
    return np.pad(decoded, (0, len(samples) - len(decoded)))


def read(source: Path | BinaryIO) -> Samples:
    """The first audio stream of any file."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
    pieces: list[NDArray[np.int16]] = []
    with av.open(_name(source)) as container:
        for frame in container.decode(audio=0):
            pieces += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
    pieces += [piece.to_ndarray()[0] for piece in resampler.resample(None)]
    return (np.concatenate(pieces) / 32768).astype(np.float32)


def _name(file: Path | BinaryIO) -> str | BinaryIO:
    return str(file) if isinstance(file, Path) else file


def _encode_audio(container: OutputContainer, stream: AudioStream, samples: Samples) -> None:
    for frame in _audio_frames(stream.codec_context, samples):
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _audio_frames(encoder: AudioCodecContext, samples: Samples) -> Iterator[av.AudioFrame]:
    """The samples at the encoder's rate and format, in its frame size."""
    pcm = np.rint(np.clip(samples, -1, 1) * 32767).astype(np.int16)
    whole = av.AudioFrame.from_ndarray(pcm[None], format="s16", layout="mono")
    whole.sample_rate = SAMPLE_RATE_HZ
    whole.time_base = Fraction(1, SAMPLE_RATE_HZ)
    whole.pts = 0
    encoder.open(strict=False)
    resampler = av.AudioResampler(
        format=encoder.format, layout="mono", rate=encoder.sample_rate, frame_size=encoder.frame_size
    )
    yield from resampler.resample(whole)
    yield from resampler.resample(None)


def _encode_picture(container: OutputContainer, stream: VideoStream, seconds: float) -> None:
    """A bright disc whose size swings: something that moves, and costs few bytes."""
    side = stream.width
    y, x = np.mgrid[:side, :side] - side / 2
    distance = np.hypot(x, y)
    for index in range(int(seconds * VIDEO_FRAMES_PER_SECOND) + 1):
        radius = side * (0.3 + 0.1 * np.sin(index / 4))
        grey = np.where(distance < radius, 200, 60).astype(np.uint8)
        frame = av.VideoFrame.from_ndarray(np.repeat(grey[:, :, None], 3, axis=2), format="rgb24")
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
