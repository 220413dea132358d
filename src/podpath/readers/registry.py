"""All readers: every module of this package that has a ``READER`` is one; there is no list to edit."""

import pkgutil
import re
from functools import cache
from importlib import import_module
from re import Pattern
from typing import cast

from podpath.readers.interface import Json, Reader
from podpath.readers.place import WRAPPERS

_GROUP = "r{}"


@cache
def readers() -> tuple[Reader, ...]:
    """Return all readers, by name of their module; those for what no other reader knows come last."""
    import podpath.readers as package

    modules = (import_module(f"{package.__name__}.{info.name}") for info in pkgutil.iter_modules(package.__path__))
    found = (cast("Reader", module.READER) for module in modules if hasattr(module, "READER"))
    return tuple(sorted(found, key=lambda reader: reader.fallback))


@cache
def _shapes() -> tuple[Pattern[str], tuple[Reader, ...]]:
    """Return one pattern that matches the start of any reader's output, and the readers by its groups."""
    known = tuple(reader for reader in readers() if reader.starts is not None)
    parts = (f"(?P<{_GROUP.format(at)}>{_anonymous(r.starts)})" for at, r in enumerate(known) if r.starts is not None)
    return re.compile("|".join(parts)), known


@cache
def shape_of_any() -> str:
    """Return a pattern that matches the start of any reader's output that begins with a letter."""
    return "|".join(_anonymous(reader.starts) for reader in _shapes()[1] if reader.starts is not None)


def _anonymous(pattern: Pattern[str]) -> str:
    """Return the pattern's text with its named groups made plain, so that many fit into one."""
    return re.sub(r"\(\?P<\w+>", "(?:", pattern.pattern)


_TABLES = frozenset(f"{family}tables{save}" for family in ("ip", "ip6", "arp", "eb") for save in ("", "-save"))
_KIN = _TABLES | {"podman", "nerdctl", "oc", "k", "k3s", "microk8s", "rke2", "minikube", "hostnamectl", "less", "more"}
_KIN |= {"head", "tail", "grep", "egrep", "fgrep"}
_BACKENDS = re.compile(r"-(?:legacy|nft)(?=-save$|$)")


@cache
def programs() -> frozenset[str]:
    """Return the programs whose output readers know: the first words of their names, and what goes by other names."""
    return _KIN | {name for reader in readers() for name in (reader.name.split()[0], *reader.also)}


def is_program(word: str) -> bool:
    """Say whether a command line that begins with this word may be one whose output is known."""
    name = word.rpartition("/")[2]
    return name in programs() or name in WRAPPERS or "=" in name or _BACKENDS.sub("", name) in _KIN


def reader_of_line(line: str) -> Reader | None:
    """Return the reader whose output begins with a line of this shape."""
    pattern, known = _shapes()
    match = pattern.match(line)
    if match is None or match.lastgroup is None:
        return None
    return known[int(match.lastgroup[1:])]


def reader_of_json(document: Json) -> Reader | None:
    """Return the reader that a JSON document belongs to, by its keys."""
    for reader in readers():
        if reader.owns_json is not None and reader.owns_json(document):
            return reader
    return None
