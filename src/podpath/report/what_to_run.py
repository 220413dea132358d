"""What to run where, so that what a trace leaves open is known: one line for each node, to be pasted into its shell."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from podpath.state.evidence import Unknown

_SETTING = "sysctl "
_WIDTH = 72
_ADVICE = " ("


def is_advice(command: str) -> bool:
    """Say whether a command has a remark, and so cannot be typed as it is."""
    return _ADVICE in command


def what_to_run(unknowns: Iterable[Unknown]) -> dict[str, str]:
    """Return the commands that resolve what is unknown, by node, as one line for its shell.

    Args:
        unknowns: what is open.
    """
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for unknown in unknowns:
        for command in unknown.command.split("; "):
            if command and not is_advice(command):
                found[unknown.node][command] = None
    return {node: "; ".join(_joined(_widest(commands))) for node, commands in found.items()}


def without_repeats(line: str) -> str:
    """Return a line of commands without those that show a part of what another one shows; one with a remark stays as it is."""
    commands = dict.fromkeys(line.split("; "))
    return line if any(map(is_advice, commands)) else "; ".join(_joined(_widest(commands)))


def _widest(commands: Collection[str]) -> Iterator[str]:
    """Yield commands without those that show a part of what another one shows: one device of a table, one setting of all."""
    for command in commands:
        words = command.split()
        whole = " ".join(words[:-2] if words[-2:-1] == ["dev"] else words[:-1])
        one = f"{command.partition(_SETTING)[0]}{_SETTING}-a" if _SETTING in command and " -" not in command else whole
        if f"{command} table all" not in commands and (command == one or one not in commands):
            yield command


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
