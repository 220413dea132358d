"""Reading topology files: every value has its file and line, so that an error can name them."""

import ipaddress
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from podpath.state.typo import did_you_mean, near

V4: Final = 4
V6: Final = 6
NAME: Final = r"[a-z0-9]([a-z0-9.-]{0,40}[a-z0-9])?"
INTERFACE: Final = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,14}"
"""Names that the kernel (IFNAMSIZ is 16) and every tool take without quoting."""
MAC: Final = r"[0-9a-f]{2}(:[0-9a-f]{2}){5}"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class TopologyError(Exception):
    """A topology file says something that cannot be built: ``file:line: reason``."""


class Item:
    """A value of a file, and its place.

    Args:
        node: what PyYAML composed.
        file: name of the file, for messages.
        what: name of the value, for messages.
    """

    def __init__(self, node: Any, file: str, what: str) -> None:  # noqa: ANN401 - PyYAML's nodes have no types
        self.node = node
        self.file = file
        self.what = what

    @property
    def line(self) -> int:
        """Line in the file, from 1."""
        return int(self.node.start_mark.line) + 1

    def error(self, reason: str) -> TopologyError:
        """Return an error about this value, to be raised."""
        return TopologyError(f"{self.file}:{self.line}: {self.what}: {reason}")

    @property
    def is_mapping(self) -> bool:
        """Whether it holds keys."""
        return bool(self.node.id == "mapping")

    def fields(self, known: Iterable[str] | None = None) -> "dict[str, Item]":
        """Return the values of a mapping by key.

        Raises:
            TopologyError: it is no mapping, a key stands twice, or is not known.
        """
        if self.node.id != "mapping":
            raise self.error("a list of keys with values is wanted here")
        names = None if known is None else sorted(known)
        found: dict[str, Item] = {}
        for key, value in self.node.value:
            item = Item(value, self.file, str(key.value))
            at_key = Item(key, self.file, str(key.value))
            if key.id != "scalar":
                raise at_key.error("a key is one word")
            if item.what in found:
                raise at_key.error("stands here a second time")
            if names is not None and item.what not in names:
                meant = did_you_mean(near(item.what, names)[:1], f"known are {', '.join(names)}")
                raise at_key.error(f"unknown key; {meant}")
            found[item.what] = item
        return found

    def items(self) -> "list[Item]":
        """Return the values of a list.

        Raises:
            TopologyError: it is no list.
        """
        if self.node.id != "sequence":
            raise self.error("a list is wanted here")
        return [Item(value, self.file, self.what) for value in self.node.value]

    def text(self, pattern: str | None = None, kind: str = "") -> str:
        """Return a text, of a certain form.

        Raises:
            TopologyError: it is something else.
        """
        if self.node.id != "scalar":
            raise self.error("one word or number is wanted here")
        value = str(self.node.value)
        if pattern is not None and not re.fullmatch(pattern, value):
            raise self.error(f'"{value}" is no {kind}')
        return value

    def one_of(self, *words: str) -> str:
        """Return one of some words.

        Raises:
            TopologyError: it is another.
        """
        value = self.text()
        if value not in words:
            raise self.error(f'"{value}" is none of {", ".join(words)}')
        return value

    def number(self, low: int, high: int) -> int:
        """Return a whole number within bounds.

        Raises:
            TopologyError: it is none, or is outside.
        """
        value = self.text()
        if not re.fullmatch(r"\d{1,9}", value) or not low <= int(value) <= high:
            raise self.error(f'"{value}" is no whole number from {low} to {high}')
        return int(value)

    def yes(self) -> bool:
        """Return true or false.

        Raises:
            TopologyError: it is neither.
        """
        return self.one_of("true", "false") == "true"

    def network(self, version: int) -> Network:
        """Return a network of IPv4 or IPv6.

        Raises:
            TopologyError: it is none, or has bits of a host.
        """
        try:
            found = ipaddress.ip_network(self.text())
        except ValueError as error:
            raise self.error(str(error)) from None
        if found.version != version:
            raise self.error(f"{found} is no IPv{version} network")
        return found

    def address(self, version: int) -> Address:
        """Return an address of IPv4 or IPv6.

        Raises:
            TopologyError: it is none.
        """
        try:
            found = ipaddress.ip_address(self.text())
        except ValueError as error:
            raise self.error(str(error)) from None
        if found.version != version:
            raise self.error(f"{found} is no IPv{version} address")
        return found


def read(path: Path, shown: str | None = None) -> Item:
    """Return what a file holds.

    Raises:
        TopologyError: it cannot be read, is no YAML, or holds several documents.
    """
    import yaml

    name = shown or str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise TopologyError(f"{name}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise TopologyError(f"{name}: this is no text in UTF-8") from None
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        raise TopologyError(f"{name}:{line}: {error.problem or error.context or 'this is no YAML'}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise TopologyError(f"{name}:1: this is no YAML: {str(error).splitlines()[0]}") from None
    if node is None:
        raise TopologyError(f"{name}:1: the file is empty")
    return Item(node, name, "the file")


def merged(base: dict[str, Item], own: dict[str, Item]) -> dict[str, Item]:
    """Return fields with others laid over them; mappings are merged, everything else is replaced."""
    result = dict(base)
    for key, item in own.items():
        if key in base and base[key].is_mapping and item.is_mapping:
            result[key] = _Merged(base[key], item)
        else:
            result[key] = item
    return result


class _Merged(Item):
    """A mapping laid over another."""

    def __init__(self, base: Item, own: Item) -> None:
        super().__init__(own.node, own.file, own.what)
        self._base, self._own = base, own

    def fields(self, known: Iterable[str] | None = None) -> dict[str, Item]:
        """Return the values of both."""
        names = None if known is None else list(known)
        return merged(self._base.fields(names), self._own.fields(names))
