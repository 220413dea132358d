"""``hostname``, ``hostnamectl``, ``uname -n``, ``cat /etc/hostname``: the name that a node has for itself."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad, files_shown
from podpath.state.evidence import Coverage, covers
from podpath.state.host import Fact
from podpath.state.pattern import lazy

_COMMANDS: Final = frozenset((
    ("hostname",), ("hostname", "-f"), ("hostname", "-s"), ("hostname", "--fqdn"), ("hostname", "--short"),
    ("hostname", "--long"), ("hostnamectl",), ("hostnamectl", "status"), ("hostnamectl", "hostname"),
    ("uname", "-n"), ("uname", "--nodename"),
))  # fmt: skip
_FILES: Final = frozenset(("/etc/hostname", "/etc/HOSTNAME", "/proc/sys/kernel/hostname"))
_NAME: Final = lazy(r"\s{0,4}([A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?)\s*$")
_FIELD: Final = lazy(
    r"\s*(Static hostname|Transient hostname|Pretty hostname|Icon name|Chassis|Deployment|Location|Machine ID|Boot ID|"
    r"Product UUID|AF_VSOCK CID|Virtualization|Operating System|CPE OS Name|OS Support \w+|Kernel|Architecture|"
    r"Hardware (?:Vendor|Model|Serial|SKU|Version)|Firmware (?:Version|Date|Age)):(?:\s+(.*?))?\s*$"
)
_FACTS: Final = {"Static hostname": "hostname", "Machine ID": "machine-id", "Kernel": "kernel"}
_UNSET: Final = frozenset(("", "(unset)", "n/a"))


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept the commands that print a node's name."""
    files = files_shown(words)
    known = tuple(words) in _COMMANDS if files is None else len(files) == 1 and files[0] in _FILES
    return (covers(Fact, part="hostname"),) if known else None


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the name alone, or the fields of ``hostnamectl``."""
    del words
    named = False
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        field = _FIELD.match(line)
        if field is not None:
            fact, value = _FACTS.get(field[1]), field[2] or ""
            if fact is not None and value not in _UNSET:
                yield index, Fact(fact, value.removeprefix("Linux ") if fact == "kernel" else value)
        elif (name := _NAME.match(line)) is not None and not named:
            named = True
            yield index, Fact("hostname", name[1])
        else:
            yield index, bad("hostname", f'"{line.split(maxsplit=1)[0]}" is not a host name')


READER: Final = Reader(
    name="hostname",
    accepts=accepts,
    starts=lazy(r"\s*Static hostname: \S"),
    continues=lazy(f"{_FIELD.pattern}|{_NAME.pattern}"),
    read=read,
)
