"""All matches and targets: every module of the two packages gives its own; there is no list to edit."""

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType

from podpath.walk.netfilter.xtables import matches as match_package
from podpath.walk.netfilter.xtables import targets as target_package
from podpath.walk.netfilter.xtables.extension import Match, Target


def _modules(package: ModuleType) -> list[ModuleType]:
    return [import_module(f"{package.__name__}.{info.name}") for info in pkgutil.iter_modules(package.__path__)]


@cache
def matches() -> dict[tuple[str, int], Match]:
    """Return all matches by name and family."""
    found = [match for module in _modules(match_package) for match in getattr(module, "MATCHES", ())]
    return {(match.name, int(family)): match for match in found for family in match.families}


@cache
def targets() -> dict[tuple[str, int], Target]:
    """Return all targets by name and family."""
    found = [target for module in _modules(target_package) for target in getattr(module, "TARGETS", ())]
    return {(target.name, int(family)): target for target in found for family in target.families}
