"""From a media file to sound: mono samples at 16 kHz, in pieces, however long it is.

Media are hostile until decoded: only listed container formats and codecs are touched, no other file or address is
opened on their behalf, and limits are enforced on what is really decoded, never on what the metadata says.

The time of a sample is its time in the file: where the sound begins late or has a gap, there is silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, NoReturn

import av
import av.error
import av.logging
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from voicepipe.domain.transcripts import Failure, FailureReason
from voicepipe.worker.downmix import Samples, Silence, to_mono
from voicepipe.worker.links import FilePart, links_of

FORMATS = (
    "ogg,mov,matroska,webm,mp3,wav,flac,aac,amr,amrnb,amrwb,aiff,caf,avi,asf,xwma,flv,mpeg,mpegts,ac3,eac3,dts,dtshd,"
    "truehd,mlp,au,w64,wv,tta,tak,ape,mpc,mpc8,shn,dsf,iff,voc,gsm,rm,ivr,oma,qcp,dss,loas,sox,ircam,nistsphere,"
    "nut,mxf,wtv,nsv,dv,swf,sbc,aptx,aptx_hd,ilbc,3gp,spdif,adx,rso,pvf,paf,avr,act,osq,qoa,bonk,vqf,codec2,"
    "smjpeg,kvag,gxf,ast,apm,argo_asf"
)
"""Container formats by FFmpeg's names: media only, none that names other files (hls, concat, dash, sdp, image2 …)."""
CODECS = (
    "opus,libopus,vorbis,speex,libspeex,mp1,mp1float,mp2,mp2float,mp3,mp3float,mp3adu,mp3adufloat,mp3on4,mp3on4float,"
    "aac,aac_fixed,aac_latm,alac,flac,amrnb,amrwb,libopencore_amrnb,libopencore_amrwb,ac3,ac3_fixed,eac3,dca,truehd,"
    "mlp,wmav1,wmav2,wmapro,wmavoice,wmalossless,gsm,gsm_ms,ilbc,qcelp,evrc,g722,g723_1,g726,g726le,g728,g729,"
    "truespeech,nellymoser,msnsiren,siren,dss_sp,adpcm_ima_qt,adpcm_ima_wav,adpcm_ima_amv,adpcm_ima_oki,adpcm_ima_ws,"
    "adpcm_ima_ssi,adpcm_ima_apm,adpcm_ima_alp,adpcm_argo,adpcm_ms,adpcm_yamaha,adpcm_swf,adpcm_ct,adpcm_g726,adpcm_adx,adpcm_sbpro_2,adpcm_sbpro_3,"
    "adpcm_sbpro_4,wavpack,tta,tak,ape,als,shorten,mpc7,mpc8,atrac1,atrac3,atrac3al,atrac3plus,atrac3plusal,cook,"
    "ra_144,ra_288,real_144,real_288,sipr,ralf,qdm2,qdmc,mace3,mace6,sbc,aptx,aptx_hd,dst,dsd_lsbf,dsd_msbf,"
    "dsd_lsbf_planar,dsd_msbf_planar,qoa,osq,bonk,twinvq,metasound,s302m,roq_dpcm,8svx_exp,8svx_fib,dvaudio,dfpwm,"
    "pcm_alaw,pcm_mulaw,pcm_vidc,pcm_u8,pcm_s8,pcm_s8_planar,pcm_s16le,pcm_s16be,pcm_s16le_planar,pcm_s16be_planar,"
    "pcm_u16le,pcm_u16be,pcm_s24le,pcm_s24be,pcm_s24le_planar,pcm_u24le,pcm_u24be,pcm_s24daud,pcm_s32le,pcm_s32be,"
    "pcm_s32le_planar,pcm_u32le,pcm_u32be,pcm_s64le,pcm_s64be,pcm_f16le,pcm_f24le,pcm_f32le,pcm_f32be,pcm_f64le,"
    "pcm_f64be,pcm_lxf,pcm_dvd,pcm_bluray"
)
"""Decoders by FFmpeg's names: of sound only, so that no video or picture is ever decoded."""
_CODEC_NAMES = frozenset(CODECS.split(","))
MOST_NAME_SIGNS = 32
"""Of a codec that is told to people."""
RANKED_LAST = (
    Disposition.comment
    | Disposition.descriptions
    | Disposition.visual_impaired
    | Disposition.hearing_impaired
    | Disposition.karaoke
)
"""Tracks that are beside the main one: they are tried after all others."""
TIMED = frozenset(
    ["ogg", "mov", "matroska", "webm", "asf", "flv", "mpeg", "mpegts", "rm", "nut", "mxf", "wtv", "nsv", "gxf"]
)
"""Formats that say of each packet when it is heard. Of others FFmpeg reckons it, from sizes that vary."""
LEAST_GAP_SECONDS = 0.25
"""Time stamps are off by less than this where nothing is missing."""
MOST_GAP_SECONDS = 60.0
"""In a file that does not say how long it is, a longer gap is taken for a wrong time stamp."""
ROUNDING_SECONDS = 0.001
"""What a sum of frames' lengths may be off by."""
DURATION_SLACK_SECONDS = 1.0
"""What the length that a file tells may be off by."""


class RecordingRejected(Exception):
    """The recording is at fault."""

    def __init__(self, reason: FailureReason, audio_seconds: float | None = None, detail: str = "") -> None:
        super().__init__(reason)
        self.failure = Failure(reason, audio_seconds, detail)


def tracks_of(file: BinaryIO) -> list[int]:
    """The audio tracks that can be decoded, by their number from 1 on: first the one that a player would choose.

    Raises RecordingRejected: UNREADABLE when it is no media, NO_AUDIO when it has no audio track, UNKNOWN_CODEC, with
    the codec's name as the detail, when none can be decoded.
    """
    part, *_ = links_of(file)
    with _readable(), _open(part) as container:
        return [number for number, _ in _ranked(container)]


def decode(
    file: BinaryIO, limit_seconds: float, track: int | None = None, *, ends_at_limit: bool = False
) -> Iterator[Samples]:
    """An audio track of an open media file, in pieces of some seconds; `track` None: the one that a player would
    choose.

    What is damaged is left out. Raises RecordingRejected as `tracks_of` does; NO_AUDIO when not one sample comes out;
    NO_TRACK when there is none of that number, with how many there are as the detail; and TOO_LONG as soon as more
    than `limit_seconds` come out, unless it `ends_at_limit`. In all cases pieces may have come before.
    """
    spent = _Spent(limit_seconds, ends_at_limit=ends_at_limit)
    for part in links_of(file):
        if spent.is_over:
            return
        with _readable(), _open(part) as container:
            yield from to_mono(spent.counted(_in_time(container, _chosen(container, track))))
    if not spent.frames:
        raise RecordingRejected(FailureReason.NO_AUDIO)


@contextmanager
def _readable() -> Iterator[None]:
    """What FFmpeg raises inside means that the recording is at fault."""
    try:
        yield
    except (av.error.FFmpegError, UnicodeError) as error:
        raise RecordingRejected(FailureReason.UNREADABLE) from error


def _open(part: FilePart) -> InputContainer:
    """As what it is; what is nothing that FFmpeg knows may still be MP3 behind a lot of something else."""
    try:
        return _open_as(None, part)
    except av.error.InvalidDataError:
        with _open_as("mp3", part) as guessed:
            if next(_frames(guessed, guessed.streams.audio[0]), None) is None:
                raise
        return _open_as("mp3", part)


def _open_as(name: str | None, part: FilePart) -> InputContainer:
    part.seek(0)
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "none", "codec_whitelist": CODECS}
    return av.open(part, "r", name, metadata_errors="ignore", options=options, io_open=_refuse)


def _refuse(url: str, flags: int, options: dict[str, str]) -> NoReturn:
    raise PermissionError("a recording may not name other files")


# --- tracks -------------------------------------------------------------------------------------------------------
def _chosen(container: InputContainer, track: int | None) -> AudioStream:
    if track is None:
        return _ranked(container)[0][1]
    streams = container.streams.audio
    if not 1 <= track <= len(streams):
        raise RecordingRejected(FailureReason.NO_TRACK, detail=str(len(streams)))
    if not _is_decodable(streams[track - 1]):
        raise RecordingRejected(FailureReason.UNKNOWN_CODEC, detail=_codec_name(container, track - 1))
    return streams[track - 1]


def _ranked(container: InputContainer) -> list[tuple[int, AudioStream]]:
    """The tracks that can be decoded with their numbers, the one to try first at the beginning."""
    streams = container.streams.audio
    if not streams:
        raise RecordingRejected(FailureReason.NO_AUDIO)
    decodable = [(number, stream) for number, stream in enumerate(streams, start=1) if _is_decodable(stream)]
    if not decodable:
        raise RecordingRejected(FailureReason.UNKNOWN_CODEC, detail=_codec_name(container, 0))
    return sorted(decodable, key=lambda numbered: _rank(numbered[1]))


def _rank(stream: AudioStream) -> tuple[bool, bool]:
    disposition = Disposition(stream.disposition)
    return bool(disposition & RANKED_LAST), not disposition & Disposition.default


def _is_decodable(stream: AudioStream) -> bool:
    return stream.codec_context is not None and stream.codec_context.name in _CODEC_NAMES


def _codec_name(container: InputContainer, index: int) -> str:
    """What FFmpeg calls the codec of an audio track, or the code by which the file names it; empty if neither is a
    word.

    For a codec without a decoder, only FFmpeg's description of the file has it.
    """
    av.logging.set_level(av.logging.INFO)
    try:
        description: str = container.dumps_format()  # type: ignore[attr-defined]  # PyAV's stubs leave it out
    finally:
        av.logging.set_level(None)
    names: list[tuple[str, str]] = re.findall(r": Audio: (\w+)(?: \([^/()]*\))*(?: \((\w+) / )?", description)
    if index >= len(names):
        return ""
    codec, code = names[index]
    return (code if codec == "none" else codec)[:MOST_NAME_SIGNS]


# --- frames -------------------------------------------------------------------------------------------------------
def _in_time(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame | Silence]:
    """The frames of a track, with silence where the file has time and no sound."""
    if TIMED.isdisjoint(container.format.name.split(",")):
        yield from _frames(container, stream)
        return
    starts_at = (container.start_time or 0) / av.time_base
    lasts = None if container.duration is None else container.duration / av.time_base
    position = 0.0
    for frame in _frames(container, stream):
        if frame.time is not None:
            gap = frame.time - starts_at - position
            is_likely = gap <= MOST_GAP_SECONDS if lasts is None else position + gap <= lasts + DURATION_SLACK_SECONDS
            if gap >= LEAST_GAP_SECONDS and is_likely:
                yield Silence(gap)
                position += gap
            elif abs(gap) >= LEAST_GAP_SECONDS:
                starts_at = frame.time - position
        position += frame.samples / frame.sample_rate
        yield frame


def _frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """All frames that can be decoded; a damaged packet costs only itself."""
    if (channels := stream.codec_context.channels) > 2:
        # An order of channels that the file makes up corrupts PyAV's memory, and here the order says nothing.
        stream.codec_context.layout = f"{channels}C"
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


class _Spent:
    """How much of a recording has come: counted before it is resampled, for a file may claim a rate of 1 Hz."""

    def __init__(self, limit_seconds: float, *, ends_at_limit: bool) -> None:
        self._limit_seconds = limit_seconds
        self._ends_at_limit = ends_at_limit
        self._seconds = 0.0
        self.is_over = False
        """Whether the limit is reached, and the rest left out."""
        self.frames = 0

    def counted(self, frames: Iterator[AudioFrame | Silence]) -> Iterator[AudioFrame | Silence]:
        for frame in frames:
            if isinstance(frame, Silence):
                self._seconds += frame.seconds
            else:
                self._seconds += frame.samples / frame.sample_rate
                self.frames += 1
            if self._ends_at_limit and self._seconds > self._limit_seconds:
                self.is_over = True
                return
            if self._seconds > self._limit_seconds + ROUNDING_SECONDS:
                raise RecordingRejected(FailureReason.TOO_LONG, self._seconds)
            yield frame
