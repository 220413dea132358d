"""What to run where, so that what a trace leaves open is known: one line for each node, to be pasted into its shell."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from podpath.state.evidence import Unknown

_SETTING = "sysctl "
_WIDTH = 72
_ADVICE = " ("
"""A command with a remark cannot be typed as it is."""


def what_to_run(unknowns: Iterable[Unknown]) -> dict[str, str]:
    """Return the commands that resolve what is unknown, by node, as one line for its shell.

    Args:
        unknowns: what is open.
    """
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for unknown in unknowns:
        for command in unknown.command.split("; "):
            if command and _ADVICE not in command:
                found[unknown.node][command] = None
    return {node: "; ".join(_joined(commands)) for node, commands in found.items()}


def _joined(commands: Iterable[str]) -> Iterable[str]:
    """Return commands, of which those that read settings in one place are one."""
    settings: dict[str, dict[str, None]] = defaultdict(dict)
    others: dict[str, None] = {}
    for command in commands:
        before, asked, names = command.partition(_SETTING)
        if asked and not names.startswith("-"):
            settings[before].update(dict.fromkeys(names.split()))
        else:
            others[command] = None
    return [*others, *(line for before, names in settings.items() for line in _asked(f"{before}{_SETTING}".strip(), names))]


def _asked(program: str, names: Iterable[str]) -> Iterator[str]:
    """Yield commands that read settings, each short enough for a line of a terminal where that can be."""
    line = program
    for name in names:
        if line != program and len(line) + len(name) >= _WIDTH:
            yield line
            line = program
        line = f"{line} {name}"
    yield line
