"""voicepipe: a self-hosted Telegram bot that turns voice messages into text."""

__version__ = "0.1.0"
