"""Engines, a module for each; see `engine.py` for what it must have. The configuration names one
(`recognition.engine`).

To add one: its module here, named as it is to be configured; or a module of anybody's, configured by its dotted name.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from voicepipe.wire.messages import BootFailure
from voicepipe.worker.engines.engine import BootError, EngineModule


def find_engine(name: str) -> EngineModule:
    """The engine of that name: of this package, or where it has a dot, an importable module. Raises BootError."""
    module_name = name if "." in name else f"{__name__}.{name}"
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise BootError(BootFailure.ENGINE_UNUSABLE, f"the engine {name!r} needs {error.name}") from error
        raise _no_engine(name, "there is none of that name") from error
    if not callable(getattr(module, "load", None)):
        raise _no_engine(name, "it has no function `load`")
    return cast(EngineModule, module)


def _no_engine(name: str, reason: str) -> BootError:
    ours = ", ".join(module.name for module in iter_modules(__path__) if module.name not in ("engine", "opening"))
    message = f"{name!r} is no engine: {reason}; expected {ours}, or the dotted name of a module that is one"
    return BootError(BootFailure.ENGINE_UNUSABLE, message)
