"""From a media file to sound: mono samples at 16 kHz, in pieces, however long it is.

Media are hostile until decoded: only listed container formats and codecs are touched, no other file or address is
opened on their behalf, and limits are enforced on what is really decoded, never on what the metadata says.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

import av
import av.error
import numpy as np
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from voicepipe.domain.transcripts import Failure, FailureReason
from voicepipe.wire.sound import SAMPLE_RATE

FORMATS = "ogg,mov,matroska,webm,mp3,wav,flac,aac,amr,aiff,caf,avi,asf,flv,mpeg,mpegts,ac3,au"
"""Container formats by FFmpeg's names: media only, none that names other files (hls, concat, dash, sdp, image2 …)."""
CODECS = (
    "opus,libopus,vorbis,speex,libspeex,mp1,mp1float,mp2,mp2float,mp3,mp3float,aac,aac_fixed,aac_latm,alac,flac,"
    "amrnb,amrwb,libopencore_amrnb,libopencore_amrwb,ac3,ac3_fixed,eac3,wmav1,wmav2,wmapro,wmavoice,gsm,gsm_ms,"
    "adpcm_ima_qt,adpcm_ima_wav,adpcm_ms,pcm_alaw,pcm_mulaw,pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,"
    "pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be"
)
"""Decoders by FFmpeg's names: of sound only, so that no video or picture is ever decoded."""
ROUNDING_SECONDS = 0.001
"""What a sum of frames' lengths may be off by."""
PIECE_SECONDS = 10
PIECE_SAMPLES = 500_000
"""How much is resampled at once, at most: each time has a cost, but a file may claim any sample rate."""

Samples = NDArray[np.int16]


class RecordingRejected(Exception):
    """The recording is at fault."""

    def __init__(self, reason: FailureReason, audio_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.failure = Failure(reason, audio_seconds)


def decode(file: BinaryIO, limit_seconds: float) -> Iterator[Samples]:
    """The first audio track of an open media file, in pieces of some seconds.

    What is damaged is left out. Raises RecordingRejected: UNREADABLE when it is no media, NO_AUDIO when not one sample
    comes out, TOO_LONG as soon as more than `limit_seconds` do; in all cases pieces may have come before.
    """
    is_empty = True
    try:
        with _open(file) as container:
            for piece in _pieces(container, limit_seconds):
                is_empty = False
                yield piece
    except (av.error.FFmpegError, UnicodeError) as error:
        raise RecordingRejected(FailureReason.UNREADABLE) from error
    if is_empty:
        raise RecordingRejected(FailureReason.NO_AUDIO)


class _Source:
    """A file as FFmpeg reads it: what damaged media send it to, as before the beginning, is no error of ours."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.read = file.read
        self.tell = file.tell

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """The new position, or -1 when there is no such."""
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return -1


def _open(file: BinaryIO) -> InputContainer:
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "none", "codec_whitelist": CODECS}
    return av.open(_Source(file), "r", metadata_errors="ignore", options=options, io_open=_refuse)


def _refuse(url: str, flags: int, options: dict[str, str]) -> NoReturn:
    raise PermissionError("a recording may not name other files")


def _pieces(container: InputContainer, limit_seconds: float) -> Iterator[Samples]:
    """None of them empty."""
    if not container.streams.audio:
        raise RecordingRejected(FailureReason.NO_AUDIO)
    stream = container.streams.audio[0]
    if stream.codec_context is None or stream.codec_context.name not in CODECS.split(","):
        raise RecordingRejected(FailureReason.UNREADABLE)
    for frame in _resampled(_limited(_frames(container, stream), limit_seconds)):
        if frame.samples:
            yield np.asarray(frame.to_ndarray(), np.int16).reshape(-1)


def _frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """All frames that can be decoded; a damaged packet costs only itself."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except (av.error.FFmpegError, IndexError):  # the rest is lost; IndexError: PyAV does not know a late stream
            return
        if packet is None:
            return
        try:
            yield from packet.decode()
        except av.error.FFmpegError:
            continue


def _limited(frames: Iterator[AudioFrame], limit_seconds: float) -> Iterator[AudioFrame]:
    """Checked before resampling: at a sample rate of 1 Hz, which a file may claim, a small frame is hours."""
    seconds = 0.0
    for frame in frames:
        seconds += frame.samples / frame.sample_rate
        if seconds > limit_seconds + ROUNDING_SECONDS:
            raise RecordingRejected(FailureReason.TOO_LONG, seconds)
        yield frame


def _resampled(frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
    """Mono frames of 16 bits at 16 kHz; the source's sample rate, layout and format may change on the way."""
    shape = None
    fifo, resampler = AudioFifo(), _resampler()
    for frame in frames:
        if shape not in (None, _shape(frame)):
            yield from _flushed(fifo, resampler)
            fifo, resampler = AudioFifo(), _resampler()
        shape = _shape(frame)
        frame.pts = None  # gaps and jumps in time are no concern
        fifo.write(frame)
        at_once = min(PIECE_SECONDS * frame.sample_rate, PIECE_SAMPLES)
        while fifo.samples >= at_once:
            yield from resampler.resample(fifo.read(at_once))
    if shape is not None:
        yield from _flushed(fifo, resampler)


def _resampler() -> AudioResampler:
    return AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)


def _shape(frame: AudioFrame) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _flushed(fifo: AudioFifo, resampler: AudioResampler) -> Iterator[AudioFrame]:
    rest = fifo.read()
    if rest is not None:
        yield from resampler.resample(rest)
    yield from resampler.resample(None)
