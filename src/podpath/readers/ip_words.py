"""The command line of iproute2's ``ip`` and ``bridge``, taken apart as the programs do (ip(8), bridge(8))."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from podpath.state.evidence import Complete, Coverage, covers

SHOW: Final = ("show", "list", "lst", "ls")
_FAMILIES: Final = {"-4": 4, "-6": 6, "inet": 4, "inet6": 6}
_BEFORE_ADDRESS: Final = frozenset(("to", "via", "src", "from"))
_FOR_ADDRESS: Final = frozenset(("default", "any", "all", "root", "match", "exact", *_FAMILIES))
"""Words that stand in place of an address, or before it."""
_BOOLEAN: Final = frozenset(
    [
        "-s",
        "-stats",
        "-statistics",
        "-d",
        "-details",
        "-j",
        "-json",
        "-p",
        "-pretty",
        "-o",
        "-oneline",
        "-br",
        "-brief",
        "-h",
        "-human",
        "-human-readable",
        "-iec",
        "-t",
        "-timestamp",
        "-ts",
        "-tshort",
        "-r",
        "-resolve",
        "-N",
        "-Numeric",
        "-c",
        "-color",
        "-color=never",
        "-color=always",
        "-color=auto",
        "-a",
        "-all",
        "-echo",
        "-V",
        "-compressvlans",
        "-u",
    ]
)


class IpWords(NamedTuple):
    """The parts of an ``ip`` or ``bridge`` command line.

    Attributes:
        family: 4 or 6 where an option names it.
        details: ``-d`` is given.
        statistics: how often ``-s`` is given.
        noun: the object, as typed (``a``, ``route`` …).
        rest: the words after the object, the verb for showing taken off.
    """

    family: int | None
    details: bool
    statistics: int
    noun: str
    rest: list[str]


def _expand(words: Sequence[str]) -> Iterator[str]:
    """Yield the options of a bundle such as ``-sd`` one by one, where every letter is an option."""
    for word in words:
        if word.startswith("--"):
            yield word[1:]
        elif word.startswith("-") and len(word) > 2 and word not in _BOOLEAN and set(word[1:]) <= set("sdjpo46"):  # noqa: PLR2004
            yield from (f"-{letter}" for letter in word[1:])
        else:
            yield word


def parse_ip_words(words: Sequence[str], program: str = "ip") -> IpWords | None:
    """Parse a command line, or return None if it shows nothing.

    Args:
        words: the command line, wrappers taken off.
        program: ``ip`` or ``bridge``.
    """
    if not words or words[0] != program:
        return None
    family: int | None = None
    details, statistics = False, 0
    items = list(_expand(words[1:]))
    at = 0
    while at < len(items) and items[at].startswith("-"):
        word = items[at]
        if word in _FAMILIES:
            family = _FAMILIES[word]
        elif word in ("-f", "-family") and at + 1 < len(items):
            at += 1
            family = _FAMILIES.get(items[at])
        elif word in _BOOLEAN or (len(word) > 2 and word[1:] == "s" * (len(word) - 1)):  # noqa: PLR2004
            details = details or word in ("-d", "-details")
            statistics += word.count("s") if word.lstrip("-").strip("s") == "" else word in ("-stats", "-statistics")
        else:
            return None
        at += 1
    if at >= len(items):
        return None
    noun, rest = items[at], items[at + 1 :]
    while rest and rest[0].startswith("-") and rest[0] in _BOOLEAN:  # busybox and habit: ip link -d
        details = details or rest[0] == "-d"
        rest = rest[1:]
    if rest and len(rest[0]) >= 1 and any(verb.startswith(rest[0]) for verb in SHOW):
        rest = rest[1:]
    return IpWords(family, details, statistics, noun, rest)


def is_noun(typed: str, *full: str) -> bool:
    """Say whether a word is an abbreviation of an object (``a``, ``addr`` for ``address``)."""
    return any(name.startswith(typed) for name in full)


def takes(keyword: str, value: str) -> bool:
    """Say whether a keyword takes a value: where an address is wanted, a plain word shows that the line is a sentence."""
    return keyword not in _BEFORE_ADDRESS or not value.isalpha() or value in _FOR_ADDRESS


def device_filter(rest: Sequence[str], narrowing: Sequence[str], lone: Sequence[str] = ()) -> tuple[str | None, bool] | None:
    """Return (device, whether other filters are given) of the words after ``show``; None when a word is unknown.

    Args:
        rest: the words.
        narrowing: keywords that take one value and narrow the output.
        lone: keywords that take no value and narrow the output.
    """
    dev: str | None = None
    narrowed = False
    at = 0
    while at < len(rest):
        word = rest[at]
        if word in lone:
            narrowed = True
        elif word == "dev" and at + 1 < len(rest):
            dev, at = rest[at + 1], at + 1
        elif word in narrowing and at + 1 < len(rest) and takes(word, rest[at + 1]):
            narrowed, at = True, at + 1
        elif dev is None and word not in narrowing and word != "dev" and len(word) <= 15 and "$" not in word:  # noqa: PLR2004
            dev = word
        else:
            return None
        at += 1
    return dev, narrowed


def coverage_of(
    tables: Sequence[type[NamedTuple]], family: int | None, dev: str | None, *, narrowed: bool
) -> tuple[Coverage, ...]:
    """Return the coverage of some tables under the filters of a command line."""
    complete = Complete.NO if narrowed else Complete.YES
    return tuple(covers(table, family, dev, None, complete) for table in tables)
