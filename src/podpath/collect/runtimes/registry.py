"""All runtimes: every module of this package that has a ``RUNTIME`` is one; there is no list to edit."""

import pkgutil
from functools import cache
from importlib import import_module
from typing import cast

from podpath.collect.runtimes.interface import Runtime


@cache
def runtimes() -> tuple[Runtime, ...]:
    """Return all runtimes, by name of their module."""
    import podpath.collect.runtimes as package

    modules = (import_module(f"{package.__name__}.{info.name}") for info in pkgutil.iter_modules(package.__path__))
    return tuple(cast("Runtime", module.RUNTIME) for module in modules if hasattr(module, "RUNTIME"))
