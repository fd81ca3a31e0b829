"""How a client learns what it missed: the account's difference and each supergroup's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrogram.raw import base, functions, types
from pyrogram.raw.core import TLObject

from .. import wire
from ..faults import RpcError
from ..line import Call
from ..world import Change, ChangeKind, ChatKind, Message, World
from .peers import chat_of
from .registry import Request, rpc

SEQUENCE = 1


@rpc(functions.updates.GetState)
def get_state(request: Request, query: functions.updates.GetState) -> TLObject[Any]:
    return _state(request, request.world.account_log.pts, request.backend.line.qts)


def _state(request: Request, pts: int, qts: int) -> types.updates.State:
    now = int(request.world.clock())
    return types.updates.State(pts=pts, qts=qts, date=now, seq=SEQUENCE, unread_count=0)


@rpc(functions.updates.GetDifference)
def get_difference(request: Request, query: functions.updates.GetDifference) -> TLObject[Any]:
    log, line, faults = request.world.account_log, request.backend.line, request.backend.faults
    if faults.takes_too_long():
        return types.updates.DifferenceTooLong(pts=log.pts)
    changes = log.after(query.pts, faults.difference_limit)
    calls = line.after(query.qts, faults.difference_limit - len(changes))
    if not changes and not calls and not faults.supergroups_too_long:
        return types.updates.DifferenceEmpty(date=int(request.world.clock()), seq=SEQUENCE)
    parts = _parts(request.world, changes)
    _add_calls(parts, calls)
    for group in faults.supergroups_too_long:
        number = group.bare_id + 1_000_000 * faults.wrong_too_long_ids
        parts["other_updates"].append(types.UpdateChannelTooLong(channel_id=number, pts=group.log.pts))
        parts["chats"].append(wire.chat(group))
    faults.supergroups_too_long.clear()
    pts = changes[-1].pts if changes else log.pts
    qts = calls[-1].qts if calls else query.qts
    state = _state(request, pts, qts)
    if pts < log.pts or qts < line.qts:
        return types.updates.DifferenceSlice(new_encrypted_messages=[], intermediate_state=state, **parts)
    return types.updates.Difference(new_encrypted_messages=[], state=state, **parts)


@rpc(functions.updates.GetChannelDifference)
def get_channel_difference(request: Request, query: functions.updates.GetChannelDifference) -> TLObject[Any]:
    chat = chat_of(request.world, query.channel)
    if query.pts <= 0:
        raise RpcError(400, "PERSISTENT_TIMESTAMP_EMPTY")
    faults = request.backend.faults
    changes = chat.log.after(query.pts, max(1, min(query.limit, faults.difference_limit)))
    if not changes:
        return types.updates.ChannelDifferenceEmpty(pts=chat.log.pts, final=True)
    if faults.takes_too_long():
        return _channel_too_long(request.world, changes[-1])
    parts = _parts(request.world, changes)
    parts["chats"] = [wire.chat(chat)]
    pts = changes[-1].pts
    return types.updates.ChannelDifference(pts=pts, final=pts >= chat.log.pts or None, **parts)


def _channel_too_long(world: World, last: Change) -> TLObject[Any]:
    chat, newest = last.chat, last.messages[-1]
    dialog = types.Dialog(
        peer=wire.peer(chat),
        top_message=newest.id,
        read_inbox_max_id=0,
        read_outbox_max_id=0,
        unread_count=0,
        unread_mentions_count=0,
        unread_reactions_count=0,
        unread_poll_votes_count=0,
        notify_settings=types.PeerNotifySettings(),
        pts=chat.log.pts,
    )
    about = wire.context(world, [newest])
    return types.updates.ChannelDifferenceTooLong(
        dialog=dialog, messages=[wire.message(world, newest)], final=True, **about
    )


def _add_calls(parts: dict[str, Any], calls: Sequence[Call]) -> None:
    """The updates of the line are among the others; each person and chat is told of once."""
    parts["other_updates"] += [call.update for call in calls]
    for name, shown in (
        ("users", [wire.user(person) for call in calls for person in call.people]),
        ("chats", [wire.chat(place) for call in calls for place in call.chats if place.kind is not ChatKind.PRIVATE]),
    ):
        known = {each.id for each in parts[name]}
        parts[name] += {each.id: each for each in shown if each.id not in known}.values()


def _parts(world: World, changes: Sequence[Change]) -> dict[str, Any]:
    """New messages apart from everything else; a message deleted since is not shown as new."""
    mentioned: list[Message] = [message for change in changes for message in change.messages]
    new: list[base.Message] = []
    other: list[base.Update] = []
    for change in changes:
        if change.kind is not ChangeKind.NEW:
            other.append(wire.update(world, change))
        elif not change.messages[0].is_deleted:
            new.append(wire.message(world, change.messages[0]))
    return {"new_messages": new, "other_updates": other, **wire.context(world, mentioned)}
