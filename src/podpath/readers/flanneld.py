"""The log of flanneld: which leases it has heard of (pkg/backend/vxlan/vxlan_network.go in flannel)."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad
from podpath.state.address import parse_ip, parse_mac, parse_prefix
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.flannel import FlannelLease
from podpath.state.pattern import lazy

_LEASE: Final = lazy(
    r"(?:\S+ ){0,6}?[IWE]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ vxlan_network\.go:\d+\] (?P<what>adding|removing) (?:v6 )?subnet: "
    r"(?P<net>\S+) PublicIP(?:v6)?: (?P<public>\S+) VtepMAC: (?P<mac>\S+)"
)


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept no command: the lines say whose they are."""
    del words
    return None


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Yield the leases that were added and not removed again."""
    del words
    held: dict[str, Item] = {}
    for index, line in enumerate(lines):
        match = _LEASE.match(line)
        if match is None:
            continue
        if match["what"] == "removing":
            held.pop(match["net"], None)
            continue
        try:
            _, subnet, length = parse_prefix(match["net"])
            row = FlannelLease(parse_ip(match["public"]), subnet, length, "vxlan", None, parse_mac(match["mac"]), logged=True)
        except ValueError as error:
            yield index, bad("kubectl logs", error)
        else:
            held[match["net"]] = index, row
    yield from held.values()


READER: Final = Reader(
    name="flanneld",
    accepts=accepts,
    starts=_LEASE,
    continues=lazy(r"(?:\S+ ){0,6}?[IWE]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [\w.]+\.go:\d+\] "),
    read=read,
    shape_coverage=(covers(FlannelLease, complete=Complete.NO),),
    marks=("VtepMAC: ",),
)
