"""What voicepipe costs and how fast it is, measured: `scripts/bench`; and the models to measure it with."""
