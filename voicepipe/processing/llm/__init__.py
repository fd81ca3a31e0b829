"""What a language model makes, behind any OpenAI-compatible endpoint. Needs the extra `llm`.

`making` is the whole: prompts, windows, the merging of what they gave. `client` asks for one answer, with retries, and
`transport` talks over connections that the supervisor hands over. All of it runs in the process of the text processors.
"""
