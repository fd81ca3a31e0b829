"""What the bot's administrators see and do in the chat: /admin, broadcasts, and what they are told without asking.

They ask the same operations as the command line. Who they are is configured: `telegram.administrators`.
"""
