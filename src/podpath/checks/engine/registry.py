"""All checks: every module of a family that has a ``CHECK`` is one; there is no list to edit."""

import pkgutil
from functools import cache
from importlib import import_module
from typing import cast

from podpath.checks.interface import Check


@cache
def checks() -> dict[str, Check]:
    """Return all checks by name."""
    import podpath.checks as package

    names = (info.name for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."))
    modules = (import_module(name) for name in names if not name.startswith(f"{package.__name__}.engine."))
    found = [cast("Check", module.CHECK) for module in modules if hasattr(module, "CHECK")]
    return {check.name: check for check in sorted(found, key=lambda check: check.name)}
