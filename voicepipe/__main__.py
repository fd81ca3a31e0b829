"""`python -m voicepipe`: the same as the `voicepipe` command."""

if __name__ == "__main__":  # a worker process imports this module again, under another name
    from voicepipe.cli import main

    main()
