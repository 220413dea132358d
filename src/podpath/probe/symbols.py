"""Names of the kernel's functions by address (``/proc/kallsyms``)."""

from bisect import bisect_right
from functools import cached_property
from pathlib import Path
from typing import Final

KALLSYMS: Final = Path("/proc/kallsyms")
_CODE: Final = frozenset("tT")


class Symbols:
    """Functions of the running kernel.

    Args:
        file: the list of symbols; it is read when the first name is asked for.
    """

    def __init__(self, file: Path = KALLSYMS) -> None:
        self._file = file
        self._known: dict[int, str] = {}

    @cached_property
    def _table(self) -> tuple[list[int], list[str]]:
        """Return addresses in order, and their functions; nothing where the kernel hides them (kptr_restrict)."""
        try:
            text = self._file.read_text(encoding="ascii", errors="replace")
        except OSError:
            return [], []
        rows = (line.split(None, 3) for line in text.splitlines())
        found = sorted((int(row[0], 16), row[2]) for row in rows if len(row) > 2 and row[1] in _CODE)  # noqa: PLR2004
        if not found or not found[-1][0]:
            return [], []
        return [address for address, _ in found], [name for _, name in found]

    def function(self, address: int) -> str:
        """Return the function that an address is in; empty if it is not known."""
        if address not in self._known:
            addresses, names = self._table
            at = bisect_right(addresses, address) - 1
            self._known[address] = names[at] if at >= 0 else ""
        return self._known[address]
