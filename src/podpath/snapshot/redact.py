"""Addresses and names replaced, alike everywhere, so that a snapshot can be shown to others.

What judgement rests on stays: which addresses share a prefix, which are equal, private, link-local or multicast; which
MAC made which link-local address; names of interfaces, tables and sysctls. Raw text goes, but for rulesets, in which
the same replacements are made.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from podpath.snapshot.schema import FRAME, ROWS, columns
from podpath.snapshot.store import Store, bound
from podpath.state.address import V4_BASE, Ip, Mac, ip_text, link_local, mac_text, parse_ip, parse_mac, parse_prefix

_BITS: Final = 128
_V4_FIRST_BIT: Final = 96
_STRANGE_V4: Final = _V4_FIRST_BIT + 24
_STRANGE_V6: Final = 64
_ONES: Final = (1 << _BITS) - 1
# Networks that mean something by themselves: inside their own bits nothing changes (RFC 6890).
_MEANING: Final = tuple(
    (ip, length + (_V4_FIRST_BIT if family == 4 else 0))  # noqa: PLR2004
    for family, ip, length in map(parse_prefix, (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "192.0.2.0/24", "198.18.0.0/15",
        "2000::/3", "fc00::/7", "64:ff9b::/96",
    ))
)  # fmt: skip
_UNTOUCHED: Final = tuple(
    (ip, length + (_V4_FIRST_BIT if family == 4 else 0))  # noqa: PLR2004
    for family, ip, length in map(parse_prefix, (
        "0.0.0.0/32", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/127", "fe80::/10", "ff00::/8",
    ))
)  # fmt: skip
# The bits that lead to one of them stay, so that nothing comes into such a network, or leaves it.
_ON_THE_WAY: Final = frozenset(
    (depth, first >> (_BITS - depth)) for first, length in (*_MEANING, *_UNTOUCHED) for depth in range(length)
)
_KEPT_MACS: Final = (0, 0xFFFFFFFFFFFF, 0xEEEEEEEEEEEE)
_EUI64: Final = 0xFFFE
_MAC_COLONS: Final = 5
_GROUP_BIT: Final = 1 << 40
_LOCAL_BIT: Final = 1 << 41
_ADDRESS: Final = re.compile(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7})(?![\w:]|\.\d)")
_COMMENT: Final = re.compile(r'(--comment |(?<![-\w])comment (?=")|"comment": ?)("(?:[^"\\]|\\.)*"|\S+)')

# Columns that hold names which people gave, by the word that replaces them.
_NAMES: Final = {
    "node": {"name": "node", "hosts": ""},
    "netns": {"name": "space"},
    "netns_name": {"name": "space"},
    "netns_holder": {"name": "holder"},
    "container": {"name": "space", "image": "image", "network_mode": "", "ports": "", "sandbox": "", "id": "id"},
    "container_address": {"container": "space", "network": "network", "id": "id"},
    "container_label": {"container": "space", "name": "label", "value": "", "id": "id"},
    "container_network": {"name": "network", "id": "id"},
    "published_port": {"container": "space", "id": "id"},
    "veth_claim": {"container": "id", "name": "space"},
    "pod_sandbox": {"name": "space", "namespace": "namespace", "id": "id", "uid": "id", "netns": ""},
    "pod_address": {"sandbox": "id"},
    "pod": {"name": "space", "namespace": "namespace", "node": "node", "labels": ""},
    "service": {"name": "service", "namespace": "namespace"},
    "endpoint": {"service": "service", "namespace": "namespace", "slice": "", "node": "node", "target": ""},
    "kube_node": {"name": "node"},
    "capture": {"target": "", "problem": ""},
    "link": {"alias": ""},
    "route": {"gateway_name": "node"},
    "socket": {"process": ""},
    "resolver": {"value": ""},
    "wireguard_peer": {"peer": "key"},
    "conflict": {"object": "", "one": "", "other": ""},
    "unread": {"text": "", "file": "file"},
    "source": {"file": "file"},
    "set_aside": {"file": "file", "command": "", "node": "node"},
}  # fmt: skip
_FACTS: Final = ("hostname", "machine-id")


class Redaction:
    """One way of replacing, by a key that nobody keeps.

    Args:
        prefixes: networks of the snapshot, as (first address, length on the number line of 128 bits).
        key: the key; none makes one.
    """

    def __init__(self, prefixes: Iterable[tuple[int, int]], key: bytes | None = None) -> None:
        self._key = secrets.token_bytes(16) if key is None else key
        # Bits are replaced down to the longest network that an address lies in; the rest says who it is in there.
        # Of an address in no network, all but the last byte is replaced, or the interface's part of IPv6.
        self._inner: set[tuple[int, int]] = set()
        self._networks: set[tuple[int, int]] = set()
        for first, length in prefixes:
            self._inner.update((depth, first >> (_BITS - depth)) for depth in range(length))
            self._networks.add((length, first >> (_BITS - length)))
        self._names: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}
        self.ip = lru_cache(maxsize=1 << 18)(self._ip)

    def _ip(self, ip: Ip) -> Ip:
        """Return what stands for an address: equal prefixes stay equal ones."""
        if any(ip >> (_BITS - length) == first >> (_BITS - length) for first, length in _UNTOUCHED):
            return self._link_local(ip)
        made = 0
        network = False
        strange = _STRANGE_V4 if ip >> 32 == V4_BASE >> 32 else _STRANGE_V6
        for depth in range(_BITS):
            node = depth, ip >> (_BITS - depth)
            network = network or node in self._networks
            bit = ip >> (_BITS - 1 - depth) & 1
            replaced = node in self._inner or (not network and depth < strange)
            made = made << 1 | (bit ^ self._flip(*node) if replaced and node not in _ON_THE_WAY else bit)
        return Ip(made)

    def _link_local(self, ip: Ip) -> Ip:
        """Return a link-local address that was made of a MAC as the one of what stands for that MAC (RFC 4291, appendix A)."""
        if ip >> 118 != 0xFE80 >> 6 or ip >> 24 & 0xFFFF != _EUI64:
            return ip
        mac = Mac(((ip >> 40 & 0xFFFFFF) ^ 0x020000) << 24 | ip & 0xFFFFFF)
        return link_local(self.mac(mac)) | (ip >> 64 << 64) if link_local(mac) == ip else ip  # type: ignore[return-value]

    def _flip(self, depth: int, node: int) -> int:
        return hashlib.blake2b(b"%d/%x" % (depth, node), key=self._key, digest_size=1).digest()[0] & 1

    def mac(self, mac: Mac) -> Mac:
        """Return what stands for a link-layer address; group and well-known ones stay."""
        if mac & _GROUP_BIT or mac in _KEPT_MACS:
            return mac
        digest = hashlib.blake2b(b"mac%x" % mac, key=self._key, digest_size=6).digest()
        return Mac(int.from_bytes(digest) & ~_GROUP_BIT | _LOCAL_BIT)

    def name(self, word: str, text: str) -> str | None:
        """Return what stands for a name: a word and a number, or nothing at all for an empty word."""
        if not word:
            return None
        if (word, text) not in self._names:
            self._counts[word] = self._counts.get(word, 0) + 1
            self._names[word, text] = f"{word}{self._counts[word]}"
        return self._names[word, text]

    def text(self, text: str) -> str:
        """Return a text with its addresses replaced and its comments emptied."""

        def one(match: re.Match[str]) -> str:
            is_mac = match[0].count(":") == _MAC_COLONS and "::" not in match[0]
            try:
                return mac_text(self.mac(parse_mac(match[0]))) if is_mac else ip_text(self.ip(parse_ip(match[0])))
            except ValueError:
                return match[0]

        return _ADDRESS.sub(one, _COMMENT.sub(r'\1"redacted"', text))


def redact(store: Store, key: bytes | None = None) -> None:
    """Replace addresses and names in a store that is in memory.

    Args:
        store: the store; what was loaded from it before is not changed.
        key: of the replacement; none makes one that is forgotten.
    """
    store.flush()
    redaction = Redaction(_networks(store), key)
    for table in (*FRAME, *ROWS):
        for column in columns(table):
            if column.sql == "UHUGEINT":
                _replace(store, table, column.name, column.sql, lambda value: redaction.ip(Ip(value)))
            elif column.sql == "UBIGINT":
                _replace(store, table, column.name, column.sql, lambda value: redaction.mac(Mac(value)))
        for column_name, word in _NAMES.get(table, {}).items():
            _replace(store, table, column_name, "VARCHAR", lambda value, word=word: redaction.name(word, value))
    _replace(store, "missing", "what", "VARCHAR", redaction.text)
    _replace(store, "fact", "value", "VARCHAR", lambda value: redaction.name("node", value), f"name IN {_FACTS}")
    _texts(store, redaction)


def _networks(store: Store) -> list[tuple[int, int]]:
    """Return the networks of the snapshot, single addresses apart."""
    found: set[tuple[int, int]] = set()
    pairs = (("route", "dst", "dst_len", "family"), ("address", "address", "length", "family"),
             ("container_network", "subnet", "subnet_len", "family_of(subnet)"),
             ("pod_network", "network", "network_len", "family"))  # fmt: skip
    for table, first, length, family in pairs:
        rows = store.raw(
            f'SELECT DISTINCT "{first}", {length}, {family} FROM "{table}" WHERE "{first}" IS NOT NULL AND {length} > 0'
        )
        for ip, bits, version in rows:
            depth = bits + (_V4_FIRST_BIT if version == 4 else 0)  # noqa: PLR2004
            if depth < _BITS:
                found.add((ip & ~((1 << (_BITS - depth)) - 1) & _ONES, depth))
    return sorted(found)


def _replace(store: Store, table: str, column: str, sql: str, made: Callable[..., object], where: str = "true") -> None:
    """Replace the values of a column, each by what stands for it."""
    values = [
        row[0]
        for row in store.raw(f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL AND {where} ORDER BY 1')
    ]
    if not values:
        return
    pairs = [bound(sql, values), bound(sql, [made(value) for value in values])]
    store.connection.execute(
        f'UPDATE "{table}" SET "{column}" = p.made FROM (SELECT unnest(?::{sql}[]) AS was, unnest(?::{sql}[]) AS made) p'
        f' WHERE "{table}"."{column}" = p.was AND {where}',
        pairs,
    )


def _texts(store: Store, redaction: Redaction) -> None:
    """Keep the texts of rulesets, replaced; no other text stays."""
    kept = store.raw(
        "SELECT source, text FROM source WHERE text IS NOT NULL AND source IN (SELECT source FROM ruleset)"
    )  # fmt: skip
    store.connection.execute(
        "UPDATE source SET text = NULL, command = '', typed = false WHERE source NOT IN (SELECT source FROM ruleset)"
    )
    for source, text in kept:
        store.connection.execute("UPDATE source SET text = ? WHERE source = ?", [redaction.text(text), source])
