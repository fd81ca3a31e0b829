"""Every change of an account, whoever asks for it: what people prefer, and being forgotten."""
