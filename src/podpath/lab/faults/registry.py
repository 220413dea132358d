"""The faults there are: every module of this folder that holds a ``FAULT``; nothing is listed by hand."""

import functools
import importlib
import pkgutil

from podpath.lab import faults as folder
from podpath.lab.faults.interface import Fault


@functools.cache
def faults() -> dict[str, Fault]:
    """Return all faults by name; the name is that of the file, with hyphens."""
    found = {}
    for module in pkgutil.iter_modules(folder.__path__):
        loaded = importlib.import_module(f"{folder.__name__}.{module.name}")
        fault = getattr(loaded, "FAULT", None)
        if isinstance(fault, Fault):
            found[module.name.replace("_", "-")] = fault
    return dict(sorted(found.items()))
