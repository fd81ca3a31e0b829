"""What users send while the service is away, or what Telegram does not push, is answered all the same, and once."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.demo import is_final
from tests.harness import RunningService, load_samples
from tests.loopback import LoopbackTelegram, Message, User

VOICE = load_samples()["seen_ru_00.ogg"]
WAIT_SECONDS = 90.0


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
