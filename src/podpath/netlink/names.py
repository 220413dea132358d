"""Numbers to the words that iproute2 prints for them."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

# rtnetlink(7), linux/rtnetlink.h; the words are those of iproute2's lib/rt_names.c.
ROUTE_TYPES: Final = {1: "unicast", 2: "local", 3: "broadcast", 4: "anycast", 5: "multicast", 6: "blackhole", 7: "unreachable",
                      8: "prohibit", 9: "throw", 10: "nat", 11: "xresolve"}  # fmt: skip
_TABLES: Final = {253: "default", 254: "main", 255: "local"}
_SCOPES: Final = {0: "global", 200: "site", 253: "link", 254: "host", 255: "nowhere"}
_PROTOCOLS: Final = {0: "unspec", 1: "redirect", 2: "kernel", 3: "boot", 4: "static", 8: "gated", 9: "ra", 10: "mrt", 11: "zebra",
                     12: "bird", 13: "dnrouted", 14: "xorp", 15: "ntk", 16: "dhcp", 18: "keepalived", 42: "babel", 84: "ovn",
                     99: "openr", 186: "bgp", 187: "isis", 188: "ospf", 189: "rip", 192: "eigrp"}  # fmt: skip
_FOLDERS: Final = ("/usr/share/iproute2", "/usr/lib/iproute2", "/etc/iproute2")  # what stands last overrules
_ENTRY: Final = re.compile(r"^\s*(0x[0-9a-fA-F]+|\d+)\s+([^\s#]+)")


@cache
def _configured(name: str) -> Mapping[int, str]:
    """Return the names that an administrator gave to numbers: ``rt_tables`` and the files of ``rt_tables.d``."""
    found: dict[int, str] = {}
    for folder in map(Path, _FOLDERS):
        try:
            files = [folder / name, *sorted((folder / f"{name}.d").glob("*.conf"))]
        except OSError:
            continue
        for file in files:
            try:
                text = file.read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            found.update({int(match[1], 0): match[2] for match in map(_ENTRY.match, text.splitlines()) if match})
    return found


@cache
def table_name(number: int) -> str:
    """Return a routing table's name, or its number as text."""
    return _configured("rt_tables").get(number) or _TABLES.get(number) or str(number)


@cache
def protocol_name(number: int) -> str:
    """Return the name of who set a route, or its number as text."""
    return _configured("rt_protos").get(number) or _PROTOCOLS.get(number) or str(number)


@cache
def scope_name(number: int) -> str:
    """Return the name of a scope, or its number as text."""
    return _configured("rt_scopes").get(number) or _SCOPES.get(number) or str(number)


_IP_PROTOCOLS: Final = {1: "icmp", 6: "tcp", 17: "udp", 33: "dccp", 47: "gre", 50: "esp", 51: "ah", 58: "ipv6-icmp", 132: "sctp",
                        136: "udplite"}  # fmt: skip


def ip_protocol_name(number: int) -> str:
    """Return a transport protocol's name as protocols(5) has it, or its number as text."""
    return _IP_PROTOCOLS.get(number, str(number))


@cache
def flag_words(bits: int, names: tuple[tuple[int, str], ...]) -> str | None:
    """Return the names of the bits that are set, comma-separated, or None if there are none."""
    return ",".join(word for bit, word in names if bits & bit) or None
