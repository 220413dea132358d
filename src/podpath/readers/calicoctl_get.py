"""``calicoctl get nodes`` and ``calicoctl get workloadendpoints``: addresses that Calico has given to nodes and pods."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.columns import cells, headings
from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad, parse_options, spellings
from podpath.state.address import Ip, parse_prefix
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.kube import KubeNode, Pod
from podpath.state.pattern import lazy

_OPTIONS: Final = spellings("A/all-namespaces a")
_VALUED: Final = spellings("n/namespace o/output c/config")
_NODES: Final = frozenset(("node", "nodes", "no"))
_ENDPOINTS: Final = frozenset(("workloadendpoint", "workloadendpoints", "wep", "weps"))
_HEADER: Final = lazy(r"NAME\s+ASN\s+IPV4\s+IPV6\s*$|(?:NAMESPACE\s+)?(?:NAME\s+)?WORKLOAD\s+NODE\s+NETWORKS\s+INTERFACE\b.*$")
_ROW: Final = lazy(r"\S+\s+\S.*\s(?:\d+(?:\.\d+){3}/\d+|[0-9a-f:]+/\d+)(?:[\s,]|$)")


def _asked(words: Sequence[str]) -> tuple[type[KubeNode | Pod], str] | None:
    """Return the table that a command shows, and the namespace that it names."""
    found = parse_options(words[1:], _OPTIONS, _VALUED) if words[:1] == ["calicoctl"] else None
    if found is None or found.rest[:1] != ["get"] or found.values.get("o", "ps") not in {"ps", "wide"}:
        return None
    kind = found.rest[1].lower() if len(found.rest) > 1 else ""
    return (KubeNode, "") if kind in _NODES else (Pod, found.values.get("n", "default")) if kind in _ENDPOINTS else None


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``calicoctl get nodes`` and ``calicoctl get wep``; there may be nodes and pods that Calico does not know."""
    asked = _asked(words)
    return (covers(asked[0], complete=Complete.NO),) if asked is not None else None


def _addresses(text: str) -> list[Ip]:
    """Return the addresses of ``10.244.120.65/32,fd00::1/128``; ValueError says which is not an address."""
    return [parse_prefix(part.strip())[1] for part in text.split(",") if part.strip()]


def _host(text: str) -> Ip | None:
    """Return the address itself of ``192.0.2.11/24``."""
    return parse_prefix(text.partition("/")[0])[1] if text else None


def _row(found: dict[str, str], namespace: str) -> KubeNode | Pod:
    """Return what a row says; ValueError says what is wrong with it."""
    if "ASN" in found:
        return KubeNode(found["NAME"], calico_ip=_host(found["IPV4"]))
    addresses = _addresses(found["NETWORKS"])
    first, second = (*addresses, None, None)[:2]
    return Pod(found.get("NAMESPACE") or namespace, found["WORKLOAD"], found["NODE"] or None, first, second_ip=second)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the tables."""
    asked = _asked(words)
    namespace = asked[1] if asked is not None else ""
    columns: list[tuple[str, int]] = []
    for index, line in enumerate(lines):
        if _HEADER.match(line):
            columns = headings(line)
        elif line.strip() and columns:
            try:
                yield index, _row(cells(columns, line.rstrip()), namespace)
            except ValueError as error:
                yield index, bad("calicoctl get", error)


READER: Final = Reader(
    name="calicoctl get",
    accepts=accepts,
    starts=_HEADER,
    continues=_ROW,
    read=read,
    shape_coverage=(covers(KubeNode, complete=Complete.NO), covers(Pod, complete=Complete.NO)),
)
