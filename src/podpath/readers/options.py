"""Command lines other than iproute2's, checked word by word, so that prose is never taken for a command."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from podpath.readers.interface import Bad
from podpath.state.pattern import lazy

_DEVICE: Final = lazy(r"(?!\.\.?$)[^\s/:,;\"'`()<>|&$*?]{1,15}$")
_NUMBER: Final = lazy(r"[0-9]{1,20}$")
_LARGEST: Final = (1 << 63) - 1
_V4_BITS: Final = 32
_PAGERS: Final = frozenset(("cat", "less", "more"))


class Options(NamedTuple):
    """A command line taken apart.

    Attributes:
        flags: options that are given, by their first spelling.
        values: values of the options that take one, by their first spelling; the last one wins.
        rest: words that are no options.
    """

    flags: frozenset[str]
    values: dict[str, str]
    rest: list[str]


def spellings(text: str) -> dict[str, str]:
    """Return spelling → first spelling, of options written as ``"a/all n/numeric"``."""
    return {each: group.partition("/")[0] for group in text.split() for each in group.split("/")}


def parse_options(words: Sequence[str], flags: dict[str, str], valued: dict[str, str]) -> Options | None:
    """Parse the words after the program's name as getopt_long(3) does.

    Args:
        words: the words after the program's name.
        flags: options without a value (see :func:`spellings`).
        valued: options with a value.

    Returns:
        The parts, or None when a word is an option that the program does not have.
    """
    seen: set[str] = set()
    values: dict[str, str] = {}
    rest: list[str] = []
    queue = list(reversed(words))
    while queue:
        word = queue.pop()
        if word == "--":
            rest.extend(reversed(queue))
            break
        if len(word) < 2 or word[0] != "-":  # noqa: PLR2004 - a lone dash is an operand
            rest.append(word)
        elif not (_long if word[1] == "-" else _short)(word, queue, (flags, valued), (seen, values)):
            return None
    return Options(frozenset(seen), values, rest)


_Known = tuple[dict[str, str], dict[str, str]]
_Found = tuple[set[str], dict[str, str]]


def _long(word: str, queue: list[str], known: _Known, found: _Found) -> bool:
    """Take ``--name``, ``--name=value`` or ``--name value``; say whether it is known."""
    name, equals, value = word[2:].partition("=")
    if name in known[0] and not equals:
        found[0].add(known[0][name])
        return True
    if name not in known[1] or not (equals or queue):
        return False
    found[1][known[1][name]] = value if equals else queue.pop()
    return True


def _short(word: str, queue: list[str], known: _Known, found: _Found) -> bool:
    """Take ``-abc``, where the last letter may have a value (Go programs: ``-o=json``); say whether all are known."""
    for at, letter in enumerate(word[1:], 2):
        if letter in known[0]:
            found[0].add(known[0][letter])
            continue
        if letter not in known[1] or not (word[at:].removeprefix("=") or queue):
            return False
        found[1][known[1][letter]] = word[at:].removeprefix("=") or queue.pop()
        return True
    return True


def is_device(word: str) -> bool:
    """Say whether a word can be the name of a network device."""
    return _DEVICE.match(word) is not None


def files_shown(words: Sequence[str]) -> list[str] | None:
    """Return the files of ``cat FILE …`` (also less, more); None when it is another command."""
    if not words or words[0] not in _PAGERS:
        return None
    parsed = parse_options(words[1:], {}, {})
    return parsed.rest if parsed is not None and parsed.rest else None


def shows_proc_net(words: Sequence[str], *names: str) -> bool:
    """Say whether a command line shows only these files of ``/proc/net``."""
    files = files_shown(words)
    return files is not None and all(
        any(file in (f"/proc/net/{name}", f"/proc/self/net/{name}", f"/proc/thread-self/net/{name}") for name in names)
        for file in files
    )


def number(text: str) -> int:
    """Return a decimal number that a table can hold.

    Raises:
        ValueError: the text is not one.
    """
    if _NUMBER.match(text) is None or (value := int(text)) > _LARGEST:
        raise ValueError(f'"{text}" is not a number')
    return value


def mask_length(text: str) -> int:
    """Return the prefix length of ``255.255.0.0``, ``0xffff0000`` or ``FFFF0000``.

    Raises:
        ValueError: the text is not a mask without holes.
    """
    bits = -1
    if re.match(r"(?:0[xX])?[0-9a-fA-F]{8}$", text):
        bits = int(text, 16)
    elif re.match(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}$", text):
        parts = [int(part) for part in text.split(".")]
        bits = int.from_bytes(bytes(parts), "big") if max(parts) < 256 else -1  # noqa: PLR2004
    length = bits.bit_count() if bits >= 0 else 0
    if bits != ((1 << length) - 1) << (_V4_BITS - length):
        raise ValueError(f'"{text}" is not a netmask')
    return length


def bad(command: str, error: object) -> Bad:
    """Return the complaint about a line of a command's output."""
    return Bad(f"this looks like `{command}` output but {error}")
