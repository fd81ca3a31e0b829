"""What crosses between machines: frames are whole and bounded, or they are nothing."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicepipe.wire.codec import Garbage
from voicepipe.wire.messages import AS_CONFIGURED, Capabilities, FurtherWindow, Options, Span, Window
from voicepipe.wire.remote import (
    HOME,
    MOST_BODY_BYTES,
    VERSION,
    Answered,
    Beat,
    Decoding,
    Drop,
    Ended,
    Farewell,
    FromHost,
    Give,
    Got,
    Hello,
    Lease,
    Loss,
    Lost,
    OtherVersion,
    Refused,
    Stranger,
    ToHost,
    Welcome,
    frame,
    host_of,
    permissions,
    read_frame,
    sound_bytes,
    to_home,
    to_host,
)

DECODING = Decoding("whisper", "0" * 64, None, ("ru", "en"), "ru", 0.5, 5, False, True, False)
WINDOW = Window((Span(16_000, 32_000), Span(40_000, 48_000)), 0)
FURTHER = FurtherWindow(WINDOW, Options("ru", vocabulary="Ясень, voicepipe"))
OF_HOSTS = [
    Hello("0.1.0", "life", "turbo", DECODING, "cuda", "float16", 2, Capabilities(30.0, 16, True), 0.25),
    Beat("session", 7, 2, (3, 4), 1 << 30),
    Got("session", 3, "secret"),
    Answered("session", 3, "secret", 1),
    Ended("session", 3, "secret"),
    Lost("session", 3, "secret", Loss.DEADLINE),
    Farewell("session"),
]
OF_HOME = [
    Welcome("life", "session", 2.0, 10.0),
    Refused("beam_size is 2, at home 5", 30.0),
    Stranger("session"),
    Lease("session", 7),
    Give("session", 7, 3, "secret", 0, 2, FURTHER),
    Drop("session", 8, 3),
]


@pytest.mark.parametrize("message", OF_HOSTS, ids=lambda message: type(message).__name__)
def test_what_hosts_say_comes_as_it_was_said(message: FromHost) -> None:
    assert read_frame(frame(message, b"body"), FromHost) == (message, b"body")


@pytest.mark.parametrize("message", OF_HOME, ids=lambda message: type(message).__name__)
def test_what_home_says_comes_as_it_was_said_and_is_nothing_that_a_host_may_say(message: ToHost) -> None:
    assert read_frame(frame(message, b"\0" * 100), ToHost) == (message, b"\0" * 100)
    with pytest.raises(Garbage):
        read_frame(frame(message), FromHost)


def test_the_longest_window_fits_what_a_message_server_takes_by_default() -> None:
    whole = FurtherWindow(Window((Span(0, 30 * 16_000),), 0), AS_CONFIGURED)
    assert sound_bytes(whole.window) == MOST_BODY_BYTES
    assert len(frame(Give("s" * 32, 1, 1, "s" * 32, 0, 1, whole), b"\0" * MOST_BODY_BYTES)) < 1 << 20


def test_what_is_too_large_is_neither_sent_nor_read() -> None:
    with pytest.raises(ValueError, match="too large"):
        frame(Farewell("session"), b"\0" * (MOST_BODY_BYTES + 1))
    with pytest.raises(Garbage):
        read_frame(frame(Farewell("session"), b"\0" * MOST_BODY_BYTES) + b"\0", FromHost)


def test_another_version_is_told_from_nonsense() -> None:
    data = bytearray(frame(Farewell("session")))
    data[2] = VERSION + 1
    with pytest.raises(OtherVersion, match=f"version {VERSION + 1}"):
        read_frame(bytes(data), FromHost)


@given(st.binary(max_size=300))
def test_whatever_comes_is_a_message_or_garbage(data: bytes) -> None:
    with pytest.raises((Garbage, OtherVersion)):
        read_frame(data, FromHost)


@given(st.sampled_from(OF_HOSTS), st.integers(0, 400), st.integers(0, 255))
def test_one_byte_that_is_another_makes_no_harm(message: FromHost, place: int, value: int) -> None:
    data = bytearray(frame(message))
    data[place % len(data)] = value
    try:
        read, _ = read_frame(bytes(data), FromHost)
    except (Garbage, OtherVersion):
        return
    assert isinstance(read, FromHost)


@given(st.integers(0, (1 << 32) - 1))
def test_a_head_that_claims_another_length_is_garbage(length: int) -> None:
    data = frame(Farewell("session"))
    right = len(data) - 7
    forged = data[:3] + struct.pack(">I", length) + data[7:]
    if length != right:
        with pytest.raises(Garbage):
            read_frame(forged, FromHost)


def test_each_may_write_to_one_subject_and_read_one_and_is_known_by_it() -> None:
    assert permissions("gpu") == '{publish: "voicepipe.home.gpu", subscribe: "voicepipe.host.gpu"}'
    assert permissions(HOME) == '{publish: "voicepipe.host.*", subscribe: "voicepipe.home.*"}'
    assert host_of(to_home("gpu")) == "gpu"
    assert to_host("gpu") != to_home("gpu")
