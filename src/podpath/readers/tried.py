"""Functions shared by readers of programs that try a connection: the error in words, and the host that a command line names."""

from collections.abc import Collection, Sequence
from typing import Final

from podpath.state.address import Ip, parse_ip
from podpath.state.pattern import lazy

_SEEN: Final = (
    (lazy(r"(?i)connection refused|port unreachable"), "refused"),
    (lazy(r"(?i)no route to host|(?:host|net(?:work)?|protocol) (?:is )?unreachable|prohibited|filtered"), "unreachable"),
    (lazy(r"(?i)timed? ?out|timeout|in progress|no servers could be reached|no response"), "silent"),
)  # fmt: skip


def seen_in(text: str) -> str | None:
    """Return what an error shows; None if it says nothing about the network (strerror(3))."""
    return next((seen for pattern, seen in _SEEN if pattern.search(text)), None)


def address_of(text: str | None) -> Ip | None:
    """Return an address, or None if the text is a name."""
    try:
        return parse_ip((text or "").strip("[]").partition("%")[0])
    except ValueError:
        return None


def operands(words: Sequence[str], valued: Collection[str]) -> list[str]:
    """Return the words of a command line that are no options.

    Args:
        words: the words, the program first.
        valued: letters of options whose value is the next word, and long options alike.
    """
    found, at = list[str](), 1
    while at < len(words):
        word = words[at]
        if not word.startswith("-") or word == "-":
            found.append(word)
        elif word in valued or (not word.startswith("--") and word[-1] in valued):
            at += 1
        at += 1
    return found


_HOST: Final = lazy(r"[A-Za-z0-9_](?:[\w.-]*\w)?|\[?[0-9a-fA-F:.]+(?:%\w+)?\]?")


def is_host(word: str) -> bool:
    """Say whether a word can name a host."""
    return _HOST.fullmatch(word) is not None
