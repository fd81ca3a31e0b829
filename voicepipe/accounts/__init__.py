"""Every change of an account, whoever asks for it."""
