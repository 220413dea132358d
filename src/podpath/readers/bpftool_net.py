"""``bpftool net``: BPF programs on devices (bpftool-net(8)). Only their presence is read, not what they do."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.link import Program
from podpath.state.pattern import lazy

_XDP: Final = lazy(r"(?P<dev>\S+)\(\d+\) (?P<kind>driver|generic|offload|multi)\b.*?\bid (?P<id>\d+)")
_TC: Final = lazy(
    r"(?P<dev>\S+)\(\d+\) (?P<kind>clsact|tcx)/(?P<way>ingress|egress)"
    r"(?: (?:name )?(?P<name>(?!id |prog_id )\S+))? (?:prog_)?id (?P<id>\d+)"
)
_OTHER: Final = lazy(r"(?P<dev>\S+)\(\d+\) (?P<kind>\w+) (?:name )?(?P<name>\S+) id (?P<id>\d+)")
_TITLE: Final = lazy(r"(?:xdp|tc|flow_dissector|netfilter):\s*$")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``bpftool net [show|list] [dev X]``."""
    if words[:2] != ["bpftool", "net"] or words[2:3] not in ([], ["show"], ["list"], ["s"]):
        return None
    dev = words[words.index("dev") + 1] if "dev" in words[:-1] else None
    # Classifiers that are no BPF programs are not shown.
    return (covers(Program, dev=dev, complete=Complete.NO),)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read one row for each program that is on a device."""
    del words
    part = ""
    for index, line in enumerate(lines):
        text = line.strip()
        if _TITLE.match(text):
            part = text.rstrip(":")
        elif text and part in ("xdp", "tc"):
            row = _row(part, text)
            yield index, row if row is not None else bad("bpftool net", f'"{text.split()[0]}" is no device with its program')


def _row(part: str, text: str) -> Program | None:
    if part == "xdp":
        match = _XDP.match(text)
        return Program(match["dev"], "xdp", match["kind"], id=int(match["id"])) if match is not None else None
    if (match := _TC.match(text)) is not None:
        hook = f"{'tcx' if match['kind'] == 'tcx' else 'tc'} {match['way']}"
        return Program(match["dev"], hook, "bpf", match["name"], int(match["id"]))
    match = _OTHER.match(text)
    return Program(match["dev"], "tc egress", "bpf", match["name"], int(match["id"])) if match is not None else None


READER: Final = Reader(
    name="bpftool net",
    accepts=accepts,
    continues=lazy(r"(?:xdp|tc|flow_dissector|netfilter):\s*$|\S+\(\d+\) \S+|\s*ip6? "),
    read=read,
)
