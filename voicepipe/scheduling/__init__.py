"""Whose turn it is, and how long it will take. Knows no engine."""
