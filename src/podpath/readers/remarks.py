"""Remarks that people write behind a line of output: ``# <--- here``, ``<-- stale?``, ``// wrong``."""

import re
from typing import Final

_REMARK: Final = re.compile(r"(?<=\s)(?:#+(?=\s|<|-|$)|//(?=\s)|<[-=~]|[←⬅👈]|\(!+\)|\(\?+\)|!!|\*\*|这|--?>\s)")


def without_remark(line: str) -> str:
    """Return a line without the remark behind it."""
    match = _REMARK.search(line)
    return (line[: match.start()].rstrip() or line) if match is not None else line
