"""Command lines as typed: which of their commands have a reader, and which shell they enter."""

from collections.abc import Iterator
from typing import Final

from podpath.readers.command_line import Command, split_commands
from podpath.readers.place import NOBODY, Place
from podpath.readers.registry import is_program, readers
from podpath.readers.section import Pending
from podpath.readers.whereabouts import is_of_host
from podpath.state.evidence import Complete
from podpath.state.pattern import lazy

QUIET: Final = frozenset({"exit", "logout", "clear", "cd", "echo", "set", "export", "history", "true", "sleep", ":", "ls"})
LONGEST_TYPED: Final = 4000
_DECORATION: Final = lazy(r"[\s#=*+\-`>$\d.)【\[]*")
_AFTER: Final = " \t\r\f\v=*-`:\uff1a】]"
_FOREIGN: Final = lazy(r"^[^\x00-\x7f][^A-Za-z`/]*`?")


def is_wrapper(command: Command, place: Place) -> bool:
    """Return whether an unknown command runs a known one in an unknown place."""
    words = command.words
    tails = (words[at:] for at in range(1, len(words)) if is_program(words[at].strip("'\"")))
    return (
        command.place.kind == NOBODY
        or any(reader.accepts(tail) is not None for tail in tails for reader in readers())
        or any(" " in word and known_commands(word, place) is not None for word in words[1:])
    )


def shell_of(text: str, place: Place) -> Place | None:
    """Return the place of the shell that a line without a sure prompt enters, if it does nothing else."""
    words = text.split(maxsplit=2)
    if not words or not is_program(words[0]) or len(words) < 2:  # noqa: PLR2004 - nothing is entered by one word
        return None
    outer = Place() if is_of_host(text) else place
    commands = split_commands(text, outer)
    entered = len(commands) == 1 and not commands[0].words and commands[0].place != outer
    return commands[0].place if entered else None


def pend(command: Command) -> Pending:
    """Return a command with the reader of its output, and what that covers."""
    for reader in readers():
        coverage = reader.accepts(command.words) if command.words else None
        if coverage is not None:
            if command.filtered:
                coverage = tuple(c._replace(complete=Complete.NO) for c in coverage)
            return Pending(command, reader, coverage)
    return Pending(command, None, ())


def known_commands(text: str, place: Place) -> list[Pending] | None:
    """Return the commands of a line without a sure prompt, when podpath knows every one of them."""
    if len(text) >= LONGEST_TYPED:
        return None
    for core in _cores(text):
        if not is_program((core.split(maxsplit=1) or [""])[0]):
            continue
        pending = [pend(command) for command in split_commands(core, place)]
        named = [p for p in pending if p.reader is not None]
        if named and all(p.reader is not None or (p.command.words[:1] or [""])[0] in QUIET for p in pending):
            return pending
    return None


def _cores(text: str) -> Iterator[str]:
    """Yield a line as it is, and without the decoration that people put around a command."""
    yield text.strip()
    core = _DECORATION.sub("", text, count=1).rstrip(_AFTER)
    if core not in ("", text.strip()):
        yield core
    bare = _FOREIGN.sub("", text.strip()).strip(" `:\uff1a")
    if bare and bare != text.strip():
        yield bare
