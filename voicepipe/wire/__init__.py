"""The border between the supervisor and a worker: what crosses it, as what bytes, and over which pipes."""
