"""The Telegram adapter: the only part of voicepipe that knows Pyrogram.

client.py signs in and reaches the configured server, session.py keeps what it must know then; inbox.py journals what
comes in and hands it on; incoming.py reads raw messages; requests.py is the one way to ask Telegram anything;
messenger.py puts texts into chats; fetcher.py gets media; commands.py answers what is no recording; bot.py puts them
together.
"""

from voicepipe.telegram.bot import Bot, SignInReport, check_sign_in
from voicepipe.telegram.session.storage import forget_stored_peer

__all__ = ["Bot", "SignInReport", "check_sign_in", "forget_stored_peer"]
