"""A credential that ends at a time of its own: the host is cut off then, and back when it has a fresh one."""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nkeys

from tests.support.remote import MessageServer
from tests.support.waiting import until
from voicepipe.wire.post import Address, Post
from voicepipe.wire.remote import to_home, to_host


class Signer:
    """An operator, an account or a user, with a key of its own."""

    def __init__(self, kind: int) -> None:
        self.seed = nkeys.encode_seed(os.urandom(32), kind)
        self.public = nkeys.from_seed(self.seed).public_key.decode()

    def token(self, subject: str, claims: dict[str, Any], expires_at: float | None = None) -> str:
        """A JWT as NATS has them."""
        facts = {"iat": int(time.time()), "iss": self.public, "sub": subject, "name": "x", "nats": claims}
        facts |= {} if expires_at is None else {"exp": int(expires_at)}
        parts = [{"typ": "JWT", "alg": "ed25519-nkey"}, facts]
        said = ".".join(_plain(json.dumps(part).encode()) for part in parts)
        return f"{said}.{_plain(nkeys.from_seed(self.seed).sign(said.encode()))}"


def _plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


UNBOUNDED = dict.fromkeys(("subs", "data", "payload", "imports", "exports", "conn", "leaf"), -1) | {"wildcards": True}


class JwtServer(MessageServer):
    """One whose users have what an account has signed."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._operator, self.account = Signer(nkeys.PREFIX_BYTE_OPERATOR), Signer(nkeys.PREFIX_BYTE_ACCOUNT)

    def permit(self, names: Iterable[str]) -> None:
        account = {"limits": UNBOUNDED, "type": "account", "version": 2}
        operator = self._operator.token(self._operator.public, {"type": "operator", "version": 2})
        signed = self._operator.token(self.account.public, account)
        self._config.write_text(
            f'listen: "127.0.0.1:{self.port or -1}"\nports_file_dir: "{self.directory}"\nmax_payload: 1048576\n'
            f'operator: "{operator}"\nresolver: MEMORY\nresolver_preload: {{ {self.account.public}: "{signed}" }}\n'
        )

    def grant(self, name: str, seconds: float) -> Path:
        """A host's credentials for so long."""
        user = Signer(nkeys.PREFIX_BYTE_USER)
        may = {"pub": {"allow": [to_home(name)]}, "sub": {"allow": [to_host(name)]}}
        claims = {**may, "subs": -1, "data": -1, "payload": -1, "type": "user", "version": 2}
        token = self.account.token(user.public, claims, time.time() + seconds)
        path = self.directory / f"{name}.creds"
        path.write_text(
            f"-----BEGIN NATS USER JWT-----\n{token}\n------END NATS USER JWT------\n\n"
            f"-----BEGIN USER NKEY SEED-----\n{user.seed.decode()}\n------END USER NKEY SEED------\n"
        )
        path.chmod(0o600)
        return path


async def test_a_credential_that_expires_cuts_its_host_off_until_it_has_a_fresh_one(tmp_path: Path) -> None:
    async with JwtServer(tmp_path) as server:
        path = server.grant("ant", 2.5)
        ups: list[bool] = []
        address = Address(str(server), path, None)
        ant = Post(address, "ant", to_host("ant"), hear=lambda *_: None, on_change=lambda is_up, _: ups.append(is_up))
        await ant.start()
        await until(lambda: ant.is_up)
        await until(lambda: not ant.is_up)
        await until(lambda: any(word in ant.trouble.lower() for word in ("expired", "authorization")))
        server.grant("ant", 3600)
        await until(lambda: ant.is_up, 20)
        await ant.stop(1.0)
