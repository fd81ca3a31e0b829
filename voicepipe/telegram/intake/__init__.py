"""What comes in from Telegram: read, journaled, and handed on."""
