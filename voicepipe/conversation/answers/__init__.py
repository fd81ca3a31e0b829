"""The answers that hold a text: what they look like, and the buttons under them."""
