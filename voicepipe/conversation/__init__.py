"""What people say to the bot besides their recordings, and what it says: commands, buttons, hints, and all its texts.

Nothing here knows Telegram's protocol: a `Speaker` carries what is said. A command is one file in `commands/`.
"""
