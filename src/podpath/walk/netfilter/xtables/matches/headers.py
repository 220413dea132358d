"""IPsec and IPv6 extension headers: ah, esp, ipcomp, frag, dst, hbh, rt, mh, srh, ipv6header (net/ipv6/netfilter/ip6t_*.c).

The walk sends packets without extension headers, so that what asks for one never matches, negated or not (the
kernel answers no before it compares).
"""

from collections.abc import Callable
from typing import Any, Final

from podpath.language import tr
from podpath.walk.netfilter.answer import Answer, every
from podpath.walk.netfilter.interface import Doubt
from podpath.walk.netfilter.protocols import packet_protocol, protocol_number
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.extension import Match
from podpath.walk.netfilter.xtables.kinds import ADDRESS, NET, NUMBER, PLAIN, Range, ranged, words
from podpath.walk.netfilter.xtables.options import FLAG, Asked, Kind, Option

_SPI: Final = ranged(0xFFFF_FFFF)
_ALL_SPIS: Final = (0, 0xFFFF_FFFF)
_HEADERS: Final = ("hop-by-hop", "ipv6-opts", "ipv6-route", "ipv6-frag", "ah", "esp", "ipv6-nonxt", "protocol")
_SHORT: Final = {
    "hop": "hop-by-hop", "dst": "ipv6-opts", "route": "ipv6-route", "frag": "ipv6-frag", "auth": "ah", "none": "ipv6-nonxt",
    "prot": "protocol", "0": "hop-by-hop", "60": "ipv6-opts", "43": "ipv6-route", "44": "ipv6-frag", "51": "ah", "50": "esp",
    "59": "ipv6-nonxt",
}  # fmt: skip
_MH: Final = (
    ("binding-refresh-request", "brr"), ("home-test-init", "hoti"), ("careof-test-init", "coti"), ("home-test", "hot"),
    ("careof-test", "cot"), ("binding-update", "bu"), ("binding-acknowledgement", "ba"), ("binding-error", "be"),
)  # fmt: skip
_MH_NUMBERS: Final = {name: at for at, names in enumerate(_MH) for name in names}


def _mh_number(text: str) -> int:
    return _MH_NUMBERS[text] if text in _MH_NUMBERS else int(text, 0)


def _spi(proto: str, flag: str) -> Callable[[Asked, Sight], Answer]:
    def ask(asked: Asked, sight: Sight) -> Answer:
        if packet_protocol(sight.packet.proto) != protocol_number(proto):
            return False
        wanted: Range | None = asked.value(flag)
        if wanted in {None, _ALL_SPIS}:
            return not asked.negated(flag)
        return Doubt(tr("the SPI of this {proto} packet is not known", proto=proto), "")

    return ask


def _absent(asked: Asked, sight: Sight) -> Answer:
    del asked, sight
    return False


def _ipv6header(asked: Asked, sight: Sight) -> Answer:
    del sight
    present = {"protocol"}
    if "--soft" in asked:
        return every(asked.test("--header", lambda wanted: bool(present & set(wanted))))
    return every(asked.test("--header", lambda wanted: present == set(wanted)))


_OPTIONS_HEADER: Final = "the walk never sends such a header"


def _numbers(*flags: str) -> tuple[Option, ...]:
    return tuple(Option(flag, NUMBER) for flag in flags)


def _addresses(text: str) -> tuple[Any, ...]:
    return tuple(ADDRESS.read(part) for part in text.split(","))


_ADDRESSES: Final = Kind(1, _addresses, lambda value: ",".join(map(ADDRESS.show, value)))

MATCHES: Final = (
    Match("ah", (Option("--ahspi", _SPI),), _spi("ah", "--ahspi"), "its SPI is unknown", families="4"),
    Match(
        "ah",
        (Option("--ahspi", _SPI), Option("--ahlen", NUMBER), Option("--ahres", FLAG)),
        _spi("ah", "--ahspi"),
        "its SPI is unknown",
        families="6",
    ),
    Match("esp", (Option("--espspi", _SPI),), _spi("esp", "--espspi"), "its SPI is unknown"),
    Match("ipcomp", (Option("--ipcompspi", _SPI),), _spi("ipcomp", "--ipcompspi"), "its SPI is unknown"),
    Match("dst", (Option("--dst-len", NUMBER), Option("--dst-opts", PLAIN)), _absent, _OPTIONS_HEADER, families="6"),
    Match("hbh", (Option("--hbh-len", NUMBER), Option("--hbh-opts", PLAIN)), _absent, _OPTIONS_HEADER, families="6"),
    Match(
        "frag",
        (
            Option("--fragid", _SPI),
            Option("--fraglen", NUMBER),
            Option("--fragres", FLAG),
            Option("--fragfirst", FLAG),
            Option("--fragmore", FLAG),
            Option("--fraglast", FLAG),
        ),
        _absent,
        _OPTIONS_HEADER,
        families="6",
    ),
    Match(
        "rt",
        (
            Option("--rt-type", NUMBER),
            Option("--rt-segsleft", _SPI),
            Option("--rt-len", NUMBER),
            Option("--rt-0-res", FLAG),
            Option("--rt-0-addrs", _ADDRESSES),
            Option("--rt-0-not-strict", FLAG),
        ),
        _absent,
        _OPTIONS_HEADER,
        families="6",
    ),
    Match("mh", (Option("--mh-type", ranged(255, read=_mh_number)),), _absent, _OPTIONS_HEADER, families="6"),
    Match(
        "srh",
        (
            *_numbers("--srh-next-hdr", "--srh-hdr-len-eq", "--srh-hdr-len-gt", "--srh-hdr-len-lt", "--srh-segs-left-eq"),
            *_numbers("--srh-segs-left-gt", "--srh-segs-left-lt", "--srh-last-entry-eq", "--srh-last-entry-gt"),
            *_numbers("--srh-last-entry-lt", "--srh-tag"),
            Option("--srh-psid", NET),
            Option("--srh-nsid", NET),
            Option("--srh-lsid", NET),
        ),
        _absent,
        _OPTIONS_HEADER,
        families="6",
    ),
    Match(
        "ipv6header",
        (Option("--header", words(_HEADERS, _SHORT)), Option("--soft", FLAG)),
        _ipv6header,
        "the walk sends no extension headers",
        families="6",
    ),
)
