"""Text processors: what can be made of a transcript, such as a summary. They run in one process of their own.

`desk` is the supervisor's side, `process` the other, `messages` what they say to each other. `builtin/` needs neither
a model nor a network; `llm/` asks a language model behind an OpenAI-compatible endpoint.
"""
