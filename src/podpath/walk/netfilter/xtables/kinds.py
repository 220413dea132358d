"""Values of options: numbers, ranges, ports, addresses, lists of words (libxtables)."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from podpath.language import tr
from podpath.state.address import BITS, V4, V4_BASE, V6, Ip, family_of, ip_text, mac_text, parse_ip, parse_mac
from podpath.walk.netfilter.protocols import port_number, protocol_number
from podpath.walk.netfilter.xtables.options import Kind
from podpath.walk.netfilter.xtables.words import always_quote, quote

Range = tuple[int, int]
_WORD_BITS: Final = 32
_ALL: Final = 0xFFFF_FFFF


def number(text: str) -> int:
    """Return a number as strtoul(3) reads it: 0x is hexadecimal, a leading 0 octal.

    Raises:
        ValueError: it is no number.
    """
    if re.match(r"0[0-7]+$", text):
        return int(text, 8)
    return int(text, 0)


NUMBER: Final = Kind(1, number, str)
STRING: Final = Kind(1, str, quote)
QUOTED: Final = Kind(1, str, always_quote)
PLAIN: Final = Kind(1, str, str)


def hexadecimal(digits: int = 0) -> Kind:
    """Return numbers that are printed in hexadecimal with at least some digits."""
    return Kind(1, number, lambda value: f"0x{value:0{digits}x}")


def ranged(most: int, *, single: bool = True, read: Callable[[str], int] = number, mark: str = ":") -> Kind:
    """Return ``a``, ``a:b``, ``a:`` and ``:b``, printed as ``a`` or ``a:b``."""

    def parse(text: str) -> Range:
        first, colon, last = text.partition(mark)
        if not colon:
            return read(first), read(first)
        return (read(first) if first else 0), (read(last) if last else most)

    def write(value: Range) -> str:
        return str(value[0]) if single and value[0] == value[1] else f"{value[0]}{mark}{value[1]}"

    return Kind(1, parse, write)


PORTS: Final = ranged(0xFFFF, read=port_number)


def _port_list(text: str) -> tuple[Range, ...]:
    return tuple(PORTS.read(part) for part in text.split(","))


PORT_LIST: Final = Kind(1, _port_list, lambda value: ",".join(map(PORTS.show, value)))


def words(known: Sequence[str], aliases: Mapping[str, str] | None = None, mark: str = ",") -> Kind:
    """Return a list of words out of some, printed in their own order; case does not matter."""
    spellings = {word.lower(): word for word in known} | (dict(aliases) if aliases else {})

    def parse(text: str) -> tuple[str, ...]:
        found = {spellings.get(part.lower()) for part in text.split(mark) if part}
        if None in found:
            raise ValueError(tr('"{text}" is not a combination of {known}', text=text, known=", ".join(known)))
        return tuple(word for word in known if word in found)

    return Kind(1, parse, mark.join)


def choice(*known: str, **aliases: str) -> Kind:
    """Return one word out of some."""

    def parse(text: str) -> str:
        found = aliases.get(text.replace("-", "_"), text)
        if known and found not in known:
            raise ValueError(tr('"{text}" is not one of {known}', text=text, known=", ".join(known)))
        return found

    return Kind(1, parse, str)


def masked(*, always: bool = False, digits: int = 0, whole: int = _ALL) -> Kind:
    """Return ``value/mask``, printed in hexadecimal; a whole mask is printed only where it always is."""

    def parse(text: str) -> Range:
        value, slash, mask = text.partition("/")
        return number(value), (number(mask) if slash else whole)

    def write(value: Range) -> str:
        one = f"0x{value[0]:0{digits}x}"
        return one if not always and value[1] == whole else f"{one}/0x{value[1]:0{digits}x}"

    return Kind(1, parse, write)


MARK: Final = masked()


def named(zero: str) -> Kind:
    """Return masked numbers whose zero is printed by the name that iproute2 gives it; other names are not known."""

    def parse(text: str) -> Range:
        value: Range = (0, _ALL) if text == zero else MARK.read(text)
        return value

    return Kind(1, parse, lambda value: zero if value == (0, _ALL) else MARK.show(value))


PROTOCOL: Final = Kind(1, protocol_number, str)
MAC: Final = Kind(1, parse_mac, mac_text)
ADDRESS: Final = Kind(1, parse_ip, ip_text)


def bits_of(family: int) -> int:
    """Return how many bits an address has."""
    return BITS[family]


def mask_of(family: int, length: int) -> int:
    """Return the mask of a prefix length, on the bits of its family."""
    bits = bits_of(family)
    return ((1 << bits) - 1) ^ ((1 << (bits - length)) - 1)


def bare(address: Ip) -> int:
    """Return an address without the place of its family on the number line."""
    return address - V4_BASE if family_of(address) == V4 else int(address)


def placed(family: int, value: int) -> Ip:
    """Return the address of a family with some bits."""
    return Ip(V4_BASE + value) if family == V4 else Ip(value)


Net = tuple[Ip, int]
"""An address and a mask, which may have holes."""


def read_net(text: str) -> Net:
    """Return an address with its mask; the address without the bits that the mask leaves out.

    Raises:
        ValueError: it is no address, or no mask.
    """
    head, slash, tail = text.partition("/")
    address = parse_ip(head)
    family = V6 if ":" in head else V4
    if not slash:
        mask = mask_of(family, bits_of(family))
    elif tail.isdigit():
        mask = mask_of(family, int(tail))
    else:
        mask = bare(parse_ip(tail))
    return placed(family, bare(address) & mask), mask


def show_net(net: Net) -> str:
    """Write an address with its mask: a length where it is one."""
    address, mask = net
    family = family_of(address)
    bits = bits_of(family)
    length = mask.bit_count()
    if mask == mask_of(family, length):
        return f"{ip_text(address)}/{length}"
    return f"{ip_text(address)}/{ip_text(placed(family, mask))}" if bits else ""


def _show_host(net: Net) -> str:
    return ip_text(net[0]) if net[1].bit_count() == bits_of(family_of(net[0])) else show_net(net)


def in_net(address: Ip, net: Net) -> bool:
    """Say whether an address lies in a network."""
    first, mask = net
    if family_of(address) != family_of(first):
        return False
    return bare(address) & mask == bare(first)


NET: Final = Kind(1, read_net, show_net)
NET_OR_HOST: Final = Kind(1, read_net, _show_host)


def _address_range(text: str) -> tuple[Ip, Ip]:
    first, dash, last = text.partition("-")
    return parse_ip(first), parse_ip(last if dash else first)


ADDRESS_RANGE: Final = Kind(1, _address_range, lambda value: f"{ip_text(value[0])}-{ip_text(value[1])}")


def device_matches(name: str | None, pattern: str) -> bool:
    """Say whether a device's name is as a rule wants it; ``+`` at the end is any ending."""
    if pattern.endswith("+"):
        return (name or "").startswith(pattern[:-1])
    return (name or "") == pattern
