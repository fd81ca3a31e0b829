import nonesuch_library  # type: ignore[import-not-found]  # noqa: F401
