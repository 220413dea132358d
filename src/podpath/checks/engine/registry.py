"""All checks: every module of a family that has a ``CHECK`` is one, by the name of its file; there is no list to edit."""

import pkgutil
from functools import cache
from importlib import import_module
from typing import cast

from podpath.checks.interface import Check


@cache
def checks() -> dict[str, Check]:
    """Return all checks by name."""
    import podpath.checks as package

    infos = (info for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.") if not info.ispkg)
    modules = {info.name: import_module(info.name) for info in infos if not info.name.startswith(f"{package.__name__}.engine.")}
    found = {name.rpartition(".")[2]: module.CHECK for name, module in modules.items() if hasattr(module, "CHECK")}
    return {name.replace("_", "-"): cast("Check", check) for name, check in sorted(found.items())}
