"""Rules of netfilter: what each back end prints, read and passed by packets."""

from itertools import product

from podpath.state.address import V4, Ip, parse_ip
from podpath.walk.netfilter import Context, Hook, Listing, Ruleset, pass_hook
from podpath.walk.netfilter.interface import AddressType, Doubt
from podpath.walk.packet import Packet
from tests.fuzz.target import Target

_COMMANDS = ("iptables-legacy-save -c", "iptables-nft-save -c", "ip6tables-save", "iptables -L -n -v", "nft list ruleset",
             "nft -j list ruleset", "ebtables-save", "arptables -n -v -L", "ebtables -L", "cat /etc/nftables.conf")  # fmt: skip
_PACKETS = (
    Packet(parse_ip("10.0.0.1"), parse_ip("10.0.0.2"), "tcp", 1000, 80),
    Packet(parse_ip("fd00::1"), parse_ip("fd00::2"), "udp", 1000, 53),
)


class _Routes:
    """A namespace with one address and one device; of IPv6 nothing is known."""

    def address_type(self, address: Ip, dev: str | None) -> AddressType | Doubt:
        """Say that one address is local."""
        del dev
        return AddressType.LOCAL if address == _PACKETS[0].dst else AddressType.UNICAST

    def oif(self, source: Ip, target: Ip, *, iif: str | None, oif: str | None, mark: int, tos: int) -> str | Doubt | None:
        """Send everything by one device."""
        del source, target, iif, oif, mark, tos
        return "eth0"

    def masquerade_source(self, dev: str, target: Ip) -> Ip | Doubt | None:
        """Tell the device's address."""
        del dev, target
        return _PACKETS[0].dst

    def first_address(self, dev: str, family: int) -> Ip | Doubt | None:
        """Know none of IPv6."""
        del dev
        return _PACKETS[0].dst if family == V4 else Doubt("which addresses eth0 has", "ip -6 addr show dev eth0")


_CONTEXT = Context(fib=_Routes(), iif="eth1", oif="eth0")
_HOOKS = (Hook.PREROUTING, Hook.FORWARD, Hook.POSTROUTING)
_SETS = "create s hash:ip family inet hashsize 1024 maxelem 65536\nadd s 10.0.0.1\n"


def _one(data: bytes) -> None:
    """Whatever the rules say, the shares of what may happen to a packet sum to one."""
    if not data:
        return
    command, text = _COMMANDS[data[0] % len(_COMMANDS)], data[1:].decode("utf-8", "replace")
    rules = Ruleset.of([Listing(command, text), Listing("ipset save", _SETS)])
    for hook, packet in product(_HOOKS, _PACKETS):
        outcomes = pass_hook(rules, hook, packet, _CONTEXT)
        assert abs(sum(one.probability for one in outcomes) - 1) < 1e-6, outcomes
    assert rules.counts(4) is not None
    assert rules.frames is not None


TARGET = Target("rulesets", _one, longest=3000)
