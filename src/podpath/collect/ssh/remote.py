"""What podpath sends to a node, and the marks that separate its answer from other output of its shell."""

import re
from importlib.resources import files
from typing import Final, NamedTuple

from podpath.collect.script import script

_BEGIN: Final = re.compile(
    rb"(?P<mark>podpath-[0-9a-f]{32}) begin clock=(?P<clock>\d+)(?:\.(?P<fraction>\d*))?\S* uid=(?P<uid>\d*)"
    rb" boot=(?P<boot>[0-9a-f-]*) netns=(?P<netns>\S*)\r?\n"
)


_CLOCK_DIGITS: Final = 11


class Greeting(NamedTuple):
    """What a node says first.

    Attributes:
        clock: its clock, in seconds since 1970, or None if it says no time.
        precise: the clock's fraction was there; busybox's date(1) has none.
        root: what runs there runs as root.
        machine: kernel and network namespace: equal for two names of one host, and for nothing else; empty if not known.
    """

    clock: float | None
    precise: bool
    root: bool
    machine: str


def program(mark: str) -> bytes:
    """Return what a node's ``sh -s`` reads: the collecting script, between two lines with a mark.

    Args:
        mark: a word that nobody else could print (:func:`secrets.token_hex`).
    """
    before = files("podpath.collect.ssh").joinpath("remote.sh").read_text(encoding="utf-8")
    return f"mark=podpath-{mark}\n{before}{script()})\nprintf '%s end\\n' \"$mark\"\n}} </dev/null\n".encode()


def find_greeting(received: bytes, mark: str) -> tuple[Greeting, int] | None:
    """Return the greeting and where what follows it begins, or None as long as it has not come.

    Args:
        received: all that has come so far, the noise of the login shell included.
        mark: the mark.
    """
    for match in _BEGIN.finditer(received):
        if match["mark"] == f"podpath-{mark}".encode():
            fraction = match["fraction"] or b""
            known_clock = len(match["clock"]) <= _CLOCK_DIGITS
            clock = float(match["clock"] + (b"." + fraction[:_CLOCK_DIGITS] if fraction else b"")) if known_clock else None
            machine = f"{match['boot'].decode()} {match['netns'].decode(errors='replace')}"
            known = match["boot"] and match["netns"]
            return Greeting(clock, bool(fraction), match["uid"] == b"0", machine if known else ""), match.end()
    return None


def farewell(mark: str) -> bytes:
    """Return the line that ends an answer which is whole."""
    return f"podpath-{mark} end\n".encode()
