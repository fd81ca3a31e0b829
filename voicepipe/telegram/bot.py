"""The bot, put together: a signed-in session, the intake of what people send, and the chats that it writes to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import NoReturn, Self

from voicepipe.accounts.preferences import Preferences
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.arrival import Arrivals
from voicepipe.conversation.connected import Connected
from voicepipe.conversation.conversation import Conversation
from voicepipe.conversation.groups import Groups
from voicepipe.conversation.inline import Inline
from voicepipe.conversation.payments.cashier import Cashier
from voicepipe.conversation.registry import Commands
from voicepipe.conversation.texts import LANGUAGES, Texts
from voicepipe.domain.asking import Manner
from voicepipe.domain.jobs import GUEST, JobKey, Recording
from voicepipe.domain.messages import Deletion, Disconnection, DraftStop
from voicepipe.events import ClockIsWrong, Events
from voicepipe.journey.ports import Answers
from voicepipe.store import Store
from voicepipe.supervision import Crew, unless
from voicepipe.telegram.chat.accounts import Accounts
from voicepipe.telegram.chat.doors import Doors
from voicepipe.telegram.chat.guests import Guests
from voicepipe.telegram.chat.inline import InlineShop
from voicepipe.telegram.chat.messenger import Messenger
from voicepipe.telegram.chat.stars import Stars
from voicepipe.telegram.intake.business import AccountsDesk
from voicepipe.telegram.intake.catchup import CatchUp
from voicepipe.telegram.intake.intake import Desk, Intake
from voicepipe.telegram.intake.positions import Positions
from voicepipe.telegram.menu import ChatMenus, Profile, show_menu, show_profile
from voicepipe.telegram.session.client import BotClient
from voicepipe.telegram.session.rpc import Rpc
from voicepipe.telegram.session.sign_in import sign_in
from voicepipe.telegram.session.watch import SessionWatch


class Bot:
    """Telegram as the service sees it."""

    @classmethod
    async def sign_in(cls, live: LiveConfig, store: Store, events: Events) -> Self:
        """Connect and sign in; what Telegram sends from then on waits for the intake.

        Raises SignInFailed, TelegramUnavailable and DiskFull.
        """
        positions = Positions((await store.inbox.update_states()).values())
        intake = Intake(store, positions=positions, live=live, events=events)
        client = await sign_in(live.telegram, live.service.state_path, intake.ingest)
        if client.is_clock_wrong:
            events.emit(ClockIsWrong(-client.clock_skew_seconds))
        return cls(live, events, client=client, intake=intake, positions=positions)

    def __init__(
        self,
        live: LiveConfig,
        events: Events,
        *,
        client: BotClient,
        intake: Intake,
        positions: Positions,
    ) -> None:
        """Use `Bot.sign_in`."""
        self._live = live
        self._events = events
        self._client = client
        self._intake = intake
        self._rpc = Rpc(client, live, events, on_answer=positions.follow)
        self.messenger = Messenger(client, self._rpc, live, events)
        self._guests: list[Guests] = []
        self._catch_up = CatchUp(client, self._rpc, inbox=intake.inbox, positions=positions, live=live, events=events)
        self._watch = SessionWatch(client, self._rpc, live, events, on_reconnected=positions.want_all)
        self._crew = Crew()

    @property
    def username(self) -> str:
        """The bot's own, without @."""
        return self._client.me.username or "" if self._client.me else ""

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection to Telegram."""
        return self._watch.is_connected

    @property
    def silent_seconds(self) -> float:
        """How long ago Telegram last answered anything."""
        return self._rpc.silent_seconds

    async def is_answered(self, timeout_seconds: float) -> bool:
        """Whether Telegram answers a ping within the time."""
        return await self._rpc.is_answered(timeout_seconds)

    def doors(self, store: Store, texts: Texts, preferences: Preferences, accounts: Accounts) -> Doors:
        """The chats behind all doors."""
        aloud, whispers = self.messenger, self.messenger.whispers
        others: dict[str, Answers] = {Manner.ALOUD: aloud, Manner.FOR_ONESELF: whispers, Manner.WHISPERED: whispers}
        return Doors(self.messenger, accounts, {GUEST: self._guests_in(store, texts, preferences), **others})

    @property
    def shop(self) -> InlineShop:
        """Where who types the bot's name is offered something."""
        return InlineShop(self._rpc, self._events)

    def menus_of(self, commands: Commands, texts: Texts) -> ChatMenus:
        """The menus of single groups."""
        return ChatMenus(self._rpc, lambda language: commands.menu(partial(texts.get, language)), self._events)

    def _guests_in(self, store: Store, texts: Texts, preferences: Preferences) -> Guests:
        """The bot in chats that it is no member of."""
        made = Guests(
            self._rpc,
            self.messenger,
            store,
            texts,
            preferences,
            username=self.username,
            live=self._live,
            events=self._events,
        )
        self._guests.append(made)
        return made

    def accounts(self, store: Store, preferences: Preferences, texts: Texts) -> Accounts:
        """The bot in connected accounts."""
        return Accounts(self._client, self._rpc, self.messenger, store=store, preferences=preferences, texts=texts)

    @property
    def stars(self) -> Stars:
        """What is paid to the bot."""
        return Stars(self._rpc)

    async def open_intake(
        self,
        admit: Callable[[Recording], Awaitable[None]],
        withdraw: Callable[[Deletion | Disconnection], None],
        cancel: Callable[[JobKey], Awaitable[None]],
        conversation: Conversation,
        *,
        arrivals: Arrivals,
        groups: Groups,
        inline: Inline,
        accounts: Accounts,
        connected: Connected,
        cashier: Cashier,
    ) -> None:
        """Give recordings to `admit`, deletions to `withdraw`, stopped drafts to `cancel`, arrivals to `arrivals`,
        questions of who types the bot's name to `inline`, payments to the `cashier`, all else to the conversation.

        First comes what an earlier life left undecided.
        """
        leftovers = await self._intake.leftovers()
        await self._catch_up.start()
        self._intake.open(
            Desk(
                admit=admit,
                respond=conversation.respond,
                press=conversation.press,
                withdraw=withdraw,
                stop_draft=partial(self._stop_draft, cancel),
                answer=inline.answer,
                follow=conversation.follow,
                greet=arrivals.greet,
                check_out=cashier.check_out,
                take_payment=cashier.take,
                note_renewal=cashier.note_renewal,
                wants=groups.wants,
                parts_of=groups.parts_of,
                accounts=AccountsDesk(
                    ask=accounts.ask,
                    tell=lambda: self._tell_owners(connected),
                    withdraw=withdraw,
                    wants_own=accounts.wants_own,
                ),
            )
        )
        self._crew.spawn(self._show(conversation), "show menu and profile")
        self._tell_owners(connected)
        self._crew.spawn(self._intake.take_up(leftovers, self.messenger.reader), "leftovers")
        self._crew.spawn(self._catch_up.follow(), "catch-up")
        self._crew.spawn(self._watch.follow_connection(), "follow connection")
        self._crew.spawn(self._watch.probe(), "probe session")

    async def _show(self, conversation: Conversation) -> None:
        await show_menu(self._rpc, conversation.menu, LANGUAGES, self._events)
        if self._live.telegram.set_profile:

            def profile(language: str | None) -> Profile:
                return Profile(**conversation.profile(language))

            await show_profile(self._rpc, profile, LANGUAGES, self._events)

    def _tell_owners(self, connected: Connected) -> None:
        self._crew.spawn(connected.tell_all(), "tell owners")

    async def _stop_draft(self, cancel: Callable[[JobKey], Awaitable[None]], stop: DraftStop) -> None:
        key = self.messenger.whose_draft(stop.user_id, stop.draft_id)
        if key is not None:
            await cancel(key)

    def close_intake(self) -> None:
        """Only journal what comes from now on; the next start takes it up, and what is not fetched yet."""
        self._intake.close()
        self.messenger.stop_fetching()

    async def stop(self, timeout_seconds: float) -> None:
        """End what runs, whatever the time: it is taken up at the next start. Disconnecting has a bound of its own."""
        await self.messenger.stop()
        for guests in self._guests:
            await guests.stop()
        await self._crew.stop()
        await self._intake.stop()
        await self._client.disconnect_all()

    async def wait_failed(self) -> NoReturn:
        """Raise what makes the bot unable to go on, as soon as there is something."""
        await unless(self._crew.wait_failed(), self._intake.wait_failed())
        raise AssertionError("a part fails by an exception only")
