"""Seeds of tests that draw their cases (``docs/decisions/0025-the-gate-repeats.md``).

A developer's run searches: a test draws a seed that nobody has tried, and prints it with what it finds. A run that decides
whether a change is taken repeats itself (``CI`` is set): it has one kept seed, so that a fault which has always been there stops
nobody's change.
"""

import os
import secrets
from typing import Final

KEPT: Final = 20261201
"""The seed of runs that decide."""
DECIDES: Final = bool(os.environ.get("CI"))
"""Whether this run decides; Hypothesis then repeats itself, too."""


def fresh_seed() -> int:
    """Return ``PODPATH_SEED`` if it is set; otherwise a seed below 2**30 that nobody has tried, or the kept one."""
    asked = os.environ.get("PODPATH_SEED")
    if asked:
        return int(asked)
    return KEPT if DECIDES else secrets.randbelow(1 << 30)
