"""``etcdctl get --prefix /coreos.com/network``: flannel's leases (pkg/subnet/etcd, pkg/lease in flannel).

A key names the subnets (``…/subnets/10.244.9.0-24&fd00:10:244:9::-64``), its value is one line of JSON. Version 2 prints the
value alone; with ``-w json`` keys and values are in base64.
"""

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from podpath.readers.documents import count, inside, ip, items, mac, text
from podpath.readers.interface import Item, Json, Reader
from podpath.readers.options import bad
from podpath.readers.pasted_json import decoded
from podpath.state.address import V4, V6, family_of, parse_prefix
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.flannel import FlannelLease
from podpath.state.pattern import lazy

_KEY: Final = lazy(r"/\S{1,100}/subnets/(?P<nets>[0-9a-f.:]{2,39}-\d{1,3}(?:&[0-9a-f.:]{2,39}-\d{1,3})?)\s*$")
_BACKENDS: Final = {V4: ("PublicIP", "BackendData"), V6: ("PublicIPv6", "BackendV6Data")}
_Nets: TypeAlias = dict[int, str]


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``etcdctl get`` of a key below ``network``; nothing shows whether that is all."""
    if words[:1] != ["etcdctl"] or "get" not in words or not any("/network" in word for word in words):
        return None
    return (covers(FlannelLease, complete=Complete.NO),)


def _nets(key: str) -> _Nets:
    """Return the subnets that a key names, by family."""
    match = _KEY.match(key)
    named = match["nets"].split("&") if match is not None else []
    return {family_of(parse_prefix(net.replace("-", "/"))[1]): net.replace("-", "/") for net in named}


def _leases(value: Json, nets: _Nets) -> Iterator[FlannelLease]:
    """Yield the leases of a value, one of each family that has an address.

    Raises:
        ValueError: an address or MAC is not valid.
    """
    backend = text(value, "BackendType")
    for family, (address, data) in _BACKENDS.items():
        public = ip(value, address)
        if public is None:
            continue
        _, subnet, length = parse_prefix(nets[family]) if family in nets else (None, None, None)
        yield FlannelLease(public, subnet, length, backend, count(value, data, "VNI"), mac(value, data, "VtepMAC"))


def _read_value(index: int, value: Json, key: str) -> Iterator[Item]:
    try:
        for lease in _leases(value, _nets(key)):
            yield index, lease
    except ValueError as error:
        yield index, bad("etcdctl get", error)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read keys, each with its value on the next line."""
    key = next((word for word in reversed(words) if _KEY.match(word)), "")
    for index, line in enumerate(lines):
        if _KEY.match(line):
            key = line
        elif line.startswith("{") and '"PublicIP"' in line:
            try:
                yield from _read_value(index, decoded(line), key)
            except (ValueError, RecursionError):
                yield index, bad("etcdctl get", f'"{line[:40]}" is not JSON')
            key = ""


def owns_json(document: Json) -> bool:
    """Say whether a document is a lease, or the answer of ``etcdctl get -w json`` with one."""
    if not isinstance(document, dict):
        return False
    return {"PublicIP", "BackendType"} <= document.keys() or any("subnets/" in key for key, _ in _pairs(document))


def _pairs(document: Json) -> Iterator[tuple[str, str]]:
    """Yield the keys and values of an answer: in base64 (version 3), or as they are (version 2's interface)."""
    import base64

    for pair in items(document, "kvs"):
        try:
            key, value = (base64.b64decode(text(pair, name) or "", validate=True).decode() for name in ("key", "value"))
        except ValueError:
            continue
        yield key, value
    for node in items(document, "node", "nodes"):
        yield text(node, "key") or "", text(node, "value") or ""


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read a lease, or an answer with many."""
    if inside(document, "PublicIP") is not None:
        yield from _read_value(0, document, next((word for word in reversed(words) if _KEY.match(word)), ""))
        return
    for key, value in _pairs(document):
        if _KEY.match(key):
            try:
                yield from _read_value(0, decoded(value), key)
            except (ValueError, RecursionError):
                yield 0, bad("etcdctl get -w json", f'the value of "{key}" is not JSON')


READER: Final = Reader(
    name="etcdctl get",
    accepts=accepts,
    starts=_KEY,
    continues=lazy(r'/\S{1,100}/config\s*$|\{ ?"(?:PublicIP|Network|EnableIPv4|EnableIPv6|IPv6Network|Backend)"'),
    read=read,
    shape_coverage=(covers(FlannelLease, complete=Complete.NO),),
    owns_json=owns_json,
    read_json=read_json,
)
