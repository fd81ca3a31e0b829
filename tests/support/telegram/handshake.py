"""How a client and a data centre agree on an authorization key: the server's half of the exchange.

    client                                server
    req_pq_multi(nonce)              →
                                     ←    resPQ(server_nonce, pq, fingerprint of our RSA key)
    req_DH_params(RSA(new_nonce …))  →
                                     ←    server_DH_params_ok(AES(g, dh_prime, g_a))
    set_client_DH_params(AES(g_b))   →
                                     ←    dh_gen_ok;  both sides now hold g_ab, the key

The RSA key is made for these tests and published here, so it protects nothing; making one at every start would cost
seconds in pure Python. The factors of pq are small, which spares the client most of its factorisation.
"""

from __future__ import annotations

import base64
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha1
from io import BytesIO

from pyrogram.crypto import aes, prime
from pyrogram.raw import functions, types
from pyrogram.raw.core import Bytes, TLObject

PQ_FACTORS = (65_537, 2_147_483_647)
GENERATOR = 3
DH_SECRET_BITS = 2040
KEY_BYTES = 256
RSA_BLOCK_BYTES = 255

_PRIME_1 = int(
    "c1dd57016e34c8f1523c7fb52f8ff2d3f068ba5f583030a84c9c0565b780aba8"
    "d9f873b5b2579c50fcb3cde953f8ff1ae4011aa6309f36f964ea0ff41305b63f"
    "9321358ef6e7b7534fbedd86fd8de8126b743f76a6de4f76e95496bb18bd60f0"
    "5ce9e2bafc84c18bb36354b780acf8b52390d622eae62cbcad60ff2e47bc9f97",
    16,
)
_PRIME_2 = int(
    "b6966ae6802db96ec15cf6a853920c7b06f797382d4cf11c3e0339425bd0eecc"
    "476e6396c48f9db56c13d4131cdfa7e9dd848ce7c37dfc841869fa9ad8fbafc2"
    "2c00b43850e89195d22e31ef7b7057bc709cdf9aca8ed8c147d3f28029985f97"
    "c8dd30f7abe8217ba9db19e6afaff76e9fc5248fc35f9cab8c883a557555a85f",
    16,
)


class HandshakeError(Exception):
    """The client broke the key exchange; the connection is closed."""


@dataclass(frozen=True, slots=True)
class ServerKey:
    """An RSA key pair; ``modulus`` and ``exponent`` are the public half."""

    modulus: int
    exponent: int
    secret: int

    @property
    def fingerprint(self) -> int:
        """The number by which a client recognises the key: the tail of a SHA-1, as a signed 64-bit integer."""
        parts = (self.modulus.to_bytes(KEY_BYTES, "big"), self.exponent.to_bytes(3, "big"))
        return int.from_bytes(sha1(b"".join(Bytes(part) for part in parts)).digest()[-8:], "little", signed=True)

    @property
    def public_pem(self) -> str:
        """The public half as PKCS#1 PEM, the form in which Telegram publishes its own keys."""
        body = _der(0x30, _der_integer(self.modulus) + _der_integer(self.exponent))
        text = base64.b64encode(body).decode()
        lines = [text[i : i + 64] for i in range(0, len(text), 64)]
        return "\n".join(["-----BEGIN RSA PUBLIC KEY-----", *lines, "-----END RSA PUBLIC KEY-----", ""])

    def decrypt(self, data: bytes) -> bytes:
        """Undo the client's raw RSA."""
        try:
            return pow(int.from_bytes(data, "big"), self.secret, self.modulus).to_bytes(RSA_BLOCK_BYTES, "big")
        except OverflowError as error:
            raise HandshakeError("not encrypted with our key") from error


def published_key() -> ServerKey:
    """The one key all loopback servers use."""
    exponent = 65_537
    return ServerKey(_PRIME_1 * _PRIME_2, exponent, pow(exponent, -1, (_PRIME_1 - 1) * (_PRIME_2 - 1)))


class Handshake:
    """One key exchange. Feed it the client's queries in order; ``auth_key`` is set after the third."""

    def __init__(self, server_key: ServerKey, clock: Callable[[], float] = time.time) -> None:
        self._server_key = server_key
        self._clock = clock
        self._server_nonce = _signed(os.urandom(16))
        self._nonce = 0
        self._new_nonce = b""
        self._secret = secrets.randbits(DH_SECRET_BITS)
        self.auth_key: bytes | None = None

    def answer(self, query: TLObject[object]) -> TLObject[object]:
        """The server's answer to the next step; raises HandshakeError when the client breaks the exchange."""
        match query:
            case functions.ReqPqMulti():
                return self._offer_pq(query.nonce)
            case functions.ReqDHParams():
                self._check_nonces(query.nonce, query.server_nonce)
                return self._offer_dh(query.encrypted_data)
            case functions.SetClientDHParams():
                self._check_nonces(query.nonce, query.server_nonce)
                return self._finish(query.encrypted_data)
        raise HandshakeError(f"unexpected {query.QUALNAME}")

    def _offer_pq(self, nonce: int) -> TLObject[object]:
        self._nonce = nonce
        return types.ResPQ(
            nonce=nonce,
            server_nonce=self._server_nonce,
            pq=(PQ_FACTORS[0] * PQ_FACTORS[1]).to_bytes(8, "big"),
            server_public_key_fingerprints=[self._server_key.fingerprint],
        )

    def _offer_dh(self, encrypted: bytes) -> TLObject[object]:
        inner = _read_hashed(self._server_key.decrypt(encrypted))
        if not isinstance(inner, types.PQInnerData):
            raise HandshakeError("expected p_q_inner_data")
        self._new_nonce = inner.new_nonce.to_bytes(32, "little", signed=True)
        offer = types.ServerDHInnerData(
            nonce=self._nonce,
            server_nonce=self._server_nonce,
            g=GENERATOR,
            dh_prime=prime.CURRENT_DH_PRIME.to_bytes(KEY_BYTES, "big"),
            g_a=pow(GENERATOR, self._secret, prime.CURRENT_DH_PRIME).to_bytes(KEY_BYTES, "big"),
            server_time=int(self._clock()),
        ).write()
        hashed = sha1(offer).digest() + offer
        hashed += os.urandom(-len(hashed) % 16)
        return types.ServerDHParamsOk(
            nonce=self._nonce,
            server_nonce=self._server_nonce,
            encrypted_answer=aes.ige256_encrypt(hashed, *self._temporary_aes()),
        )

    def _finish(self, encrypted: bytes) -> TLObject[object]:
        inner = _read_hashed(aes.ige256_decrypt(encrypted, *self._temporary_aes()))
        if not isinstance(inner, types.ClientDHInnerData):
            raise HandshakeError("expected client_DH_inner_data")
        g_ab = pow(int.from_bytes(inner.g_b, "big"), self._secret, prime.CURRENT_DH_PRIME)
        self.auth_key = g_ab.to_bytes(KEY_BYTES, "big")
        proof = sha1(self._new_nonce + b"\x01" + sha1(self.auth_key).digest()[:8]).digest()[4:]
        return types.DhGenOk(nonce=self._nonce, server_nonce=self._server_nonce, new_nonce_hash1=_signed(proof))

    def _temporary_aes(self) -> tuple[bytes, bytes]:
        new, server = self._new_nonce, self._server_nonce.to_bytes(16, "little", signed=True)
        new_server, server_new, new_new = sha1(new + server), sha1(server + new), sha1(new + new)
        key = new_server.digest() + server_new.digest()[:12]
        return key, server_new.digest()[12:] + new_new.digest() + new[:4]

    def _check_nonces(self, nonce: int, server_nonce: int) -> None:
        if (nonce, server_nonce) != (self._nonce, self._server_nonce):
            raise HandshakeError("nonces do not match")


def _read_hashed(data: bytes) -> TLObject[object]:
    """Read SHA1(object) + object + padding, checking the hash."""
    try:
        inner: TLObject[object] = TLObject.read(BytesIO(data[20:]))
    except KeyError as error:
        raise HandshakeError("unreadable inner data") from error
    if sha1(inner.write()).digest() != data[:20]:
        raise HandshakeError("wrong hash of the inner data")
    return inner


def _signed(data: bytes) -> int:
    return int.from_bytes(data, "little", signed=True)


def _der(tag: int, body: bytes) -> bytes:
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def _der_integer(value: int) -> bytes:
    return _der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))
