"""Which drops a person wants to see: by namespace, device, address and reason."""

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import NamedTuple, Protocol, Self

from podpath.state.drop import Drop
from podpath.state.typo import near


class Named(Protocol):
    """A namespace with a kind and a name."""

    @property
    def kind(self) -> str:
        """Its kind: host, container, pod, netns …; host is the node's own."""

    @property
    def name(self) -> str:
        """Its name in that kind."""


class UnknownWordError(Exception):
    """A word says nothing on this node.

    Args:
        word: the word.
        near: words that were perhaps meant.
    """

    def __init__(self, word: str, near: Sequence[str]) -> None:
        super().__init__(word)
        self.word, self.near = word, near


class Selection(NamedTuple):
    """What is shown: of each kind of word that was given, one must match.

    Attributes:
        netns: namespaces, as drops have them.
        interfaces: devices.
        networks: addresses and prefixes, of any header.
        reasons: drop reasons.
    """

    netns: frozenset[str] = frozenset()
    interfaces: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    reasons: frozenset[str] = frozenset()

    @classmethod
    def of(cls, words: Iterable[str], places: Iterable[Named], devices: Callable[[], set[str]], reasons: Iterable[str]) -> Self:
        """Return the selection that words describe.

        Args:
            words: the words.
            places: the node's namespaces.
            devices: returns the names of all its devices; asked only if a word is nothing else.
            reasons: the kernel's reasons.

        Raises:
            UnknownWordError: a word is none of them.
        """
        named: dict[str, set[str]] = {"host": {""}}
        for place in places:
            if place.kind != "host":
                for word in (place.name, f"{place.kind}:{place.name}"):
                    named.setdefault(word, set()).add(f"{place.kind}:{place.name}")
        known, netns, interfaces, networks, wanted = frozenset(reasons), set(), set(), [], set()
        for word in words:
            if word in named:
                netns |= named[word]
            elif (network := _network(word)) is not None:
                networks.append(network)
            elif (reason := word.upper().removeprefix("SKB_DROP_REASON_")) in known:
                wanted.add(reason)
            elif word in (links := devices()):
                interfaces.add(word)
            else:
                raise UnknownWordError(word, near(word, [*named, *links, *known]))
        return cls(frozenset(netns), frozenset(interfaces), tuple(networks), frozenset(wanted))

    def wants(self, drop: Drop) -> bool:
        """Say whether a drop is shown."""
        return (
            (not self.netns or drop.netns in self.netns)
            and (not self.interfaces or drop.interface in self.interfaces)
            and (not self.reasons or drop.reason in self.reasons)
            and (not self.networks or any(self._holds(address) for layer in drop.layers for address in (layer.src, layer.dst)))
        )

    def _holds(self, address: str) -> bool:
        found = ip_address(address)
        return any(found in network for network in self.networks if network.version == found.version)


def _network(word: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(word, strict=False)
    except ValueError:
        return None
