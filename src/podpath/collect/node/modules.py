"""Whether a part of the kernel is there, without asking it: asking for a protocol that is not loaded would load its module."""

import os
from functools import cache
from pathlib import Path


@cache
def _loaded() -> frozenset[str] | None:
    """Return the modules that are loaded, or None in a kernel that has none."""
    try:
        return frozenset(line.partition(" ")[0] for line in Path("/proc/modules").read_text(encoding="ascii").splitlines())
    except OSError:
        return None


@cache
def _built_in() -> frozenset[str] | None:
    """Return the modules that are part of the kernel, or None if its list is not on this machine."""
    file = Path("/lib/modules", os.uname().release, "modules.builtin")
    try:
        return frozenset(Path(line).name.removesuffix(".ko").replace("-", "_") for line in file.read_text().splitlines())
    except OSError:
        return None


def present(module: str) -> bool | None:
    """Say whether a module is loaded or built in, so that a request loads nothing, or None if it is unknown.

    A kernel without loadable modules loads nothing, whatever it is asked.
    """
    loaded = _loaded()
    if loaded is None or module in loaded:
        return True
    built_in = _built_in()
    return None if built_in is None else module in built_in


def loaded(module: str) -> bool:
    """Say whether a module is known to be loaded; a kernel without modules does not list any."""
    return module in (_loaded() or ())


def forget() -> None:
    """Look again at the next question: modules come and go while a long-lived program runs."""
    _loaded.cache_clear()
