"""Sound without speech, made by arithmetic: noises, hum, signals, clicks, music-like, breath- and laughter-like.

All of it follows from a seed, so that a set nobody has tuned anything to is one number away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
LOUDEST_DBFS, QUIETEST_DBFS = -6.0, -60.0
SHORTEST_SECONDS, LONGEST_SECONDS = 0.3, 35.0

Floats = NDArray[np.float64]
Random = np.random.Generator


def no_speech(kind: str, random: Random) -> Floats:
    """A recording of this kind, from -1 to 1; its length, loudness and details by chance."""
    seconds = float(np.exp(random.uniform(np.log(SHORTEST_SECONDS), np.log(LONGEST_SECONDS))))
    sound = NOISES[kind](round(seconds * RATE), random)
    level = 10 ** (random.uniform(QUIETEST_DBFS, LOUDEST_DBFS) / 20)
    return sound / max(float(np.abs(sound).max()), 1e-9) * level


# --- noises -------------------------------------------------------------------------------------------------------
def _colored(count: int, random: Random, slope: float) -> Floats:
    """Noise whose power falls with the frequency to the power of `slope`: 0 white, 1 pink, 2 brown, -1 blue."""
    spectrum = np.fft.rfft(random.standard_normal(count))
    frequencies = np.maximum(np.fft.rfftfreq(count, 1 / RATE), 20.0)
    return np.fft.irfft(spectrum / frequencies ** (slope / 2), count)


def _band(count: int, random: Random, low: float, high: float) -> Floats:
    """White noise between two frequencies."""
    spectrum = np.fft.rfft(random.standard_normal(count))
    frequencies = np.fft.rfftfreq(count, 1 / RATE)
    return np.fft.irfft(spectrum * ((frequencies >= low) & (frequencies <= high)), count)


def _sum(parts: Sequence[Floats]) -> Floats:
    return np.asarray(np.sum(parts, axis=0))


def _times(count: int) -> Floats:
    return np.arange(count) / RATE


def _slowly(count: int, random: Random, every_seconds: float) -> Floats:
    """A level from 0 to 1 that wanders."""
    points = random.uniform(0, 1, int(count / RATE / every_seconds) + 3)
    return np.interp(_times(count) / every_seconds, np.arange(len(points)), points)


def _white(count: int, random: Random) -> Floats:
    return _colored(count, random, 0)


def _pink(count: int, random: Random) -> Floats:
    return _colored(count, random, 1)


def _brown(count: int, random: Random) -> Floats:
    return _colored(count, random, 2)


def _blue(count: int, random: Random) -> Floats:
    return _colored(count, random, -1)


def _wind(count: int, random: Random) -> Floats:
    return _colored(count, random, 2.5) * _slowly(count, random, 0.7) ** 2


def _rain(count: int, random: Random) -> Floats:
    return _band(count, random, 1500, 7500) * (0.3 + _slowly(count, random, 0.05))


def _hum(count: int, random: Random) -> Floats:
    base = random.choice([50.0, 60.0, 100.0])
    parts = [np.sin(2 * np.pi * base * n * _times(count)) / n**1.5 for n in range(1, 9)]
    return _sum(parts) + 0.02 * random.standard_normal(count)


def _buzz(count: int, random: Random) -> Floats:
    """Mains heard through bad contacts: all harmonics, and sputtering."""
    base = random.choice([50.0, 60.0])
    parts = [np.sin(2 * np.pi * base * n * _times(count)) / n**0.7 for n in range(1, 40)]
    return _sum(parts) * (0.5 + _slowly(count, random, 0.2)) + 0.1 * random.standard_normal(count)


def _fan(count: int, random: Random) -> Floats:
    blades = np.sin(2 * np.pi * random.uniform(60, 400) * _times(count))
    return _colored(count, random, 1.5) * 30 * (1 + 0.2 * blades) + 0.3 * blades


def _murmur(count: int, random: Random) -> Floats:
    """As loud in each band, and as unsteady, as many people who speak far away."""
    syllables = _slowly(count, random, 0.12) * (0.3 + _slowly(count, random, 1.0))
    return (_band(count, random, 150, 900) + 0.3 * _band(count, random, 900, 3500)) * syllables


def _engine(count: int, random: Random) -> Floats:
    speed = np.cumsum(25 + 60 * _slowly(count, random, 2.0)) / RATE
    parts = [np.sin(2 * np.pi * n * speed) / n for n in range(1, 12)]
    return _sum(parts) + _colored(count, random, 1.5) * 20


# --- signals ------------------------------------------------------------------------------------------------------
def _placed(count: int, random: Random, gap_seconds: tuple[float, float], make: Callable[[], Floats]) -> Floats:
    """Short sounds one after the other, with gaps of silence by chance."""
    sound, position = np.zeros(count), 0
    while position < count:
        piece = make()[: count - position]
        sound[position : position + len(piece)] += piece
        position += len(piece) + round(random.uniform(*gap_seconds) * RATE)
    return sound


def _faded(sound: Floats, rise: float, fall: float) -> Floats:
    """Swells and dies away within these shares of its length."""
    position = np.linspace(0, 1, len(sound))
    return sound * np.minimum(1, position / rise) * np.minimum(1, (1 - position) / fall)


def _tone(seconds: float, *frequencies: float) -> Floats:
    times = _times(round(seconds * RATE))
    return _sum([np.sin(2 * np.pi * frequency * times) for frequency in frequencies])


def _beeps(count: int, random: Random) -> Floats:
    frequency, seconds = random.uniform(300, 2500), random.uniform(0.05, 0.6)
    return _placed(count, random, (0.1, 1.2), lambda: _faded(_tone(seconds, frequency), 0.05, 0.05))


def _keypad(count: int, random: Random) -> Floats:
    rows, columns = (697, 770, 852, 941), (1209, 1336, 1477)
    return _placed(
        count, random, (0.05, 0.5), lambda: _faded(_tone(0.15, random.choice(rows), random.choice(columns)), 0.05, 0.05)
    )


def _ring(count: int, random: Random) -> Floats:
    """What a caller hears: one second or two of a tone, then silence."""
    frequencies = ((425.0,), (440.0, 480.0), (400.0, 450.0))[int(random.integers(0, 3))]
    seconds, gap = random.uniform(0.8, 2.0), random.uniform(1.0, 4.0)
    return _placed(count, random, (gap, gap), lambda: _faded(_tone(seconds, *frequencies), 0.01, 0.01))


def _ringtone(count: int, random: Random) -> Floats:
    """A telephone's: two notes in quick turns, or a short tune again and again."""
    tune = [int(random.choice(SCALE)) for _ in range(int(random.integers(2, 7)))]
    seconds, base = random.uniform(0.05, 0.2), random.uniform(400, 900)
    again = np.concatenate([_note(random, seconds, step, base) for step in tune])
    return _placed(count, random, (0.0, 0.8), lambda: again)


def _modem(count: int, random: Random) -> Floats:
    bits = np.repeat(random.integers(0, 2, count // 50 + 1), 50)[:count]
    return np.sin(2 * np.pi * np.cumsum(np.where(bits, 2100, 1300)) / RATE) + 0.1 * random.standard_normal(count)


def _siren(count: int, random: Random) -> Floats:
    pitch = 600 + 500 * np.sin(2 * np.pi * random.uniform(0.2, 2.0) * _times(count))
    return np.sin(2 * np.pi * np.cumsum(pitch) / RATE)


def _clicks(count: int, random: Random) -> Floats:
    def click() -> Floats:
        return random.standard_normal(80) * np.exp(-np.arange(80) / random.uniform(3, 25))

    return _placed(count, random, (0.05, 1.5), click) + 0.001 * random.standard_normal(count)


def _knocks(count: int, random: Random) -> Floats:
    def knock() -> Floats:
        times = _times(2400)
        return np.sin(2 * np.pi * random.uniform(90, 300) * times) * np.exp(-times * random.uniform(30, 80))

    return _placed(count, random, (0.1, 0.9), knock)


def _typing(count: int, random: Random) -> Floats:
    def key() -> Floats:
        times = _times(600)
        sound = random.standard_normal(600) * np.exp(-times * 400)
        return sound + 0.5 * np.sin(2 * np.pi * random.uniform(200, 500) * times) * np.exp(-times * 120)

    return _placed(count, random, (0.03, 0.35), key) + 0.002 * random.standard_normal(count)


def _crackle(count: int, random: Random) -> Floats:
    return random.standard_normal(count) * (random.uniform(0, 1, count) < 0.003) + 0.02 * _colored(count, random, 1)


def _applause(count: int, random: Random) -> Floats:
    claps = random.standard_normal(count) * (random.uniform(0, 1, count) < 0.004)
    decay = np.exp(-np.arange(400) / 60) * random.standard_normal(400)
    return np.convolve(claps, decay)[:count]


def _rustle(count: int, random: Random) -> Floats:
    """Of clothes on a microphone."""
    return _band(count, random, 100, 6000) * _slowly(count, random, 0.03) ** 4


def _birds(count: int, random: Random) -> Floats:
    def chirp() -> Floats:
        length = round(random.uniform(0.04, 0.2) * RATE)
        pitch = np.linspace(random.uniform(2000, 5000), random.uniform(2000, 5000), length)
        return _faded(np.sin(2 * np.pi * np.cumsum(pitch) / RATE), 0.2, 0.4)

    return _placed(count, random, (0.03, 0.8), chirp) + 0.01 * _colored(count, random, 1)


# --- music-like ---------------------------------------------------------------------------------------------------
SCALE = (0, 2, 4, 5, 7, 9, 11, 12)


def _note(random: Random, seconds: float, step: int, base: float = 220.0) -> Floats:
    frequency, times = base * 2 ** (step / 12), _times(round(seconds * RATE))
    parts = [np.sin(2 * np.pi * frequency * n * times) / n**2 for n in range(1, 7)]
    return _faded(_sum(parts) * np.exp(-times * random.uniform(1, 5)), 0.02, 0.2)


def _melody(count: int, random: Random) -> Floats:
    return _placed(count, random, (0.0, 0.1), lambda: _note(random, random.uniform(0.15, 0.6), random.choice(SCALE)))


def _chords(count: int, random: Random) -> Floats:
    def chord() -> Floats:
        root = int(random.choice(SCALE))
        return _sum([_note(random, 1.2, root + step, 130.0) for step in (0, 4, 7)])

    return _placed(count, random, (0.0, 0.2), chord)


def _band_with_drums(count: int, random: Random) -> Floats:
    return _melody(count, random) + 0.7 * _knocks(count, random) + 0.3 * _chords(count, random)


# --- like people, without a word ----------------------------------------------------------------------------------
def _breath(count: int, random: Random) -> Floats:
    def one() -> Floats:
        length = round(random.uniform(0.4, 1.4) * RATE)
        return _faded(_band(length, random, random.uniform(200, 600), random.uniform(1500, 4000)), 0.4, 0.5)

    return _placed(count, random, (0.3, 1.5), one)


def _cough(count: int, random: Random) -> Floats:
    def one() -> Floats:
        length = round(random.uniform(0.12, 0.3) * RATE)
        return _band(length, random, 200, 3000) * np.exp(-np.linspace(0, 6, length))

    return _placed(count, random, (0.1, 1.5), one)


def _snore(count: int, random: Random) -> Floats:
    def one() -> Floats:
        length = round(random.uniform(0.6, 1.5) * RATE)
        flutter = 1 + np.sin(2 * np.pi * random.uniform(20, 45) * _times(length))
        return _faded(_band(length, random, 80, 1200) * flutter, 0.3, 0.3)

    return _placed(count, random, (0.5, 2.0), one)


def _whistle(count: int, random: Random) -> Floats:
    pitch = 1000 + 1200 * _slowly(count, random, 0.4)
    return np.sin(2 * np.pi * np.cumsum(pitch) / RATE) * _slowly(count, random, 0.5)


def _voiced(seconds: float, pitch: float, formants: tuple[float, ...]) -> Floats:
    """A vowel: pulses through resonances."""
    count = round(seconds * RATE)
    pulses = np.zeros(count)
    pulses[:: max(1, round(RATE / pitch))] = 1.0
    frequencies = np.fft.rfftfreq(count, 1 / RATE)
    shape = _sum([1 / (1 + ((frequencies - each) / 90) ** 2) for each in formants])
    return np.fft.irfft(np.fft.rfft(pulses) * shape, count)


def _laughter(count: int, random: Random) -> Floats:
    pitch = random.uniform(150, 350)

    def ha() -> Floats:
        voiced = _voiced(0.12, pitch * random.uniform(0.9, 1.1), (750, 1250, 2600))
        return _faded(voiced + 0.01 * _band(len(voiced), random, 500, 4000), 0.2, 0.5)

    return _placed(count, random, (0.06, 0.14), ha)


def _humming(count: int, random: Random) -> Floats:
    def one() -> Floats:
        return _faded(_voiced(random.uniform(0.3, 1.2), random.uniform(100, 300), (270, 900)), 0.2, 0.3)

    return _placed(count, random, (0.05, 0.6), one)


def _nothing(count: int, random: Random) -> Floats:
    return np.zeros(count)


def _click_in_silence(count: int, random: Random) -> Floats:
    sound = 1e-4 * random.standard_normal(count)
    at = int(random.integers(0, max(1, count - 200)))
    sound[at : at + 80] += random.standard_normal(min(80, count - at))
    return sound


NOISES: Mapping[str, Callable[[int, Any], Floats]] = {
    "white noise": _white,
    "pink noise": _pink,
    "brown noise": _brown,
    "blue noise": _blue,
    "wind": _wind,
    "rain": _rain,
    "hum": _hum,
    "buzz": _buzz,
    "fan": _fan,
    "murmur": _murmur,
    "engine": _engine,
    "beeps": _beeps,
    "keypad": _keypad,
    "ring": _ring,
    "ringtone": _ringtone,
    "modem": _modem,
    "siren": _siren,
    "clicks": _clicks,
    "knocks": _knocks,
    "typing": _typing,
    "crackle": _crackle,
    "applause": _applause,
    "rustle": _rustle,
    "birds": _birds,
    "melody": _melody,
    "chords": _chords,
    "band": _band_with_drums,
    "breath": _breath,
    "cough": _cough,
    "snore": _snore,
    "whistle": _whistle,
    "laughter": _laughter,
    "humming": _humming,
    "silence": _nothing,
    "click in silence": _click_in_silence,
}
"""By kind: from the number of samples and chance to a sound of any loudness."""
