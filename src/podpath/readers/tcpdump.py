"""``tcpdump``: which packets passed a device (tcpdump(8), numbers instead of names)."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.tried import address_of
from podpath.state.evidence import Coverage
from podpath.state.pattern import lazy
from podpath.state.sighting import Sighting

_TIME: Final = r"(?:(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d{3,9}|\d{10}\.\d{3,9})"
_ADDRESS: Final = r"[0-9a-fA-F]*[.:][0-9a-fA-F.:]*?"
_FLOW: Final = lazy(
    rf"(?:{_TIME} |\s+)(?:(?P<dev>\S{{1,15}})\s+(?:In|Out|P|B|M)\s+)?(?:\S+ > \S+, ethertype \S+ \S+, length \d+: )?"
    rf"(?:IP6? )?(?:\(.*\) )?(?P<src>(?:\d+\.){{3}}\d+|{_ADDRESS})(?:\.(?P<sport>\d+))? > "
    rf"(?P<dst>(?:\d+\.){{3}}\d+|{_ADDRESS})(?:\.(?P<dport>\d+))?: (?P<what>.*)"
)
_UDP: Final = lazy(r"UDP|VXLAN|\d+[*|+%-]* |\[.*\] |OTV|Geneve|NTPv|\d+\+? ")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``tcpdump``; it covers no table."""
    return () if words and words[0] == "tcpdump" and len(words) > 1 else None


def _device(words: Sequence[str]) -> str | None:
    for word, value in zip(words, [*words[1:], ""], strict=False):
        if word.startswith("-") and not word.startswith("--") and word.endswith("i"):
            return None if value in {"", "any"} else value
    return None


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Yield one row for each flow, at its first packet."""
    asked, known = _device(words), set[Sighting]()
    for index, line in enumerate(lines):
        match = _FLOW.match(line)
        src, dst = (address_of(match["src"]), address_of(match["dst"])) if match is not None else (None, None)
        if match is None or src is None or dst is None:
            continue
        what, port = match["what"], match["dport"]
        proto = "icmp" if what.startswith("ICMP") else "tcp" if what.startswith("Flags [") else "udp" if port else None
        if proto is None or (proto == "icmp" and "echo re" not in what):
            continue
        row = Sighting("tcpdump", "passing", proto, dst, src, int(port) if port and proto != "icmp" else None,
                       dev=match["dev"] or asked)  # fmt: skip
        if row not in known:
            known.add(row)
            yield index, row


READER: Final = Reader(
    name="tcpdump",
    accepts=accepts,
    starts=lazy(rf"{_TIME} (?:\S{{1,15}}\s+(?:In|Out|P|B|M)\s+)?(?:IP6? \S+ > |IP6? \(|ARP, )"),
    continues=lazy(
        rf"{_TIME} |tcpdump: |listening on |\d+ packets? (?:captured|received|dropped)"
        r"|\s+[0-9a-fA-F.:]+ > [0-9a-fA-F.:]+: |\s+0x[0-9a-f]{4}:\s|\s+unknown option|dropped privs to "
    ),
    read=read,
)  # fmt: skip
