"""How a command ends at once, at any moment: what is half-done is removed. It loads nothing, because signals come early."""

import os
import sys


def halt(code: int) -> None:
    """Remove what is half-done, give the terminal its cursor back, and end with an exit code."""
    if (leftovers := sys.modules.get("podpath.snapshot.leftovers")) is not None and hasattr(leftovers, "remove_all"):
        leftovers.remove_all()
    if (progress := sys.modules.get("podpath.cli.progress")) is not None and hasattr(progress, "show_cursor"):
        progress.show_cursor()
    os._exit(code)
