"""What the operator can set about workers on other machines."""

from __future__ import annotations

from pydantic import Field

from voicepipe.config.base import Section
from voicepipe.config.kinds import HostName, MessageServer, ThatFile


class RemoteConfig(Section):
    """Where home and its hosts meet: a NATS server. With an empty `server`, there are no workers elsewhere."""

    server: MessageServer = Field(
        "", description="NATS server by which workers on other machines are reached; empty: there are none"
    )
    credentials: ThatFile = Field(
        None, description="File with this machine's nkey seed or NATS credentials, which only this user may read"
    )
    ca: ThatFile = Field(
        None, description="Certificate of the authority that signed the server's; empty: those that the system trusts"
    )
    only: bool = Field(
        False, description="Only other machines recognise: this one opens recordings, and needs no model"
    )
    host: HostName = Field("", description="This machine's name among the hosts; empty: its host name")
    lease_seconds: float = Field(
        10.0, ge=1, le=300, description="A host silent for so many seconds is taken for gone; its windows are repeated"
    )
