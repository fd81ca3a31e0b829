"""The process boundary: everything that runs in, or talks to, the worker processes."""
