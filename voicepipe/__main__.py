"""`python -m voicepipe`: the same as the `voicepipe` command."""

if __name__ == "__main__":
    from voicepipe.cli import main

    main()
