"""The hosts that the words of ``--ssh`` name: words, files of hosts, inventories, what kubectl printed."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from podpath.collect.files import InputError
from podpath.collect.ssh import inventory, kube_nodes
from podpath.collect.ssh.host import Host, parse_host

_LARGEST: Final = 64 * 1024 * 1024


def read_hosts(words: Sequence[str]) -> list[Host]:
    """Return the hosts, each once, in their order.

    Args:
        words: what ``--ssh`` was given: ``n1,n2``, ``@hosts.txt``, ``@inventory.yaml``, ``@nodes.json``, ``@-`` (standard input).

    Raises:
        InputError: a file cannot be read, or a word is no host; the message says where.
    """
    return unique(host for word in words for part in word.split(",") if part.strip() for host in _of(part.strip()))


def unique(hosts: Iterable[Host]) -> list[Host]:
    """Return hosts without repetitions; of two different ones that bear one name, the second gets another."""
    named: dict[str, Host] = {}
    for host in hosts:
        name, number = host.name, 1
        while name in named and named[name]._replace(name="") != host._replace(name=""):
            number += 1
            name = f"{host.name} ({number})"
        named.setdefault(name, host._replace(name=name))
    return list(named.values())


def _of(word: str) -> Iterable[Host]:
    if not word.startswith("@"):
        return [parse_host(word, "--ssh")]
    name = word[1:]
    text = _text(name)
    shown = "standard input" if name == "-" else name
    if text.lstrip().startswith("{"):
        return kube_nodes.hosts(text, shown)
    if name.endswith((".yaml", ".yml")) or text.lstrip().startswith("---"):
        return inventory.from_yaml(text, shown)
    if inventory.looks_like_ini(text):
        return inventory.from_ini(text, shown)
    return list(_lines(text, shown))


def _text(name: str) -> str:
    try:
        if name == "-":
            return sys.stdin.read(_LARGEST)
        with Path(name).open(encoding="utf-8-sig", errors="replace") as file:
            return file.read(_LARGEST)
    except OSError as error:
        raise InputError(f"{name}: {error.strerror}") from None


def _lines(text: str, name: str) -> Iterator[Host]:
    """One host on each line, ``#`` begins a comment; after an address, as in hosts(5), stands what it is called."""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if words:
            host = parse_host(words[0], f"{name}:{number}")
            yield host._replace(name=words[1]) if len(words) > 1 else host
