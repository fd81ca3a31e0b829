"""What the bot puts into chats, and gets out of them."""
