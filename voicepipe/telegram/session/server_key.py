"""The RSA key by which the client knows an MTProto server that is not Telegram's own."""

from __future__ import annotations

import base64
import binascii
from hashlib import sha1

from pyrogram.crypto import rsa
from pyrogram.raw.core import Bytes

from voicepipe.errors import ConfigError


def trust_server_key(pem: str) -> None:
    """Make this process accept the MTProto server whose RSA public key (PKCS#1 PEM) this is, and no other.

    Raises ConfigError.
    """
    modulus, exponent = _read_rsa_public_key(pem)
    # A key's fingerprint is the low 64 bits of the SHA-1 of its TL form: core.telegram.org/mtproto/auth_key
    fields = [number.to_bytes((number.bit_length() + 7) // 8, "big") for number in (modulus, exponent)]
    digest = sha1(b"".join(bytes(Bytes(field)) for field in fields)).digest()
    rsa.server_public_keys.clear()
    rsa.server_public_keys[int.from_bytes(digest[-8:], "little", signed=True)] = rsa.PublicKey(modulus, exponent)


def _read_rsa_public_key(pem: str) -> tuple[int, int]:
    """Modulus and exponent out of the DER inside a PKCS#1 PEM: a sequence of two integers (RFC 8017, A.1.1)."""
    lines = [line.strip() for line in pem.strip().splitlines()]
    if len(lines) < 3 or lines[0] != "-----BEGIN RSA PUBLIC KEY-----":
        raise ConfigError("[telegram] server_key is no PKCS#1 key: expected a PEM with BEGIN RSA PUBLIC KEY")
    try:
        der = base64.b64decode("".join(lines[1:-1]), validate=True)
        content, _ = _read_der_value(der, 0x30)
        modulus, rest = _read_der_value(content, 0x02)
        exponent, _ = _read_der_value(rest, 0x02)
    except (ValueError, IndexError, binascii.Error) as error:
        raise ConfigError("[telegram] server_key is damaged: copy the PEM again, whole") from error
    return int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big")


def _read_der_value(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of the DER value that `data` begins with, and what follows it. Raises ValueError, IndexError."""
    if data[0] != tag:
        raise ValueError(f"expected DER tag {tag:#x}, found {data[0]:#x}")
    length, start = data[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[2:start], "big")
    if len(data) < start + length:
        raise ValueError("the DER value is cut short")
    return data[start : start + length], data[start + length :]
