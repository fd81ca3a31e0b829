"""What users send while the service is away, or what Telegram does not push, is answered all the same, and once."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from pyrogram.raw import types

from tests.support.answers import is_final
from tests.support.samples import load_samples
from tests.support.service import RunningService
from tests.support.telegram import LoopbackTelegram, Message, RpcError, User

VOICE = load_samples()["seen_ru_00.ogg"]
WAIT_SECONDS = 90.0
SUPERGROUP = -1_000_000_000_777
DAYS = 40 * 86_400


async def answered(user: User, sent: Message) -> None:
    """Wait for the answer, and see that it is the only one."""
    reply = await user.wait_reply(sent, is_final, WAIT_SECONDS)
    assert reply.text == VOICE.text
    assert len(sent.chat.replies_to(sent)) == 1


async def charged_seconds(service: RunningService, user_id: int) -> int:
    report = await service.report("quota", "show", str(user_id))
    return int(report["used_today_seconds"])


async def test_messages_that_were_not_pushed_are_found(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram, RunningService(telegram, tmp_path):
        ann = telegram.user(7)
        withheld = await ann.send_voice(VOICE.data, 4, deliver=False)
        # The next update shows that one is missing.
        pushed = await ann.send_voice(VOICE.data, 4)
        await answered(ann, pushed)
        await answered(ann, withheld)


async def test_messages_sent_while_the_service_is_down_are_found(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        group = telegram.world.add_supergroup(-1_000_000_000_777, "Work", members=[7])
        ann, bob = telegram.user(7), telegram.user(8)
        service = RunningService(telegram, tmp_path)
        async with service:
            # The service must have heard of a supergroup to ask for its changes.
            await answered(ann, await ann.send_voice(VOICE.data, 4, chat=group))
        missed = [
            (ann, await ann.send_voice(VOICE.data, 4, deliver=False)),
            (bob, await bob.send_voice(VOICE.data, 4, deliver=False)),
            (ann, await ann.send_voice(VOICE.data, 4, chat=group, deliver=False)),
        ]
        async with service:
            for user, sent in missed:
                await answered(user, sent)
            assert await charged_seconds(service, 7) == 3 * 4
            assert await charged_seconds(service, 8) == 4


async def test_what_telegram_only_says_that_there_is_more_of_is_found(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram, RunningService(telegram, tmp_path) as service:
        ann = telegram.user(7)
        known, unknown = (telegram.world.add_supergroup(SUPERGROUP - n, "Work", members=[7]) for n in (1, 2))
        await answered(ann, await ann.send_voice(VOICE.data, 4, chat=known))
        old = await ann.send_voice(VOICE.data, 4, chat=unknown, deliver=False, age_seconds=DAYS)
        in_known, in_unknown = [await ann.send_voice(VOICE.data, 4, chat=at, deliver=False) for at in (known, unknown)]
        private = await ann.send_voice(VOICE.data, 4, deliver=False)
        too_long = [types.UpdateChannelTooLong(channel_id=at.bare_id, pts=at.log.pts) for at in (known, unknown)]
        await telegram.push(types.UpdateShort(update=too_long[0], date=0))
        await answered(ann, in_known)
        await telegram.push(types.Updates(updates=[too_long[1]], users=[], chats=[], date=0, seq=0))
        await answered(ann, in_unknown)
        assert not private.chat.visible[1:]
        await telegram.push(types.UpdatesTooLong())
        await answered(ann, private)
        assert not old.chat.replies_to(old)
        assert not service.events("position lost")


async def test_a_supergroup_first_heard_of_after_the_service_was_down(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        ann = telegram.user(7)
        group = telegram.world.add_supergroup(SUPERGROUP, "Work", members=[7])
        service = RunningService(telegram, tmp_path)
        async with service:
            await answered(ann, await ann.send_voice(VOICE.data, 4))
        old = await ann.send_voice(VOICE.data, 4, chat=group, deliver=False, age_seconds=DAYS)
        missed = await ann.send_voice(VOICE.data, 4, chat=group, deliver=False)
        telegram.faults.supergroups_too_long.add(group)
        async with service:
            await answered(ann, missed)
        assert not old.chat.replies_to(old)


async def test_more_was_missed_than_telegram_tells_of(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        ann = telegram.user(7)
        service = RunningService(telegram, tmp_path)
        async with service:
            await answered(ann, await ann.send_voice(VOICE.data, 4))
        old = await ann.send_voice(VOICE.data, 4, deliver=False, age_seconds=DAYS)
        for _ in range(150):
            await ann.send_sticker(deliver=False)
        missed = await ann.send_voice(VOICE.data, 4, deliver=False)
        telegram.faults.difference_too_long = 1
        async with service:
            await answered(ann, missed)
            assert service.events("position lost", box=0, cause="too long")
        assert not old.chat.replies_to(old)


async def test_more_was_missed_of_a_supergroup_than_telegram_tells_of(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram, RunningService(telegram, tmp_path) as service:
        ann = telegram.user(7)
        group = telegram.world.add_supergroup(SUPERGROUP, "Work", members=[7])
        await answered(ann, await ann.send_voice(VOICE.data, 4, chat=group))
        old = await ann.send_voice(VOICE.data, 4, chat=group, deliver=False, age_seconds=DAYS)
        missed = await ann.send_voice(VOICE.data, 4, chat=group, deliver=False)
        for _ in range(150):
            await ann.send_text("See you at nine.", chat=group, deliver=False)
        telegram.faults.difference_too_long = 1
        await telegram.push(types.UpdateShort(update=types.UpdateChannelTooLong(channel_id=group.bare_id), date=0))
        await answered(ann, missed)
        assert service.events("position lost", box=group.id, cause="too long")
        assert not old.chat.replies_to(old)


async def test_positions_that_telegram_does_not_know(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram, RunningService(telegram, tmp_path) as service:
        ann, faults = telegram.user(7), telegram.faults
        group = telegram.world.add_supergroup(SUPERGROUP, "Work", members=[7])
        await answered(ann, await ann.send_voice(VOICE.data, 4))
        await answered(ann, await ann.send_voice(VOICE.data, 4, chat=group))
        faults.answer("updates.GetDifference", RpcError(400, "PERSISTENT_TIMESTAMP_INVALID"))
        faults.answer("updates.GetChannelDifference", RpcError(400, "PERSISTENT_TIMESTAMP_EMPTY"))
        missed = [await ann.send_voice(VOICE.data, 4, chat=at, deliver=False) for at in (ann.chat, group)]
        await telegram.push(types.UpdatesTooLong())
        for sent in missed:
            await answered(ann, sent)
        assert {event["box"] for event in service.events("position lost")} == {0, group.id}
        await answered(ann, await ann.send_voice(VOICE.data, 4))


async def test_a_supergroup_that_removed_the_bot_is_not_asked_for_again(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        ann = telegram.user(7)
        group = telegram.world.add_supergroup(SUPERGROUP, "Work", members=[7])
        service = RunningService(telegram, tmp_path)
        async with service:
            await answered(ann, await ann.send_voice(VOICE.data, 4, chat=group))
            group.members.discard(telegram.world.bot.id)
            await telegram.push(types.UpdatesTooLong())
            await service.wait_event("background error", what="catch-up", cause="ChannelPrivate")
            group.members.add(telegram.world.bot.id)
            await answered(ann, await ann.send_voice(VOICE.data, 4, chat=group))
            group.members.discard(telegram.world.bot.id)
            await telegram.push(types.UpdatesTooLong())
            await service.wait_event("background error", times=2, what="catch-up")
        asked = len(telegram.calls_of("updates.GetChannelDifference"))
        async with service:
            await answered(ann, await ann.send_voice(VOICE.data, 4))
        assert len(telegram.calls_of("updates.GetChannelDifference")) == asked


async def test_messages_sent_while_the_connection_is_down_are_found(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram, RunningService(telegram, tmp_path):
        ann = telegram.user(7)
        telegram.faults.drop_connections()
        sent = await ann.send_voice(VOICE.data, 4, deliver=False)
        await answered(ann, sent)


async def test_a_killed_supervisor_goes_on_where_it_was(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        ann = telegram.user(7)
        service = RunningService(telegram, tmp_path)
        await service.start()
        sent = [await ann.send_voice(VOICE.data, 4) for _ in range(4)]
        await ann.wait_reply(sent[0])
        assert await service.stop(signal.SIGKILL) == -signal.SIGKILL
        async with service:
            for message in sent:
                await answered(ann, message)
            assert await charged_seconds(service, 7) == 4 * 4


async def test_a_forgotten_key_ends_the_service_and_the_next_start_signs_in_anew(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        ann = telegram.user(7)
        service = RunningService(telegram, tmp_path)
        await service.start()
        telegram.faults.forget_keys()
        assert service.process is not None
        assert await service.process.wait() == 1
        assert "signs in anew" in service.log
        assert service.library_lines == []
        sent = await ann.send_voice(VOICE.data, 4, deliver=False)
        async with service:
            await answered(ann, sent)


@pytest.mark.parametrize("method", ["messages.EditMessage", "upload.GetFile", "help.GetConfig"])
async def test_a_key_used_elsewhere_ends_the_service_and_the_next_start_signs_in_anew(
    tmp_path: Path, method: str
) -> None:
    async with LoopbackTelegram() as telegram:
        ann = telegram.user(7)
        service = RunningService(telegram, tmp_path, {"telegram": {"probe_seconds": 1.0}})
        await service.start()
        telegram.faults.answer(method, RpcError(406, "AUTH_KEY_DUPLICATED"))
        if method == "help.GetConfig":  # what a connection begins with
            telegram.faults.drop_connections()
        sent = await ann.send_voice(VOICE.data, 4)
        assert await service.wait_exit() == 1
        assert "signs in anew" in service.log
        assert service.library_lines == []
        assert not service.events("job undeliverable")
        telegram.faults.answer("help.GetConfig", RpcError(406, "AUTH_KEY_DUPLICATED"))
        async with service:
            await answered(ann, sent)
        assert len(telegram.calls_of("auth.ImportBotAuthorization")) == 2


async def test_a_damaged_session_is_replaced_by_a_new_sign_in(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        ann = telegram.user(7)
        service = RunningService(telegram, tmp_path)
        async with service:
            await answered(ann, await ann.send_voice(VOICE.data, 4))
        (service.state_path / "bot.session").write_bytes(b"no session at all")
        sent = await ann.send_voice(VOICE.data, 4, deliver=False)
        async with service:
            await answered(ann, sent)


async def test_a_jump_of_the_clock_ends_the_service_and_the_next_start_goes_on(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        ann = telegram.user(7)
        service = RunningService(telegram, tmp_path, {"telegram": {"probe_seconds": 1.5}})
        await service.start()
        telegram.faults.clock_skew_seconds = 3600
        assert await service.wait_exit() == 1
        assert "has the clock jumped?" in service.log
        sent = await ann.send_voice(VOICE.data, 4, deliver=False)
        async with service:
            await answered(ann, sent)
