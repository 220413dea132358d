"""All checks: every module of this package that has a ``CHECK`` is one; there is no list to edit."""

import pkgutil
from functools import cache
from importlib import import_module
from typing import cast

from podpath.checks.interface import Check


@cache
def checks() -> dict[str, Check]:
    """Return all checks by name."""
    import podpath.checks as package

    modules = (import_module(f"{package.__name__}.{info.name}") for info in pkgutil.iter_modules(package.__path__))
    found = [cast("Check", module.CHECK) for module in modules if hasattr(module, "CHECK")]
    return {check.name: check for check in sorted(found, key=lambda check: check.name)}
