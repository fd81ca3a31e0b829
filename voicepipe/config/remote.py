"""What the operator can set about workers on other machines."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from voicepipe.config.base import Section
from voicepipe.config.kinds import Allowed, HostName, Language, MessageServer, ThatFile


class RuleConfig(Section):
    """Which recordings another model recognises than the one of the configuration, which hosts have."""

    model: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    """Its name, or that of its directory on the hosts."""
    plans: tuple[str, ...] = ()
    """Of the sender; none: of anybody."""
    min_seconds: int = Field(0, ge=0)
    max_seconds: int = Field(0, ge=0)
    """0: however long."""
    languages: tuple[Language, ...] = ()
    """That the sender or the configuration has chosen; none: in any, also where it is to be found."""
    most_waiting: int = Field(0, ge=0)
    """As long as no more windows wait for it; 0: however many do."""
    when_away: Literal["next", "wait"] = "next"
    """When no host has it: as if this rule were not there, or one is waited for."""


Rules = Annotated[
    dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")], RuleConfig],
    Allowed(
        "tables [remote.rules.NAME] with model, and perhaps plans, min_seconds, max_seconds, languages, most_waiting "
        'and when_away ("next" or "wait")'
    ),
]


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
    rules: Rules = Field(
        {}, description="Which recordings go to another model that hosts have, the first that fits; none: all are alike"
    )
