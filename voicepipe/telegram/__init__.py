"""Telegram: the only room that knows Pyrogram. Everything here runs in the event loop.

session/ signs in, keeps the connection, and is the one way to ask Telegram anything; intake/ journals what comes in and
hands it on; chat/ puts texts and documents into chats, and gets media out of them; menu.py shows the commands; bot.py
puts them together.
"""

from voicepipe.telegram.bot import Bot
from voicepipe.telegram.session.legs import try_legs
from voicepipe.telegram.session.sign_in import SignInReport, check_sign_in
from voicepipe.telegram.session.storage import forget_stored_peer

__all__ = ["Bot", "SignInReport", "check_sign_in", "forget_stored_peer", "try_legs"]
