"""espeak-ng through its C library, which, unlike its command, tells when each word begins."""

import ctypes
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LIBRARY = "libespeak-ng.so.1"
_RETRIEVE_AUDIO = 2
_CHARACTERS = 1
_UTF8 = 1
_RATE, _PITCH, _RANGE, _WORD_GAP = 1, 3, 4, 7
_EVENT_END, _EVENT_WORD = 0, 1


class SynthesiserMissingError(RuntimeError):
    """A speech synthesiser that the script needs is not installed."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a voice speaks; pitch and range are 0-100 with 50 normal, the word gap is in units of 10 ms."""

    words_per_minute: int
    pitch: int = 50
    pitch_range: int = 50
    word_gap: int = 0


class _EventId(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class Espeak:
    """The library keeps one voice and one callback per process, so there is one of these: see `espeak()`."""

    def __init__(self) -> None:
        try:
            self._library = ctypes.CDLL(_LIBRARY)
        except OSError:
            raise SynthesiserMissingError("espeak-ng is missing: apt-get install espeak-ng") from None
        self._library.espeak_Synth.argtypes = [
            *(ctypes.c_void_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint),
            *(ctypes.c_void_p, ctypes.c_void_p),
        ]
        self.rate_hz: int = self._library.espeak_Initialize(_RETRIEVE_AUDIO, 0, None, 0)
        self._callback = _Callback(self._receive)  # held here, or the library would call freed memory
        self._library.espeak_SetSynthCallback(self._callback)
        self._pieces: list[NDArray[np.int16]] = []
        self._word_starts: list[int] = []

    def say(self, text: str, voice: str, manner: Manner) -> tuple[NDArray[np.int16], list[int]]:
        """The samples at `rate_hz` and the sample at which each word begins."""
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice}")
        self._set(manner)
        self._pieces, self._word_starts = [], []
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, len(data), 0, _CHARACTERS, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        return np.concatenate(self._pieces), self._word_starts

    def _set(self, manner: Manner) -> None:
        for parameter, value in (
            (_RATE, manner.words_per_minute),
            (_PITCH, manner.pitch),
            (_RANGE, manner.pitch_range),
            (_WORD_GAP, manner.word_gap),
        ):
            self._library.espeak_SetParameter(parameter, value, 0)

    def _receive(self, samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            self._pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
        index = 0
        while events[index].type != _EVENT_END:
            if events[index].type == _EVENT_WORD:
                self._word_starts.append(events[index].sample)
            index += 1
        return 0


@cache
def espeak() -> Espeak:
    return Espeak()
