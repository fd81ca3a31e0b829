"""Media made to do harm: damaged, forged, bloated, and things that are no media but may be taken for it.

`corpus(seed, targets)` makes all of them, the same for the same seed; `scripts/make_hostile_media DIR` writes them to
files. None is anybody's work but ours: the sound in them is a tone or nothing.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.container import OutputContainer

from tests.support.media import silent_opus, video_without_sound


@dataclass(frozen=True, slots=True)
class HostileMedia:
    """Something a stranger may send."""

    family: str
    what: str
    """What is wrong with it: unique within its family."""
    data: bytes
    declared_seconds: int = 3
    """What the message claims."""
    file_name: str = "voice.ogg"
    mime_type: str = "audio/ogg"


@dataclass(frozen=True, slots=True)
class Targets:
    """Where the files try to lead their reader."""

    port: int = 9
    """Of a listening socket on 127.0.0.1."""
    spool: str = "/var/lib/voicepipe/spool"


def corpus(seed: int = 1, targets: Targets | None = None) -> list[HostileMedia]:
    """At least 200 of them."""
    chance = random.Random(seed)
    families = (
        damaged(chance),
        forged(),
        bombs(),
        bloated(),
        playlists(targets or Targets()),
        names(),
        no_media(chance),
    )
    return [media for family in families for media in family]


# --- sound in every container that can be written ---------------------------------------------------------------------
CARRIERS = (
    ("ogg", "libopus", 48_000),
    ("ogg", "flac", 44_100),
    ("mp4", "aac", 44_100),
    ("ipod", "alac", 44_100),
    ("mov", "pcm_s16le", 8_000),
    ("3gp", "libopencore_amrnb", 8_000),
    ("webm", "libopus", 48_000),
    ("matroska", "pcm_s16le", 8_000),
    ("mp3", "libmp3lame", 44_100),
    ("wav", "pcm_s16le", 8_000),
    ("wav", "adpcm_ms", 8_000),
    ("wav", "pcm_mulaw", 8_000),
    ("flac", "flac", 16_000),
    ("adts", "aac", 44_100),
    ("aiff", "pcm_s16be", 8_000),
    ("caf", "alac", 44_100),
    ("avi", "libmp3lame", 44_100),
    ("asf", "libmp3lame", 44_100),
    ("flv", "libmp3lame", 44_100),
    ("mpegts", "aac", 44_100),
    ("mpeg", "mp2", 44_100),
    ("ac3", "ac3", 44_100),
    ("au", "pcm_s16be", 8_000),
    ("amr", "libopencore_amrnb", 8_000),
)
"""Container, codec and sample rate, by FFmpeg's names."""


@cache
def tone(container: str, codec: str, rate: int, seconds: float = 0.5) -> bytes:
    """A tone, mono."""
    wave = 8000 * np.sin(np.arange(int(seconds * rate)) * 440 * 2 * np.pi / rate)
    frame = av.AudioFrame.from_ndarray(wave.astype(np.int16)[None], format="s16", layout="mono")
    frame.sample_rate, frame.pts = rate, 0
    target = BytesIO()
    with _writing(target, container) as output:
        stream = cast(av.AudioStream, output.add_stream(codec, rate=rate, layout="mono"))
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return target.getvalue()


def _writing(target: BytesIO, container: str) -> OutputContainer:
    """A container to be filled, without the date and random numbers that would make each one another."""
    return av.open(target, "w", format=container, options={"fflags": "+bitexact"})


_silence = cache(silent_opus)


def damaged(chance: random.Random) -> Iterator[HostileMedia]:
    """Each carrier, damaged in each way."""
    tones = [(f"{container} {codec}", tone(container, codec, rate)) for container, codec, rate in CARRIERS]
    for name, data in tones:
        for what, damage in DAMAGES.items():
            yield HostileMedia("damaged", f"{name} {what}", damage(data, chance))
        _, other = chance.choice(tones)
        yield HostileMedia(
            "damaged", f"{name} goes over into another", data[: len(data) // 2] + other[len(other) // 2 :]
        )


def _with_flips(data: bytes, chance: random.Random, share: float) -> bytes:
    flipped = bytearray(data)
    for _ in range(max(1, int(len(data) * share))):
        flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def _with_noisy_header(data: bytes, chance: random.Random) -> bytes:
    """The first bytes are kept: without them it would be taken for nothing at all."""
    return data[:12] + chance.randbytes(60) + data[72:]


def _with_hole(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) // 2)
    length = len(data) // 4
    return data[:start] + bytes(length) + data[start + length :]


Damage = Callable[[bytes, random.Random], bytes]
DAMAGES: dict[str, Damage] = {
    "with a bit flipped": lambda data, chance: _with_flips(data, chance, 0.0),
    "with one bit in a thousand bytes flipped": lambda data, chance: _with_flips(data, chance, 0.001),
    "with one bit in ten bytes flipped": lambda data, chance: _with_flips(data, chance, 0.1),
    "with a noisy header": _with_noisy_header,
    "with a hole": _with_hole,
    "cut off": lambda data, chance: data[: chance.randrange(16, len(data))],
    "without its beginning": lambda data, chance: data[chance.randrange(1, len(data) // 2) :],
    "backwards": lambda data, _: data[::-1],
    "twice": lambda data, _: data * 2,
}


# --- what claims to be what it is not ---------------------------------------------------------------------------------
def forged() -> Iterator[HostileMedia]:
    """Lengths, rates, channels and sizes that are not so, or can't be."""
    opus = tone("ogg", "libopus", 48_000)
    for samples in (0, -1, 1, 48_000 * 86_400 * 365, 2**63 - 1, -(2**63)):
        yield HostileMedia("forged", f"last granule is {samples}", _with_end(opus, samples))
    yield HostileMedia("forged", "three seconds that are ten minutes", _with_end(_silence(600), 3 * 48_000))
    for seconds in (0, 1, 300):
        yield HostileMedia("forged", f"message claims {seconds} s", _silence(400), declared_seconds=seconds)
    yield from _forged_waves()
    yield from _forged_fields()


def _forged_waves() -> Iterator[HostileMedia]:
    for rate in (0, 1, 7, 2**31 - 1, 2**32 - 1):
        yield HostileMedia("forged", f"wave of {rate} Hz", wave(rate=rate), file_name="a.wav", mime_type="audio/wav")
    for channels in (0, 2, 255, 65_535):
        yield HostileMedia("forged", f"wave of {channels} channels", wave(channels=channels))
    for bits in (0, 1, 7, 24, 64, 65_535):
        yield HostileMedia("forged", f"wave of {bits} bits", wave(bits=bits))
    for size in (0, 1, 2**31, 2**32 - 1):
        yield HostileMedia("forged", f"wave that says it has {size} bytes", wave(size=size))
    for tag in (0, 2, 0x11, 0x31, 0x55, 0x161, 0xFFFE, 0xFFFF):
        yield HostileMedia("forged", f"wave of codec {tag:#x}", wave(tag=tag))


def wave(*, rate: int = 8000, channels: int = 1, bits: int = 16, size: int | None = None, tag: int = 1) -> bytes:
    """A RIFF wave with these in its header, and 4000 zeros."""
    align = channels * bits // 8
    format_chunk = struct.pack("<HHIIHH", tag, channels, rate, rate * align & 0xFFFFFFFF, align & 0xFFFF, bits)
    length = 4000 if size is None else size
    body = b"WAVEfmt " + struct.pack("<I", len(format_chunk)) + format_chunk + b"data" + struct.pack("<I", length)
    return b"RIFF" + struct.pack("<I", (length + 36) & 0xFFFFFFFF) + body + bytes(4000)


def _forged_fields() -> Iterator[HostileMedia]:
    mp4 = tone("mp4", "aac", 44_100)
    for box in (b"mvhd", b"mdhd", b"stsz", b"stts", b"stco", b"stsc", b"trak", b"moov", b"mp4a", b"esds"):
        at = mp4.index(box)
        for what, place in (("size", at - 4), ("first fields", at + 4)):
            yield HostileMedia(
                "forged", f"{box.decode()} with huge {what}", _filled(mp4, place, 4 if place < at else 16)
            )
    flac = tone("flac", "flac", 16_000)
    yield HostileMedia("forged", "flac of 2^36 samples", _filled(flac, 22, 4))
    matroska = tone("matroska", "pcm_s16le", 8_000)
    for name, element in (
        ("segment", b"\x18\x53\x80\x67"),
        ("tracks", b"\x16\x54\xae\x6b"),
        ("cluster", b"\x1f\x43\xb6\x75"),
    ):
        yield HostileMedia("forged", f"{name} of unknown size", _filled(matroska, matroska.index(element) + 4, 8))


def _filled(data: bytes, start: int, length: int) -> bytes:
    return data[:start] + b"\xff" * length + data[start + length :]


def _with_end(ogg: bytes, samples: int) -> bytes:
    """An Ogg Opus file whose last page claims that the sound ends after so many samples."""
    start = ogg.rindex(b"OggS")
    return ogg[:start] + _page(bytearray(ogg[start:]), "<q", 6, samples)


def _page(page: bytearray, form: str, offset: int, value: int) -> bytes:
    """An Ogg page with another value in its header, and the checksum that goes with it."""
    struct.pack_into(form, page, offset, value)
    struct.pack_into("<I", page, 22, 0)
    checksum = 0
    for byte in page:
        checksum = (checksum << 8 ^ _OGG_TABLE[checksum >> 24 ^ byte]) & 0xFFFFFFFF
    struct.pack_into("<I", page, 22, checksum)
    return bytes(page)


def _ogg_table() -> Iterator[int]:
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
        yield value


_OGG_TABLE = tuple(_ogg_table())


# --- much out of little -----------------------------------------------------------------------------------------------
def bombs() -> Iterator[HostileMedia]:
    """Few bytes that become hours of sound, or want to become gigabytes."""
    yield HostileMedia("bomb", "hour of silence in Opus", _silence(3600))
    yield HostileMedia("bomb", "hour of zeros in FLAC", _long_flac(3600))
    yield HostileMedia("bomb", "twelve days at one sample a second", wave(rate=1)[:44] + bytes(1 << 20))
    yield HostileMedia(
        "bomb", "day at one sample a second, with many channels", wave(rate=1, channels=64) + bytes(1 << 20)
    )
    yield HostileMedia("bomb", "zeros in gzip", gzip.compress(bytes(1 << 24), mtime=0))
    yield HostileMedia("bomb", "boxes in boxes", _nested(b"moov", 10_000))
    yield HostileMedia("bomb", "tracks in tracks", _nested(b"trak", 10_000))
    for seconds in (299, 301):
        yield HostileMedia("bomb", f"silence of {seconds} s", _silence(seconds))


def _long_flac(seconds: int) -> bytes:
    frame = av.AudioFrame.from_ndarray(np.zeros((1, 65_535), np.int16), format="s16", layout="mono")
    frame.sample_rate = 16_000
    target = BytesIO()
    with _writing(target, "flac") as output:
        stream = output.add_stream("flac", rate=16_000, layout="mono")
        stream.codec_context.options = {"compression_level": "0", "frame_size": "65535"}
        for number in range(seconds * 16_000 // 65_535):
            frame.pts = number * 65_535
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return target.getvalue()


def _nested(box: bytes, depth: int) -> bytes:
    sizes = (struct.pack(">I", 8 * (depth - level)) + box for level in range(depth))
    return b"\0\0\0\x14ftypisom\0\0\0\0isom" + b"".join(sizes)


# --- much of what is not sound ----------------------------------------------------------------------------------------
def bloated() -> Iterator[HostileMedia]:
    """Thousands of streams, megabytes of text and pictures."""
    opus, mp3, flac = tone("ogg", "libopus", 48_000), tone("mp3", "libmp3lame", 44_100), tone("flac", "flac", 16_000)
    yield HostileMedia("bloated", "five thousand streams", _many_streams(opus, 5_000) + opus)
    yield HostileMedia("bloated", "five hundred tracks", _many_tracks(500))
    yield HostileMedia("bloated", "title of four megabytes", _titled("ogg", "libopus", 48_000, "x" * (4 << 20)))
    yield HostileMedia(
        "bloated", "title of broken text", _titled("matroska", "pcm_s16le", 8_000, "\u202e\x00%s%n\ud7ff\n")
    )
    yield HostileMedia("bloated", "cover of eight megabytes", _id3(b"APIC", bytes(8 << 20)) + mp3)
    yield HostileMedia(
        "bloated", "cover that is no picture", _id3(b"APIC", b"\0image/png\0\3\0" + b"\x89PNG" * 99) + mp3
    )
    yield HostileMedia("bloated", "ten thousand frames of text", _id3(b"TXXX", b"\0a\0b", times=10_000) + mp3)
    yield HostileMedia("bloated", "tag that says it has 256 MB", b"ID3\3\0\0\x7f\x7f\x7f\x7f" + mp3)
    picture = b"\x06" + (4 << 20).to_bytes(3, "big") + bytes(4 << 20)
    yield HostileMedia("bloated", "picture of four megabytes in flac", flac[:4] + picture + flac[4:])
    yield HostileMedia(
        "bloated", "two million comments", flac[:42] + b"\x84\0\0\x08\0\0\0\0\xff\xff\xff\xff" + flac[42:]
    )
    yield HostileMedia("bloated", "film without sound", video_without_sound(1), mime_type="video/mp4")
    yield HostileMedia("bloated", "megabyte of padding before it", bytes(1 << 20) + mp3)
    yield HostileMedia("bloated", "megabyte of padding after it", opus + bytes(1 << 20))


def _many_streams(ogg: bytes, count: int) -> bytes:
    """The first page, which begins a stream, so many times, each for another stream."""
    first = ogg[: ogg.index(b"OggS", 4)]
    return b"".join(_page(bytearray(first), "<I", 14, 1000 + number) for number in range(count))


def _many_tracks(count: int) -> bytes:
    target = BytesIO()
    with _writing(target, "matroska") as output:
        for _ in range(count):
            output.add_stream("pcm_s16le", rate=8000, layout="mono")
        output.start_encoding()
    return target.getvalue()


def _titled(container: str, codec: str, rate: int, title: str) -> bytes:
    target = BytesIO()
    with av.open(BytesIO(tone(container, codec, rate)), "r") as source, _writing(target, container) as output:
        output.metadata["title"] = title.replace("\0", "")
        stream = output.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.size:
                packet.stream = stream
                output.mux(packet)
    return target.getvalue()


def _id3(name: bytes, content: bytes, times: int = 1) -> bytes:
    frames = (name + struct.pack(">IH", len(content), 0) + content) * times
    length = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + length + frames


# --- lists that lead elsewhere ----------------------------------------------------------------------------------------
LISTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{target}\n#EXT-X-ENDLIST\n",
    "hls with a key": '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{target}"\n#EXTINF:10,\nvoice.ogg\n#EXT-X-ENDLIST\n',
    "concat": "ffconcat version 1.0\nfile '{target}'\n",
    "dash": (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet '
        'mimeType="audio/ogg"><Representation id="1"><BaseURL>{target}</BaseURL></Representation></AdaptationSet>'
        "</Period></MPD>"
    ),
    "asx": '<asx version="3.0"><entry><ref href="{target}"/></entry></asx>',
    "pls": "[playlist]\nFile1={target}\nNumberOfEntries=1\n",
    "rtsp redirect": "[Reference]\nRef1={target}\n",
    "smooth streaming": '<SmoothStreamingMedia><StreamIndex Url="{target}"/></SmoothStreamingMedia>',
    "svg": '<svg xmlns="http://www.w3.org/2000/svg"><image href="{target}"/></svg>',
    "xml entity": '<!DOCTYPE a [<!ENTITY b SYSTEM "{target}">]><MPD>&b;</MPD>',
    "filter graph": "amovie={target}",
    "address alone": "{target}\n",
}


def playlists(targets: Targets) -> Iterator[HostileMedia]:
    """Text files under a recording's name, that name other files and addresses."""
    address = f"http://127.0.0.1:{targets.port}/voice.ogg"
    aims = {
        "file": "/etc/passwd",
        "file address": "file:///etc/passwd",
        "http": address,
        "spool": f"{targets.spool}/1_1",
        "concat": f"concat:/etc/passwd|{address}",
        "subfile": "subfile,,start,0,end,9,,:/etc/passwd",
    }
    for list_name, text in LISTS.items():
        for aim, target in aims.items():
            yield HostileMedia("playlist", f"{list_name} to {aim}", text.format(target=target).encode())
    sdp = f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio {targets.port} RTP/AVP 0\n"
    yield HostileMedia("playlist", "sdp", sdp.encode())
    yield HostileMedia("playlist", "mp4 with its sound elsewhere", _referring_mp4(b"/etc/passwd"))
    yield HostileMedia("playlist", "mp4 that redirects", _redirecting_mp4(address.encode()))


def _referring_mp4(target: bytes) -> bytes:
    """The box that says "in this file" names another one instead."""
    entry = b"url \0\0\0\0" + target + b"\0"
    box = struct.pack(">I", 4 + len(entry)) + entry
    return tone("mp4", "aac", 44_100).replace(b"\0\0\0\x0curl \0\0\0\1", box)


def _redirecting_mp4(target: bytes) -> bytes:
    reference = b"rdrf\0\0\0\0url " + struct.pack(">I", len(target) + 1) + target + b"\0"
    boxes = reference
    for name in (b"rmda", b"rmra", b"moov"):
        boxes = name + struct.pack(">I", 4 + len(boxes)) + boxes
    return b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + struct.pack(">I", 4 + len(boxes)) + boxes


# --- names ------------------------------------------------------------------------------------------------------------
NAMES = (
    "../../../../../../etc/cron.d/voicepipe.ogg",
    "..\\..\\..\\windows\\voice.ogg",
    "/etc/passwd",
    "/dev/zero",
    "file:///etc/passwd",
    "concat:/etc/passwd|voice.ogg",
    "pipe:0",
    "-rf",
    "--help.ogg",
    "$(touch pwned).ogg",
    "`touch pwned`.ogg",
    "a;touch pwned;.ogg",
    "|touch pwned.ogg",
    "voice.ogg\ntouch pwned",
    "%s%s%s%n.ogg",
    "{self.__class__}.ogg",
    "\u202eggo.exe",
    "con.ogg",
    ".",
    "..",
    " ",
    "x" * 300 + ".ogg",
    "голос 🎤.ogg",
    "a\tb\x1b[31m.ogg",
)


def names() -> Iterator[HostileMedia]:
    """What is in the file is nothing special; what it is called is."""
    for number, name in enumerate(NAMES):
        yield HostileMedia("name", f"name {number}", tone("ogg", "libopus", 48_000), file_name=name)


# --- no media ---------------------------------------------------------------------------------------------------------
MAGICS = {
    "Ogg": b"OggS\0\2",
    "RIFF": b"RIFF\xff\xff\xff\xffWAVE",
    "FLAC": b"fLaC",
    "ID3": b"ID3\4\0\0\0\0\0\0",
    "MP4": b"\0\0\0\x18ftypM4A ",
    "Matroska": b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska",
    "AMR": b"#!AMR\n",
    "AIFF": b"FORM\0\0\xff\xffAIFF",
    "CAF": b"caff\0\1\0\0",
    "AU": b".snd",
    "FLV": b"FLV\1\5\0\0\0\t",
    "ASF": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"),
    "MPEG-TS": b"\x47\x40\0\x10",
    "MPEG": b"\0\0\1\xba",
    "AC-3": b"\x0b\x77",
    "MP3": b"\xff\xfb\x90\x64",
    "AAC": b"\xff\xf1\x50\x80",
}
OTHERS = {
    "no bytes": b"",
    "one zero": b"\0",
    "one letter": b"O",
    "one line feed": b"\n",
    "zeros": bytes(50_000),
    "ones": b"\xff" * 50_000,
    "text": b"This is a shopping list, not sound.\n" * 200,
    "picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\6\0\0\0" + bytes(1000),
    "animation": b"GIF89a\xff\xff\xff\xff\x80\0\0" + bytes(1000),
    "photo": b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(1000),
    "program": b"\x7fELF\2\1\1" + bytes(1000),
    "script": b"#!/bin/sh\ntouch pwned\n",
    "archive": b"PK\3\4" + bytes(1000),
    "document": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n",
    "web page": b"<!doctype html><script>alert(1)</script>" * 50,
    "pickle": b"cos\nsystem\n(S'touch pwned'\ntR.",
    "subtitles": b"1\n00:00:01,000 --> 00:00:02,000\n<b>x</b>\n" * 100,
    "tracker module": b"Extended Module: x" + bytes(2000),
}


def no_media(chance: random.Random) -> Iterator[HostileMedia]:
    """Other files, and noise that begins like media."""
    for name, data in OTHERS.items():
        yield HostileMedia("no media", name, data, mime_type=chance.choice(("audio/ogg", "video/mp4", "audio/x-wav")))
    for name, magic in MAGICS.items():
        yield HostileMedia("no media", f"noise after {name}", magic + chance.randbytes(3000))
        yield HostileMedia("no media", f"zeros after {name}", magic + bytes(3000))


# --- as files ---------------------------------------------------------------------------------------------------------
def write(directory: Path, media: list[HostileMedia]) -> None:
    """Each as a numbered file, and `index.json`, which describes them in order."""
    directory.mkdir(parents=True, exist_ok=True)
    index = []
    for number, each in enumerate(media):
        name = f"{number:03} {each.family} {each.what}".replace("/", "_")[:200]
        (directory / name).write_bytes(each.data)
        index.append({"file": name} | {key: value for key, value in asdict(each).items() if key != "data"})
    (directory / "index.json").write_text(json.dumps(index, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Writes the corpus into a directory."""
    parser = argparse.ArgumentParser(prog="make_hostile_media", description=main.__doc__)
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.add_argument("--seed", type=int, default=1, help="what chance decides is the same for the same seed")
    parser.add_argument("--port", type=int, default=9, help="of 127.0.0.1, which playlists point to")
    options = parser.parse_args()
    media = corpus(options.seed, Targets(options.port))
    write(options.directory, media)
    mebibytes = sum(len(each.data) for each in media) / 2**20
    sys.stdout.write(f"{len(media)} files, {mebibytes:.1f} MiB, seed {options.seed}\n")


if __name__ == "__main__":
    main()
