"""What runs in a worker process. The supervisor never imports it."""
