"""``kubectl get …`` and ``kubectl get … -o wide``: tables of objects of the Kubernetes API.

What a table cuts off (``+ 2 more...``) is missing, so endpoints are never complete. A table without the
column NAMESPACE is of the namespace that ``-n`` names, or of ``default``; by its shape alone, of none.
"""

# ruff: noqa: SIM905 - lists of words are read best as text

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from podpath.readers.columns import cells, headings
from podpath.readers.interface import Item, Reader
from podpath.readers.kubectl import bounded, parse_get
from podpath.readers.options import bad, number
from podpath.state.address import Ip, parse_ip
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.kube import Endpoint, KubeNode, Pod, Service
from podpath.state.pattern import lazy
from podpath.state.table import key_of

_HEADER: Final = lazy(
    r"(?:NAMESPACE\s+)?NAME\s+(?:STATUS\s+ROLES\s+AGE\s+VERSION|READY\s+STATUS\s+RESTARTS\s+AGE|"
    r"TYPE\s+CLUSTER-IP\s+EXTERNAL-IP\s+PORT\(S\)\s+AGE|ADDRESSTYPE\s+PORTS\s+ENDPOINTS\s+AGE|ENDPOINTS\s+AGE)"
    r"(?:\s+[A-Z].*)?\s*$"
)
_NOTHING: Final = lazy(r"No resources found(?: in \S+ namespace)?\.?\s*$|Warning: v1 Endpoints is deprecated.*$")
_SHOWN: Final = frozenset(key_of(table) for table in (Endpoint, KubeNode, Pod, Service))
"""The tables that tables of kubectl tell of."""
_AGE: Final = r"(?:(?:[0-9]+[ydhms]){1,2}|<unknown>|<invalid>)"
_NONE: Final = frozenset(("", "<none>", "<unset>", "<pending>", "None", "<unknown>", "<nodes>"))
_MORE: Final = lazy(r" \+ [0-9]+ more\.\.\.$")
_PORT: Final = lazy(r"([0-9]{1,5})(?::([0-9]{1,5}))?/([A-Z]+)$")
_GENERATED: Final = lazy(r"(.+)-[a-z0-9]{5}$")


class _Row(NamedTuple):
    """A row of a table, and the namespace that it is in."""

    cells: dict[str, str]
    namespace: str
    name: str


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``kubectl get …`` that prints tables."""
    get = parse_get(words)
    if get is None or get.output not in ("", "wide"):
        return None
    shown = [part for part in get.coverage if part.table in _SHOWN]
    return tuple(part._replace(complete=Complete.NO) if part.table == "endpoint" else part for part in shown) or None


def _value(row: _Row, column: str) -> str | None:
    text = row.cells.get(column, "")
    return None if text in _NONE else text


def _ip(row: _Row, column: str) -> Ip | None:
    text = _value(row, column)
    return parse_ip(text) if text is not None else None


def _node(row: _Row) -> Iterator[KubeNode]:
    yield KubeNode(row.name, _ip(row, "INTERNAL-IP"), ready=row.cells["STATUS"].partition(",")[0] == "Ready")


def _pod(row: _Row) -> Iterator[Pod]:
    ready, slash, total = row.cells["READY"].partition("/")
    if not slash:
        raise ValueError(f'"{ready}" is not the number of ready containers')
    yield Pod(
        row.namespace, row.name, _value(row, "NODE"), _ip(row, "IP"), None, _value(row, "STATUS"),
        ready == total and number(total) > 0, _value(row, "LABELS"),
    )  # fmt: skip


def _service(row: _Row) -> Iterator[Service]:
    base = Service(
        row.namespace, row.name, _value(row, "TYPE"), _ip(row, "CLUSTER-IP"),
        external_ips=_value(row, "EXTERNAL-IP"), selector=_value(row, "SELECTOR"),
    )  # fmt: skip
    ports = _value(row, "PORT(S)")
    if ports is None:
        yield base
        return
    for each in ports.split(","):
        match = _PORT.match(each)
        if match is None:
            raise ValueError(f'"{each}" is not a port')
        node_port = number(match[2]) if match[2] else None
        yield base._replace(proto=match[3], port=number(match[1]), node_port=node_port)


def _slice(row: _Row) -> Iterator[Endpoint]:
    made = _GENERATED.match(row.name)
    addresses = _MORE.sub("", _value(row, "ENDPOINTS") or "")
    ports = _MORE.sub("", _value(row, "PORTS") or "").split(",")
    bounded(addresses.count(",") + 1, len(ports))
    for address in filter(None, addresses.split(",")):
        for port in ports:
            number_of = number(port) if port not in _NONE else None
            where = parse_ip(address) if row.cells["ADDRESSTYPE"] != "FQDN" else None
            yield Endpoint(row.namespace, made[1] if made else row.name, row.name, where, port=number_of)


def _endpoints(row: _Row) -> Iterator[Endpoint]:
    shown = _MORE.sub("", _value(row, "ENDPOINTS") or "")
    for each in filter(None, shown.split(",")):
        address, colon, port = each.rpartition(":")
        where = parse_ip((address if colon else each).strip("[]"))
        yield Endpoint(row.namespace, row.name, row.name, where, port=number(port) if colon else None, ready=True)


_Maker = Callable[[_Row], Iterator[KubeNode | Pod | Service | Endpoint]]
_MAKERS: Final[dict[str, _Maker]] = {
    "ROLES": _node, "RESTARTS": _pod, "CLUSTER-IP": _service, "ADDRESSTYPE": _slice, "ENDPOINTS": _endpoints,
}  # fmt: skip


_COLUMNS: Final = {
    "kube_node": ("NAME STATUS ROLES AGE VERSION INTERNAL-IP EXTERNAL-IP OS-IMAGE KERNEL-VERSION CONTAINER-RUNTIME").split(),
    "pod": "NAME READY STATUS RESTARTS AGE IP NODE NOMINATED-NODE READINESS-GATES".split(),
    "service": "NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE SELECTOR".split(),
}
"""The columns of each table with ``-o wide``: they are known where a filter took the line of headings away."""
_SHORT: Final = {"kube_node": 5, "pod": 5, "service": 6}
_AGE_OF_RESTART: Final = lazy(r"(?<!\d)(\d++) (\([^()]* ago\))")


def _fixed(words: Sequence[str], line: str) -> dict[str, str] | None:
    """Return the cells of a line without headings, if the command line says what they are."""
    get = parse_get(words) if words else None
    tables = [part.table for part in get.coverage if part.table in _SHOWN] if get is not None else []
    if get is None or len(tables) != 1 or tables[0] not in _COLUMNS:
        return None
    columns = list(_COLUMNS[tables[0]]) if get.output == "wide" else list(_COLUMNS[tables[0]][: _SHORT[tables[0]]])
    if {"-A", "--all-namespaces"} & set(words):
        columns.insert(0, "NAMESPACE")
    parts = _AGE_OF_RESTART.sub(r"\1", line).split()
    return dict(zip(columns, parts, strict=False)) if len(parts) >= min(len(columns), len(columns) - 2) else None


def _rows(
    columns: list[tuple[str, int]], line: str, namespace: str, words: Sequence[str] = ()
) -> list[KubeNode | Pod | Service | Endpoint]:
    """Read one line; ValueError says what is wrong with it."""
    fixed = _fixed(words, line) if not columns else None
    if not columns and fixed is None:
        raise ValueError("the line of headings above it is missing")
    found = fixed if fixed is not None else cells(columns, line)
    make = next((maker for heading, maker in _MAKERS.items() if heading in found), None)
    if make is None:
        raise ValueError("the line of headings above it is damaged")
    name = found["NAME"].rpartition("/")[2]
    if not name:
        raise ValueError("it has no name")
    return list(make(_Row(found, found.get("NAMESPACE") or namespace, name)))


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read one table after another."""
    get = parse_get(words) if words else None
    namespace = (get.namespace or "default") if get is not None else ""
    columns: list[tuple[str, int]] = []
    for index, line in enumerate(lines):
        if _HEADER.match(line):
            columns = headings(line)
        elif line.strip() and not _NOTHING.match(line):
            try:
                rows = _rows(columns, line.rstrip(), namespace, words)
            except ValueError as error:
                yield index, bad("kubectl get", error)
            else:
                for row in rows:
                    yield index, row


READER: Final = Reader(
    name="kubectl get",
    accepts=accepts,
    starts=lazy(_HEADER.pattern),
    continues=lazy(r"[a-z0-9][\w./:-]*\s+\S.*\s" + _AGE + r"(?:\s{2,}\S.*)?\s*$|" + _NOTHING.pattern),
    read=read,
    shape_coverage=tuple(covers(table, complete=Complete.NO) for table in (KubeNode, Pod, Service, Endpoint)),
)
