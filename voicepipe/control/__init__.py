"""What an operator can ask a running service, and how: messages, who performs them, and the Unix socket between."""
