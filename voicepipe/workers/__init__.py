"""The supervisor's side of the workers: the pool, the life of each, and links to wherever they compute."""
