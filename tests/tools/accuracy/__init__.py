"""How far the text can be trusted and what it costs, with a genuine model and human speech: `scripts/accuracy`."""
