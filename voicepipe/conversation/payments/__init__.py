"""Buying with Telegram Stars: the cashier decides at once, and what follows is settled in the background."""
