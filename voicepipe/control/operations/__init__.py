"""What performs each request: a function for each, found by the type of the request.

Every module of this package is imported with it, so a new one needs no entry anywhere.
"""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
