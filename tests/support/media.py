"""Recordings made on the spot, for tests and the demo."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np

OPUS_RATE = 48_000
PACKET_SAMPLES = OPUS_RATE // 50


def silent_opus(seconds: float) -> bytes:
    """A voice note of silence: mono Opus in Ogg, about 170 bytes a second; any length is made in moments.

    One coded packet of silence is repeated, as nothing distinguishes one stretch of silence from the next.
    """
    target = BytesIO()
    with av.open(target, "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=OPUS_RATE, layout="mono")
        packet = _coded_silence(stream)
        for number in range(_packets(seconds)):
            copy = av.Packet(bytes(packet))
            copy.stream, copy.time_base = stream, Fraction(1, OPUS_RATE)
            copy.pts = copy.dts = number * PACKET_SAMPLES
            copy.duration = PACKET_SAMPLES
            container.mux(copy)
    return target.getvalue()


def repeated(data: bytes, times: int) -> bytes:
    """A recording in Ogg Opus so many times over, as one recording."""
    return _edited(data, lambda packets: packets * times)


def excerpt(data: bytes, seconds: float) -> bytes:
    """The first seconds of a recording in Ogg Opus, which begins again as often as it takes."""
    count = _packets(seconds)
    return _edited(data, lambda packets: (packets * (1 + count // len(packets)))[:count])


def with_pauses(data: bytes, speech_seconds: float, pause_seconds: float, seconds: float) -> bytes:
    """So many seconds in which the beginning of a recording in Ogg Opus, so long, and silence take turns."""
    with av.open(BytesIO(silent_opus(PACKET_SAMPLES / OPUS_RATE)), "r") as container:
        silence = next(bytes(packet) for packet in container.demux(audio=0) if packet.size)
    speech, pause, count = (_packets(each) for each in (speech_seconds, pause_seconds, seconds))

    def edit(packets: list[bytes]) -> list[bytes]:
        both = packets[:speech] + [silence] * pause
        return (both * (1 + count // len(both)))[:count]

    return _edited(data, edit)


def _packets(seconds: float) -> int:
    return round(seconds * OPUS_RATE / PACKET_SAMPLES)


def _edited(data: bytes, edit: Callable[[list[bytes]], list[bytes]]) -> bytes:
    """Other packets of 20 ms in the same stream."""
    target = BytesIO()
    with av.open(BytesIO(data), "r") as source, av.open(target, "w", format="ogg") as container:
        packets = [bytes(packet) for packet in source.demux(audio=0) if packet.size]
        stream = container.add_stream_from_template(source.streams.audio[0])
        for number, content in enumerate(edit(packets)):
            packet = av.Packet(content)
            packet.stream, packet.time_base = stream, Fraction(1, OPUS_RATE)
            packet.pts = packet.dts = number * PACKET_SAMPLES
            packet.duration = PACKET_SAMPLES
            container.mux(packet)
    return target.getvalue()


def _coded_silence(stream: av.AudioStream) -> av.Packet[av.AudioStream]:
    frame = av.AudioFrame.from_ndarray(np.zeros((1, PACKET_SAMPLES), np.int16), format="s16", layout="mono")
    frame.sample_rate, frame.pts = OPUS_RATE, 0
    packets = [*stream.encode(frame), *stream.encode(None)]
    return packets[0]


def duration_of(path: Path) -> float:
    """Seconds that a media file's container claims; 0 when it claims nothing or is none."""
    try:
        with av.open(str(path)) as container:
            return (container.duration or 0) / av.time_base
    except av.error.FFmpegError:
        return 0.0


def video_without_sound(seconds: float) -> bytes:
    """An MP4 with a picture and no audio track."""
    target = BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        picture = np.full((64, 64, 3), 128, np.uint8)
        for _ in range(round(seconds * 5)):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return target.getvalue()
