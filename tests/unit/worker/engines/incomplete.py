import nonesuch_library  # type: ignore[import-not-found]  # noqa: F401  it is not there
