"""The post between home and its hosts: one connection to a NATS server, which is looked after and comes back by itself.

Messages go out in the order in which they are sent. What is sent while there is no connection is dropped, and so is
what was under way when it broke: both ends find that out by what they say to each other, see `remote`. Only here `nats`
is imported, and only by whoever uses it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from voicepipe.errors import ConfigError
from voicepipe.supervision import Crew

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg

RECONNECT_SECONDS = 1
"""Between two tries to connect."""
CONNECT_SECONDS = 5
PING_SECONDS = 3
"""How often the server is asked whether it is there; after three unanswered ones the connection is given up."""
UNANSWERED_PINGS = 2
CLOSE_SECONDS = 2.0
MOST_UNSENT = 4096
"""Messages that wait to be sent; a server that takes none for so long is as good as away, and more are dropped."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is, and who asks."""

    server: str
    """As tls://HOST:PORT."""
    credentials: Path | None
    """A file with an nkey's seed, or the credentials of a NATS account; None for a server that asks for none."""
    ca: Path | None
    """The authority that has signed the server's certificate; None for those that the system trusts."""


class Post:
    """A connection to the server. A Part."""

    def __init__(
        self,
        address: Address,
        name: str,
        subject: str,
        *,
        hear: Callable[[str, bytes], None],
        on_change: Callable[[bool, str], None],
    ) -> None:
        """`hear` gets each message of the subject with the subject it came by; `on_change` whether there is a
        connection, and the last trouble. Both are called in the event loop.
        """
        self._address = address
        self._name = name
        self._subject = subject
        self._hear = hear
        self._on_change = on_change
        self._client: Client | None = None
        self._crew = Crew()
        self._unsent: asyncio.Queue[tuple[str, bytes | Callable[[], bytes]]] = asyncio.Queue(MOST_UNSENT)
        self.trouble = ""
        """What went wrong last, in one word or a few; never a secret."""

    @property
    def is_up(self) -> bool:
        """Whether there is a connection."""
        return self._client is not None and self._client.is_connected

    async def start(self) -> None:
        """Connect, and go on trying as long as that fails. Raises ConfigError when that can never succeed."""
        options = self._options()
        self._crew.spawn(self._connect(options), "post")
        self._crew.spawn(self._send_all(), "post sending")

    async def stop(self, timeout_seconds: float) -> None:
        """What was sent gets its time to go out."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                await self._unsent.join()
        await self._crew.stop()
        while not self._unsent.empty():
            _, data = self._unsent.get_nowait()
            if callable(data):
                await asyncio.to_thread(_made, data)  # what it holds open is closed

    async def wait_failed(self) -> NoReturn:
        await self._crew.wait_failed()

    def send(self, subject: str, data: bytes | Callable[[], bytes]) -> None:
        """Send a message, or what a function gives that may read a file: it is called in a thread, whatever happens."""
        if self._unsent.full():
            if callable(data):
                asyncio.get_running_loop().run_in_executor(None, _made, data)
            return
        self._unsent.put_nowait((subject, data))

    async def _send_all(self) -> NoReturn:
        while True:
            subject, data = await self._unsent.get()
            try:
                whole = await asyncio.to_thread(_made, data) if callable(data) else data
                if whole is not None and self._client is not None and self._client.is_connected:
                    await self._publish(self._client, subject, whole)
            finally:
                self._unsent.task_done()

    async def _publish(self, client: Client, subject: str, data: bytes) -> None:
        from nats.errors import Error

        try:
            await client.publish(subject, data)
        except (Error, OSError) as error:  # it is going away just now
            self.trouble = _words(error)

    # --- the connection -----------------------------------------------------------------------------------------------
    def _options(self) -> dict[str, Any]:
        try:
            import nats  # noqa: F401  only whether it is there
        except ImportError:
            raise ConfigError(
                "[remote] server needs nats-py, which is not installed: install the extra `remote` "
                "(`scripts/setup remote`), or leave the key empty"
            ) from None
        options: dict[str, Any] = {} if self._address.ca is None else {"tls": _trusting(self._address.ca)}
        return options | _credentials(self._address.credentials)

    async def _connect(self, options: dict[str, Any]) -> NoReturn:
        """Be connected, and after a while again whenever that fails or the library gives up for good.

        It does where the server says why it closes the connection, as of a credential that has expired.
        """
        from nats.aio.client import Client

        while True:
            client, closed = Client(), asyncio.Event()
            try:
                await self._open(client, closed, options)
                await closed.wait()
                raise client.last_error or ConnectionError
            except Exception as error:  # whatever the library raises, the next try may go better
                await self._on_error(error)
            finally:
                self._client = None
                with contextlib.suppress(Exception):
                    async with asyncio.timeout(CLOSE_SECONDS):
                        await client.close()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _open(self, client: Client, closed: asyncio.Event, options: dict[str, Any]) -> None:
        """Raises what the library raises; `closed` is set once it gives up."""

        async def on_closed() -> None:
            closed.set()

        await client.connect(
            self._address.server,
            name=self._name,
            allow_reconnect=True,
            max_reconnect_attempts=-1,
            reconnect_time_wait=RECONNECT_SECONDS,
            connect_timeout=CONNECT_SECONDS,
            ping_interval=PING_SECONDS,
            max_outstanding_pings=UNANSWERED_PINGS,
            error_cb=self._on_error,
            disconnected_cb=self._on_down,
            reconnected_cb=self._on_up,
            closed_cb=on_closed,
            **options,
        )
        await client.subscribe(self._subject, cb=self._on_message)
        await client.flush(CONNECT_SECONDS)  # once the server has answered, it knows what is wanted
        self._client = client
        await self._on_up()

    async def _on_message(self, message: Msg) -> None:
        try:
            self._hear(message.subject, message.data)
        except Exception as error:  # the library would only note it
            self._crew.fail(error)

    async def _on_error(self, error: Exception) -> None:
        words = _words(error)
        if words != self.trouble:
            self.trouble = words
            self._on_change(self.is_up, words)

    async def _on_down(self) -> None:
        self._on_change(False, self.trouble)

    async def _on_up(self) -> None:
        self.trouble = ""
        self._on_change(True, "")


def _made(data: Callable[[], bytes]) -> bytes | None:
    try:
        return data()
    except OSError:  # a message that is not there is one that got lost
        return None


def _credentials(path: Path | None) -> dict[str, Any]:
    """How the library is told of them. Raises ConfigError."""
    if path is None:
        return {}
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"[remote] credentials can't be read: {type(error).__name__} at {path}") from error
    if "BEGIN NATS USER JWT" in text:
        return {"user_credentials": str(path)}
    seed = next((line.strip() for line in text.splitlines() if line.strip().startswith("SU")), "")
    if not seed:
        raise ConfigError(
            f"[remote] credentials: {path} holds neither an nkey's seed (SU…) nor a NATS user's credentials"
        )
    return {"nkeys_seed_str": seed}


def _trusting(ca: Path) -> ssl.SSLContext:
    """Raises ConfigError."""
    try:
        return ssl.create_default_context(cafile=str(ca))
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"[remote] ca: {ca} is no certificate that can be read ({type(error).__name__})") from error


def _words(error: Exception) -> str:
    """What the library says, or the error's type; it names servers and subjects, never a secret."""
    words = str(error).removeprefix("nats: ").strip("'\" ")
    return f"{type(error).__name__}: {words}"[:200] if words else type(error).__name__
