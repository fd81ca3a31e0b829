"""Recordings in every container and codec that the bundled FFmpeg writes, with what comes with sound in real files."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import av
import av.codec
import av.error
import numpy as np
from av import AudioFrame, AudioStream, Packet, VideoFrame, VideoStream
from av.audio.resampler import AudioResampler
from av.container import OutputContainer
from av.format import ContainerFormat, formats_available
from av.stream import Disposition, Stream
from numpy.typing import NDArray

RATE = 48_000
FRAME_SECONDS = 0.02
PICTURES_PER_SECOND = 5
NUMBER_FORMATS = ("s16", "s16p", "fltp", "flt", "s32", "s32p")
"""The first that a codec takes is used: eight bits are too coarse for quiet speech."""
BIT_RATES = {"g723_1": 6300, "libopencore_amrnb": 12_200, "wmav1": 64_000, "wmav2": 64_000}
LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1", 16: "hexadecagonal"}
"""What FFmpeg calls so many channels; of other numbers nobody knows what each channel is."""
HEADERLESS = {
    *("data", "rawvideo", "alaw", "mulaw", "vidc", "dfpwm", "g722", "g726", "g726le", "aptx", "aptx_hd", "s8", "u8"),
    *(f"{kind}{bits}{order}" for kind in "su" for bits in (16, 24, 32) for order in ("le", "be")),
    *(f"f{bits}{order}" for bits in (32, 64) for order in ("le", "be")),
}
"""Containers that hold nothing but the coded sound, so that nobody can tell what it is."""
NARROW = {"libopencore_amrnb": 8000, "g723_1": 8000, "g726": 8000, "g726le": 8000, "g722": 16_000, "nellymoser": 16_000}
"""The rate, in Hz, of codecs that do not tell which they take."""
NO_MEDIA = {
    *("crc", "md5", "hash", "framecrc", "framehash", "framemd5", "streamhash", "uncodedframecrc", "null", "ffmetadata"),
    *("mkvtimestamp_v2", "tee", "segment", "stream_segment,ssegment", "fifo", "hls", "dash", "hds", "smoothstreaming"),
    *("webm_dash_manifest", "webm_chunk", "image2", "image2pipe", "rtp", "rtsp", "sap", "rtp_mpegts", "whip", "alsa"),
    *("oss", "fbdev"),
}
"""What FFmpeg writes that is no media file: checks, lists of files, streams, devices."""

Sound = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What to make of a mono sound at 48 kHz."""

    container: str
    codec: str
    channels: int = 1
    speaks: int | None = None
    """The only channel with sound, from 0 on; None: all have it."""
    is_inverted: bool = False
    """Whether every other channel is turned upside down."""
    starts_at: float = 0.0
    """Seconds of picture before the sound."""
    gap_at: float | None = None
    """Where the sound has a gap, in seconds."""
    gap_seconds: float = 0.0
    has_subtitles: bool = False
    has_cover: bool = False
    has_video: bool = False
    has_silent_track_before: bool = False


def sound_of(data: bytes) -> Sound:
    """A recording as mono at 48 kHz."""
    resampler = AudioResampler(format="flt", layout="mono", rate=RATE)
    with av.open(io.BytesIO(data), "r") as container:
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])


def audio_encoders() -> list[str]:
    """The encoders of sound that there are."""
    found = []
    for name in sorted(av.codec.codecs_available):
        try:
            found += [name] if av.codec.Codec(name, "w").type == "audio" else []
        except (ValueError, av.error.FFmpegError):
            continue
    return found


def containers() -> list[str]:
    """The container formats that can be written."""
    found = []
    for name in sorted(formats_available):
        try:
            form = ContainerFormat(name, "w")
        except ValueError:
            continue
        if form.is_output and name not in NO_MEDIA:
            found.append(name)
    return found


def recipes() -> Iterator[Recipe]:
    """Every container with every codec that it takes: mono, or stereo where the codec has only that."""
    silence = np.zeros(RATE // 2, np.float32)
    for container, codec in product(containers(), audio_encoders()):
        mono, stereo = (Recipe(container=container, codec=codec, channels=channels) for channels in (1, 2))
        if made(mono, silence) is not None:
            yield mono
        elif made(stereo, silence) is not None:
            yield stereo


def made(recipe: Recipe, sound: Sound) -> bytes | None:
    """The file; None where the container does not take the codec, or not what is to come with it."""
    target = io.BytesIO()
    try:
        with av.open(target, "w", format=recipe.container) as container:
            _write(container, recipe, sound)
    except (ValueError, NotImplementedError, av.error.FFmpegError, OverflowError):
        return None
    return target.getvalue() or None


def _write(container: OutputContainer, recipe: Recipe, sound: Sound) -> None:
    before = _add_sound(container, recipe) if recipe.has_silent_track_before else None
    stream = _add_sound(container, recipe)
    video = _add_video(container, recipe) if recipe.has_video or recipe.has_cover else None
    subtitles = _add_subtitles(container, recipe.container) if recipe.has_subtitles else None
    container.start_encoding()
    seconds = recipe.starts_at + recipe.gap_seconds + len(sound) / RATE
    packets = list(_coded(stream, recipe, sound))
    if before is not None:
        silent = Recipe(container=recipe.container, codec=recipe.codec, channels=recipe.channels)
        packets += _coded(before, silent, np.zeros(len(sound), np.float32))
    if video is not None:
        packets += _pictures(video, 1 if recipe.has_cover else int(seconds * PICTURES_PER_SECOND))
    if subtitles is not None:
        packets += _titles(subtitles, seconds)
    for packet in sorted(packets, key=lambda each: (each.pts or 0) * each.time_base):
        container.mux(packet)


# --- sound --------------------------------------------------------------------------------------------------------
def _add_sound(container: OutputContainer, recipe: Recipe) -> AudioStream:
    """Raises ValueError for a number of channels, or a rate, that the codec does not have."""
    codec = av.codec.Codec(recipe.codec, "w")
    rates = codec.audio_rates or [RATE]
    rate = RATE if RATE in rates else min(rates, key=lambda each: abs(each - 16_000))
    rate = NARROW.get(recipe.codec, rate)
    stream = container.add_stream(recipe.codec, rate=rate, layout=_layout(recipe.channels))
    assert isinstance(stream, AudioStream)
    formats = {form.name for form in codec.audio_formats or []}
    stream.codec_context.format = next(
        (name for name in NUMBER_FORMATS if name in formats), min(formats, default="s16")
    )
    stream.codec_context.options = {"strict": "experimental"}
    stream.codec_context.bit_rate = BIT_RATES.get(recipe.codec, 128_000 * recipe.channels)
    stream.time_base = Fraction(1, rate)
    return stream


def _coded(stream: AudioStream, recipe: Recipe, sound: Sound) -> Iterator[Packet[Any]]:
    rate = stream.codec_context.sample_rate
    resampler = AudioResampler(
        format=stream.codec_context.format,
        layout=stream.codec_context.layout,
        rate=rate,
        frame_size=stream.codec_context.frame_size or int(rate * FRAME_SECONDS),
    )
    shift = round(recipe.starts_at * rate)
    gap_at = math.inf if recipe.gap_at is None else recipe.gap_at * rate
    written = 0
    for frame in (*resampler.resample(_frame(_channels(recipe, sound))), *resampler.resample(None)):
        frame.pts = shift + written + (round(recipe.gap_seconds * rate) if written >= gap_at else 0)
        frame.time_base = Fraction(1, rate)
        written += frame.samples
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _channels(recipe: Recipe, sound: Sound) -> NDArray[np.float32]:
    """Channels x samples."""
    heard = [recipe.speaks in (None, channel) for channel in range(recipe.channels)]
    signs = [-1 if recipe.is_inverted and channel % 2 else 1 for channel in range(recipe.channels)]
    return np.stack([sound * (sign if is_heard else 0) for is_heard, sign in zip(heard, signs, strict=True)])


def _layout(channels: int) -> str:
    return LAYOUTS.get(channels, f"{channels}C")


def _frame(channels: NDArray[np.float32]) -> AudioFrame:
    packed = np.ascontiguousarray(channels.T, np.float32).reshape(1, -1)
    frame = AudioFrame.from_ndarray(packed, "flt", _layout(len(channels)))
    frame.sample_rate = RATE
    return frame


# --- what comes with it -------------------------------------------------------------------------------------------
def _add_video(container: OutputContainer, recipe: Recipe) -> VideoStream:
    is_cover = recipe.has_cover
    codec = "mjpeg" if is_cover else {"webm": "libvpx", "flv": "flv"}.get(recipe.container, "mpeg4")
    stream = container.add_stream(codec, rate=PICTURES_PER_SECOND)
    assert isinstance(stream, VideoStream)
    stream.width = stream.height = 64
    stream.pix_fmt = "yuvj420p" if is_cover else "yuv420p"
    if is_cover:
        stream.disposition = Disposition.attached_pic
    return stream


def _pictures(stream: VideoStream, count: int) -> Iterator[Packet[Any]]:
    picture = np.full((64, 64, 3), 128, np.uint8)
    for number in range(count):
        frame = VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = number, Fraction(1, PICTURES_PER_SECOND)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _add_subtitles(container: OutputContainer, name: str) -> Stream:
    codec = {"mp4": "mov_text", "mov": "mov_text", "ipod": "mov_text", "webm": "webvtt"}.get(name, "subrip")
    stream = container.add_stream(codec)
    stream.time_base = Fraction(1, 1000)
    return stream


def _titles(stream: Stream, seconds: float) -> Iterator[Packet[Any]]:
    packet = Packet("субтитры".encode())
    packet.stream, packet.time_base = stream, Fraction(1, 1000)
    packet.pts = packet.dts = 0
    packet.duration = int(seconds * 1000)
    yield packet
