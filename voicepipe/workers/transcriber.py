"""Recognition itself: from a file to a transcript. Only the worker process imports this.

It is the one place that knows faster-whisper, CTranslate2 and PyAV; another engine would offer the same `Recogniser`.
Media are hostile until decoded: only listed container formats and codecs are touched, no other file or address is
opened on their behalf, and limits are enforced on what is really decoded, never on what the metadata says.
"""

from __future__ import annotations

import gc
import io
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, Protocol

import av
import av.error
import ctranslate2
import numpy as np
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import TranscriptionOptions, get_suppressed_tokens, restore_speech_timestamps
from faster_whisper.vad import collect_chunks, get_speech_timestamps
from numpy.typing import NDArray

from voicepipe.jobs import Failure, FailureReason, Segment, Transcript
from voicepipe.workers.messages import Boot, BootFailure

SAMPLE_RATE = 16_000
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
RESAMPLED_AT_ONCE = 500_000
"""Samples: resampling has a cost per call."""

Samples = NDArray[np.float32]
Report = Callable[[float, float], None]
"""Called with the seconds done and the seconds in all."""


class RecordingRejected(Exception):
    """The recording is at fault."""

    def __init__(self, reason: FailureReason, audio_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.failure = Failure(reason, audio_seconds)


class BootError(Exception):
    """The recogniser can't work here; the message is for the operator."""

    def __init__(self, failure: BootFailure, message: str) -> None:
        super().__init__(message)
        self.failure = failure


class Recogniser(Protocol):
    """A loaded model."""

    @property
    def device(self) -> str:
        """Where it computes: "cpu" or "cuda"."""
        ...

    def check(self) -> None:
        """Takes a second of silence all the way. Raises whatever is wrong when that no longer works."""
        ...

    def recognise(self, path: Path, limit_seconds: float, language: str | None, report: Report) -> Transcript:
        """The text of the recording in a file.

        `language` None means what `Boot` says. Raises RecordingRejected when the recording is at fault, anything else
        when we are.
        """
        ...


# --- loading ------------------------------------------------------------------------------------------------------
def load(boot: Boot) -> Recogniser:
    """Loads the model and has it decode a second of silence. Raises BootError."""
    for name in ("model.bin", "config.json"):
        if not (boot.model_path / name).is_file():
            raise BootError(BootFailure.MODEL_MISSING, f"the directory has no {name}")
    if not (boot.model_path / "tokenizer.json").is_file():  # the library would look for one on the network
        raise BootError(BootFailure.MODEL_UNUSABLE, "the directory has no tokenizer.json")
    try:
        recogniser = WhisperRecogniser(boot)
        recogniser.check()
    except MemoryError as error:
        raise BootError(BootFailure.OUT_OF_MEMORY, "there is not enough memory for the model") from error
    except Exception as error:
        raise BootError(_boot_failure(error), f"{type(error).__name__}: {error}") from error
    return recogniser


def _boot_failure(error: Exception) -> BootFailure:
    """The libraries raise ValueError and RuntimeError for everything; their texts tell devices from models."""
    text = str(error).lower()
    if "out of memory" in text or "bad_alloc" in text:
        return BootFailure.OUT_OF_MEMORY
    is_device = any(word in text for word in ("cuda", "cudnn", "cublas", "device", "compute type"))
    return BootFailure.DEVICE_UNUSABLE if is_device else BootFailure.MODEL_UNUSABLE


class WhisperRecogniser:
    """A Whisper model run by CTranslate2, through the public pieces of faster-whisper.

    The pieces, not its `transcribe`, because that encodes a window twice when it has to detect the language.
    """

    def __init__(self, boot: Boot) -> None:
        self._boot = boot
        self._model = WhisperModel(
            str(boot.model_path),
            device=boot.device,
            compute_type=boot.compute_type,
            cpu_threads=boot.threads,
            num_workers=1,
            local_files_only=True,
        )
        for language in (boot.language, boot.preferred_language):
            self._require(language)

    @property
    def device(self) -> str:
        return str(self._model.model.device)

    def check(self) -> None:
        """Takes a second of silence all the way, which also loads what the libraries load on first use."""
        silence = decode(io.BytesIO(_silent_wave()), limit_seconds=2.0)
        get_speech_timestamps(silence)
        features = self._model.feature_extractor(silence)[:, :100]
        encoded = self._model.encode(features)  # not padded to a full window, which takes a large model a second
        tokenizer = self._tokenizer("en")
        options = self._options(tokenizer, max_new_tokens=4, temperatures=[0.0])
        list(self._model.generate_segments(features, tokenizer, options, False, encoded))

    def recognise(self, path: Path, limit_seconds: float, language: str | None, report: Report) -> Transcript:
        try:
            with path.open("rb") as file:
                audio = decode(file, limit_seconds)
            return self._transcript(audio, language or self._boot.language, report)
        finally:
            gc.collect()  # decoder and resampler hold reference cycles, and with them their buffers

    def _transcript(self, audio: Samples, language: str | None, report: Report) -> Transcript:
        audio_seconds = len(audio) / SAMPLE_RATE
        report(0.0, audio_seconds)
        stretches = get_speech_timestamps(audio) if self._boot.vad else [{"start": 0, "end": len(audio)}]
        if not stretches:
            raise RecordingRejected(FailureReason.NO_SPEECH, audio_seconds)
        features = self._features(audio, stretches)
        encoded = self._encode(features)
        language, probability = self._language(encoded, language)
        segments = []
        for segment in self._segments(features, encoded, language, stretches):
            segments.append(segment)
            report(min(segment.end, audio_seconds), audio_seconds)
        text = "".join(segment.text for segment in segments).strip()
        if not text:
            raise RecordingRejected(FailureReason.NO_SPEECH, audio_seconds)
        stripped = tuple(Segment(each.start, each.end, each.text.strip()) for each in segments if each.text.strip())
        return Transcript(text, language, probability, audio_seconds, stripped)

    def _features(self, audio: Samples, stretches: list[dict[str, int]]) -> NDArray[np.float32]:
        """The mel spectrogram (bands x frames) of the stretches of speech, one after the other."""
        speech, _ = collect_chunks(audio, stretches)
        features: NDArray[np.float32] = self._model.feature_extractor(np.concatenate(speech))
        return features

    def _encode(self, features: NDArray[np.float32]) -> ctranslate2.StorageView:
        """The encoder's output for the first window, cut as `generate_segments` cuts it."""
        frames = min(self._model.feature_extractor.nb_max_frames, features.shape[-1] - 1)
        return self._model.encode(pad_or_trim(features[:, :frames]))

    def _language(self, encoded: ctranslate2.StorageView, wanted: str | None) -> tuple[str, float]:
        """The language to recognise in and its probability: the wanted, else the heard, else the preferred."""
        if not self._model.model.is_multilingual:
            return "en", 1.0
        if wanted is not None:
            self._require(wanted)
            return wanted, 1.0
        heard = [
            (token[2:-2], float(probability)) for token, probability in self._model.model.detect_language(encoded)[0]
        ]
        language, probability = heard[0]
        if probability >= self._boot.min_language_probability:
            return language, probability
        return self._boot.preferred_language, dict(heard)[self._boot.preferred_language]

    def _require(self, language: str | None) -> None:
        if (
            language is not None
            and self._model.model.is_multilingual
            and language not in self._model.supported_languages
        ):
            raise ValueError(f"the model does not know the language {language!r}")

    def _segments(
        self,
        features: NDArray[np.float32],
        encoded: ctranslate2.StorageView,
        language: str,
        stretches: list[dict[str, int]],
    ) -> Iterator[Segment]:
        """The segments as they are recognised, in the recording's time; texts keep their leading space."""
        tokenizer = self._tokenizer(language)
        found = self._model.generate_segments(features, tokenizer, self._options(tokenizer), False, encoded)
        for segment in restore_speech_timestamps(found, stretches, SAMPLE_RATE):
            yield Segment(float(segment.start), float(segment.end), segment.text)

    def _tokenizer(self, language: str) -> Tokenizer:
        return Tokenizer(
            self._model.hf_tokenizer, self._model.model.is_multilingual, task="transcribe", language=language
        )

    def _options(self, tokenizer: Tokenizer, **changes: Any) -> TranscriptionOptions:
        """What `transcribe` would pass on, with our settings."""
        options = {
            "beam_size": self._boot.beam_size,
            "best_of": 5,
            "patience": 1,
            "length_penalty": 1,
            "repetition_penalty": 1,
            "no_repeat_ngram_size": 0,
            "log_prob_threshold": -1.0,
            "no_speech_threshold": 0.6,
            "compression_ratio_threshold": 2.4,
            "condition_on_previous_text": self._boot.condition_on_previous_text,
            "prompt_reset_on_temperature": 0.5,
            "temperatures": [0.0, 0.2, 0.4, 0.6, 0.8, 1.0],
            "initial_prompt": None,
            "prefix": None,
            "suppress_blank": True,
            "suppress_tokens": get_suppressed_tokens(tokenizer, [-1]),
            "without_timestamps": False,
            "max_initial_timestamp": 1.0,
            "word_timestamps": False,
            "prepend_punctuations": "",
            "append_punctuations": "",
            "multilingual": False,
            "max_new_tokens": None,
            "clip_timestamps": "0",
            "hallucination_silence_threshold": None,
            "hotwords": None,
        }
        return TranscriptionOptions(**options | changes)


def _silent_wave() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(SAMPLE_RATE)
        writer.writeframes(bytes(2 * SAMPLE_RATE))
    return buffer.getvalue()


# --- decoding -----------------------------------------------------------------------------------------------------
def decode(file: BinaryIO, limit_seconds: float) -> Samples:
    """The first audio track of an open media file as mono samples at 16 kHz.

    What is damaged is left out. Memory is bounded by the limit. Raises RecordingRejected: UNREADABLE when it is no
    media, NO_AUDIO when not one sample comes out, TOO_LONG as soon as more than `limit_seconds` do.
    """
    try:
        with _open(file) as container:
            samples = _samples(container, limit_seconds)
    except (av.error.FFmpegError, UnicodeError) as error:
        raise RecordingRejected(FailureReason.UNREADABLE) from error
    if not samples:
        raise RecordingRejected(FailureReason.NO_AUDIO)
    # 16 bits as in between, like faster-whisper's own decoder, so that the text is the same to the last letter.
    return np.frombuffer(samples, np.int16).astype(np.float32) / 32768.0


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


def _samples(container: InputContainer, limit_seconds: float) -> bytearray:
    """Signed 16-bit samples; empty when there are none."""
    if not container.streams.audio:
        raise RecordingRejected(FailureReason.NO_AUDIO)
    stream = container.streams.audio[0]
    if stream.codec_context is None or stream.codec_context.name not in CODECS.split(","):
        raise RecordingRejected(FailureReason.UNREADABLE)
    samples = bytearray()
    for frame in _resampled(_limited(_frames(container, stream), limit_seconds)):
        samples += frame.to_ndarray().tobytes()
    return samples


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
    """Mono frames at 16 kHz; the source's sample rate, layout and format may change on the way."""
    shape = None
    fifo, resampler = AudioFifo(), _resampler()
    for frame in frames:
        if shape not in (None, _shape(frame)):
            yield from _flushed(fifo, resampler)
            fifo, resampler = AudioFifo(), _resampler()
        shape = _shape(frame)
        frame.pts = None  # gaps and jumps in time are no concern
        fifo.write(frame)
        if fifo.samples >= RESAMPLED_AT_ONCE:
            yield from resampler.resample(fifo.read())
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
