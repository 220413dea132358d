"""Targets that translate addresses: DNAT, SNAT, MASQUERADE, REDIRECT, NETMAP, DNPT, SNPT (net/netfilter/xt_nat.c …)."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from podpath.language import tr
from podpath.state.address import V4, Ip, family_of, ip_text, parse_ip
from podpath.walk.netfilter.chain import Way
from podpath.walk.netfilter.interface import Doubt, Hook, HookVerdict
from podpath.walk.netfilter.nat import DST, SRC, Wanted, set_up
from podpath.walk.netfilter.protocols import port_number
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.extension import Standing, Target
from podpath.walk.netfilter.xtables.kinds import NET, Net, bare, bits_of, placed
from podpath.walk.netfilter.xtables.options import FLAG, Asked, Kind, Option
from podpath.walk.netfilter.xtables.targets.basic import ended, unknown
from podpath.walk.packet import known_port

LOCALHOST: Final = {4: parse_ip("127.0.0.1"), 6: parse_ip("::1")}
_TO: Final = re.compile(r"(?:\[([^\]]*)\]|([0-9.]*(?:-[0-9.]+)?|[0-9a-fA-F:.]+(?:-[0-9a-fA-F:.]+)?))(?::([^:]+))?$")
_PORTS: Final = re.compile(r"([\w-]+?)(?:-(\w+))?(?:/(\w+))?$")


def _read_to(text: str) -> Wanted:
    """Read ``ADDRESS[-ADDRESS][:PORT[-PORT[/PORT]]]``, IPv6 addresses with ports in brackets.

    Raises:
        ValueError: it is not of that form.
    """
    match = _TO.match(text)
    if match is None:
        raise ValueError(tr('"{text}" is neither an address nor a port', text=text))
    span = match[1] if match[1] is not None else match[2]
    first, dash, last = span.partition("-")
    low = parse_ip(first) if first else None
    ports = _read_ports(match[3]) if match[3] else (None, None, None)
    return Wanted(low, parse_ip(last) if dash else low, *ports)


def _read_ports(text: str) -> tuple[int, int, int | None]:
    match = _PORTS.match(text)
    if match is None:
        raise ValueError(tr('"{text}" is not a port', text=text))
    first = port_number(match[1])
    return first, (port_number(match[2]) if match[2] else first), (port_number(match[3]) if match[3] else None)


def _show_to(wanted: Wanted) -> str:
    span = ""
    if wanted.first is not None:
        span = ip_text(wanted.first)
        if wanted.last not in {None, wanted.first}:
            span += f"-{ip_text(wanted.last or wanted.first)}"
        if wanted.port is not None and family_of(wanted.first) != V4:
            span = f"[{span}]"
    return span + (f":{_show_ports(wanted)}" if wanted.port is not None else "")


def _show_ports(wanted: Wanted) -> str:
    text = str(wanted.port)
    if wanted.last_port not in {None, wanted.port}:
        text += f"-{wanted.last_port}"
    return text + (f"/{wanted.base}" if wanted.base is not None else "")


_TO_ADDRESS: Final = Kind(1, _read_to, _show_to)
_TO_PORTS: Final = Kind(1, lambda text: Wanted(None, None, *_read_ports(text)), _show_ports)
_RANDOM: Final = (Option("--random", FLAG), Option("--random-fully", FLAG), Option("--persistent", FLAG))


def _chosen(asked: Asked, flag: str) -> Wanted:
    wanted: Wanted = asked.value(flag, Wanted())
    random = "--random" in asked or "--random-fully" in asked
    return replace(wanted, random=random, persistent="--persistent" in asked)


def translate(sight: Sight, manipulated: str, wanted: Wanted) -> tuple[Way, ...]:
    """Return the only path: the connection with its translation decided (nf_nat_setup_info accepts)."""
    track = sight.track
    if track is None or track.connection is None:
        return ended(sight, HookVerdict.ACCEPT)
    connection = set_up(track.connection, manipulated, wanted, sight.context.connections)
    seen = connection.reply.inverse
    address, drawn = (seen.src, seen.sport) if manipulated == SRC else (seen.dst, seen.dport)
    port = known_port(drawn)
    said = f"{'SNAT' if manipulated == SRC else 'DNAT'} {ip_text(address)}{f':{port}' if port is not None else ''}"
    return (Way(sight.packet, replace(track, connection=connection), HookVerdict.ACCEPT, said=said),)


def _fixed(manipulated: str, flag: str) -> Callable[[Asked, Sight], tuple[Way, ...]]:
    def apply(asked: Asked, sight: Sight) -> tuple[Way, ...]:
        return translate(sight, manipulated, _chosen(asked, flag))

    return apply


def masquerade(sight: Sight, wanted: Wanted) -> tuple[Way, ...]:
    """Take the source address of the device that it leaves by (nf_nat_masquerade_ipv4)."""
    oif = sight.context.oif
    found = sight.context.fib.masquerade_source(oif, sight.packet.dst) if oif is not None else None
    if isinstance(found, Doubt):
        return (Way(sight.packet, sight.track, HookVerdict.UNKNOWN, doubt=found),)
    if found is None:
        return ended(sight, HookVerdict.DROP, tr("{oif} has no address to masquerade with", oif=oif))
    return translate(sight, SRC, replace(wanted, first=found, last=found))


def redirect(sight: Sight, wanted: Wanted) -> tuple[Way, ...]:
    """Take an address of this namespace as the destination (nf_nat_redirect_ipv4)."""
    iif = sight.context.iif
    found: Ip | Doubt | None
    if sight.hook is Hook.OUTPUT:
        found = LOCALHOST[sight.family]
    else:
        found = sight.context.fib.first_address(iif, sight.family) if iif is not None else None
    if isinstance(found, Doubt):
        return (Way(sight.packet, sight.track, HookVerdict.UNKNOWN, doubt=found),)
    if found is None:
        return ended(sight, HookVerdict.DROP, tr("{iif} has no address to redirect to", iif=iif))
    return translate(sight, DST, replace(wanted, first=found, last=found))


def _masquerade(asked: Asked, sight: Sight) -> tuple[Way, ...]:
    return masquerade(sight, _chosen(asked, "--to-ports"))


def _redirect(asked: Asked, sight: Sight) -> tuple[Way, ...]:
    return redirect(sight, _chosen(asked, "--to-ports"))


def _netmap(asked: Asked, sight: Sight) -> tuple[Way, ...]:
    manipulated = SRC if sight.hook in {Hook.POSTROUTING, Hook.INPUT} else DST
    packet = sight.packet
    new = _mapped(packet.src if manipulated == SRC else packet.dst, asked.value("--to"))
    return translate(sight, manipulated, Wanted(new, new))


def _mapped(address: Ip, net: Net) -> Ip:
    """Return an address with the network part of another."""
    first, mask = net
    family = family_of(first)
    host = ((1 << bits_of(family)) - 1) ^ mask
    return placed(family, bare(first) | (bare(address) & host))


def _prefix(field: str) -> Callable[[Asked, Sight], tuple[Way, ...]]:
    """Translate a prefix without a connection (ip6t_NPT.c)."""

    def apply(asked: Asked, sight: Sight) -> tuple[Way, ...]:
        del asked
        return unknown(sight, tr("the checksum-neutral {field} address of RFC 6296 is not computed", field=field))

    return apply


_PREFIXES: Final = (Option("--src-pfx", NET), Option("--dst-pfx", NET))

TARGETS: Final = (
    Target("DNAT", (Option("--to-destination", _TO_ADDRESS), *_RANDOM), _fixed(DST, "--to-destination")),
    Target("SNAT", (Option("--to-source", _TO_ADDRESS), *_RANDOM), _fixed(SRC, "--to-source")),
    Target("MASQUERADE", (Option("--to-ports", _TO_PORTS), *_RANDOM[:2]), _masquerade),
    Target("REDIRECT", (Option("--to-ports", _TO_PORTS), _RANDOM[0]), _redirect),
    Target("NETMAP", (Option("--to", NET),), _netmap),
    Target("SNPT", _PREFIXES, _prefix("source"), standing=Standing.UNKNOWN, families="6"),
    Target("DNPT", _PREFIXES, _prefix("destination"), standing=Standing.UNKNOWN, families="6"),
)
