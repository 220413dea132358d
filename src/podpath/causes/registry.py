"""All causes: every module of a family that has a ``CAUSE``; there is no list to edit."""

import pkgutil
from functools import cache
from importlib import import_module
from typing import cast

from podpath.causes.cause import Cause


@cache
def _modules() -> dict[str, str]:
    """Return the module of each cause: its file has the cause's name."""
    import podpath.causes as package

    found = (info for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.") if not info.ispkg)
    in_family = (info.name for info in found if info.name.count(".") > package.__name__.count(".") + 1)
    return {name.rpartition(".")[2].replace("_", "-"): name for name in in_family}


@cache
def cause(name: str) -> Cause:
    """Return a cause; only its own module is imported.

    Raises:
        KeyError: there is none of this name.
    """
    return cast("Cause", import_module(_modules()[name]).CAUSE)


def names() -> list[str]:
    """Return the names of all causes, in order."""
    return sorted(_modules())


def causes() -> dict[str, Cause]:
    """Return all causes by name."""
    return {name: cause(name) for name in names()}
