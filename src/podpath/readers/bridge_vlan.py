"""``bridge vlan show``: VLANs of bridge ports (bridge(8)), in both of its layouts."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Bad, Item, Json, Reader, assumed
from podpath.readers.ip_words import coverage_of, device_filter, is_noun, parse_ip_words
from podpath.readers.options import bad, number
from podpath.state.evidence import Coverage
from podpath.state.link import BridgeVlan
from podpath.state.pattern import lazy

_HEADER: Final = lazy(r"^port\s+vlan[- ]ids?\s*+(?:tunnel-id\s*)?$")
_VLAN: Final = lazy(r"^(?P<port>\S+)?\s+(?P<first>\d{1,4})(?:-(?P<last>\d{1,4}))?(?P<flags>(?:\s+\S+)*)\s*$")
# A kernel without VLAN filtering refuses the dump: there are no VLANs then.
_UNSUPPORTED: Final = lazy(r"^(?:RTNETLINK answers: Operation not supported|Dump terminated)\s*$")
_DETAIL: Final = lazy(r"^\s+(?:state |mcast_|rx_|tx_|RX:|TX:|neigh_suppress )")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``bridge vlan [show] [dev X] [vid N]``."""
    parsed = parse_ip_words(words, "bridge")
    if parsed is None or not is_noun(parsed.noun, "vlan"):
        return None
    found = device_filter(parsed.rest, ("vid",))
    return None if found is None else coverage_of((BridgeVlan,), None, found[0], narrowed=found[1])


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the text form; a port's name is only in its first line."""
    del words
    port = ""
    for index, line in enumerate(lines):
        if not line.strip() or _HEADER.match(line) or _DETAIL.match(line) or _UNSUPPORTED.match(line):
            continue
        match = _VLAN.match(line)
        if match is None:
            words_of = line.split()
            if len(words_of) <= 2 and not line[:1].isspace() and words_of[-1] in ("None", words_of[0]):  # noqa: PLR2004
                port = words_of[0]
            else:
                yield index, Bad("this does not look like `bridge vlan` output")
            continue
        port = match["port"] or port
        flags = match["flags"]
        try:
            first, last = number(match["first"]), number(match["last"] or match["first"])
        except ValueError as error:
            yield index, bad("bridge vlan", error)
        else:
            yield index, BridgeVlan(port, first, last, "PVID" in flags, "Untagged" in flags)


def owns_json(document: Json) -> bool:
    """Say whether a document is ``bridge -j vlan``."""
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(item, dict) and "ifname" in item and "vlans" in item for item in document)
    )


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read the JSON form."""
    del words
    for item in document if isinstance(document, list) else []:
        try:
            for vlan in item["vlans"]:
                flags = vlan.get("flags", [])
                last = vlan.get("vlanEnd", vlan["vlan"])
                yield (
                    0,
                    BridgeVlan(str(item["ifname"]), vlan["vlan"], last, "PVID" in flags, "Egress Untagged" in flags),
                )
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            yield 0, Bad(f"this looks like `bridge -j vlan` output but {error}")


READER: Final = Reader(
    name="bridge vlan",
    accepts=accepts,
    starts=_HEADER,
    continues=lazy(
        r"^(?:[^\s:]{1,15})?\s+\d{1,4}(?:-\d{1,4})?(?:\s+(?:PVID|Egress|Untagged))*\s*$|^\S{1,15}\s+None\s*$|"
        + _DETAIL.pattern + "|" + _UNSUPPORTED.pattern
    ),
    read=read,
    shape_coverage=assumed(BridgeVlan),
    owns_json=owns_json,
    read_json=read_json,
)  # fmt: skip
