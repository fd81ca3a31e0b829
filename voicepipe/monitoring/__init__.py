"""Looked at from outside: what Prometheus scrapes, whether the service is well, and a page that shows how it is."""
