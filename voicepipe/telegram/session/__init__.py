"""The session with Telegram: signing in, the connection, and every question to Telegram."""
