"""What of each table is state that somebody made, which is compared, and what only counts, ages or learns, which is not."""

from typing import Final, NamedTuple

from podpath.snapshot.schema import ROWS


class Meaning(NamedTuple):
    """How the rows of a table are compared.

    Attributes:
        key: columns that say which object it is.
        left_out: columns that change by themselves, or say again what another one says.
        only: SQL: which rows are compared.
        fleeting: SQL: rows that come and go by themselves, of which only a changed value is told.
    """

    key: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    only: str = "true"
    fleeting: str = "false"

    def values(self, table: str) -> tuple[str, ...]:
        """Return the columns whose values are compared."""
        return tuple(name for name in ROWS[table]._fields if name not in self.key and name not in self.left_out)


def _whole(table: str, *left_out: str, only: str = "true") -> Meaning:
    """A row that is its own name: another value is another object."""
    return Meaning(tuple(name for name in ROWS[table]._fields if name not in left_out), left_out, only)


_NAME: Final = Meaning(("name",))
# The kernel makes these beside each address and each device (ip-route(8), "local").
_OWN_ROUTES: Final = "NOT (\"table\" IN ('local', '255') AND coalesce(proto, '') IN ('kernel', ''))"
_EPHEMERAL: Final = 32768

MEANINGS: Final[dict[str, Meaning]] = {
    "link": Meaning(("name",), ("ifindex", "operstate", "flags", "peer_index", "peer_netns")),
    "vxlan": _NAME,
    "tunnel": _NAME,
    "bridge": Meaning(("name",), ("bridge_id",)),
    "bridge_port": Meaning(("name",), ("number",)),
    "bridge_vlan": Meaning(("name", "vlan", "vlan_end")),
    "vlan": _NAME,
    "macvlan": _NAME,
    "ipvlan": _NAME,
    "bond": _NAME,
    "vrf": _NAME,
    "qdisc": _whole("qdisc", "handle"),
    "program": Meaning(("dev", "hook", "name"), ("id",)),
    "wireguard_peer": Meaning(("dev", "peer", "family", "allowed", "allowed_len")),
    "virtual_server": Meaning(("proto", "address", "port", "mark", "real", "real_port")),
    "address": Meaning(("dev", "address", "length"), ("family", "flags")),
    "route": Meaning(
        ("family", "table", "dst", "dst_len", "metric", "tos", "src", "src_len", "hop"), ("flags", "scope"), only=_OWN_ROUTES
    ),
    "rule": _whole("rule"),
    "nexthop": Meaning(("id",), ("flags",)),
    "xfrm_policy": _whole("xfrm_policy"),
    # What the kernel asked for by ARP comes and goes; whoever has another MAC now is another machine.
    "neighbour": Meaning(
        ("dev", "address"), ("family", "state", "flags"), only="mac IS NOT NULL", fleeting="coalesce(state, '') <> 'PERMANENT'"
    ),
    "fdb": Meaning(
        ("dev", "mac", "vlan", "vni"), ("state", "flags", "master"),
        fleeting="coalesce(state, '') NOT IN ('permanent', 'static')",
    ),
    "sysctl": Meaning(("name",), only="name NOT LIKE '%conntrack_count'", fleeting="true"),
    "feature": Meaning(("dev", "name"), ("fixed",), fleeting="true"),
    "socket": Meaning(
        ("proto", "family", "local", "local_port", "dev"), ("process", "recv_queue", "send_queue", "remote", "remote_port"),
        only="remote_port IS NULL AND coalesce(state, '') IN ('LISTEN', 'UNCONN')",
        fleeting=f"state = 'UNCONN' AND local_port >= {_EPHEMERAL}",
    ),
    "resolver": _whole("resolver", "address"),
    "pod_network": Meaning(("family",)),
    "cni_plugin": Meaning(("network", "position")),
    "ruleset": Meaning(("form",)),
    "fact": Meaning(("name",), only="name IN ('hostname', 'kernel', 'machine-id')"),
    "container": Meaning(("name",), ("pid", "sandbox")),
    "container_address": Meaning(("container", "network", "address"), ("id",)),
    "published_port": _whole("published_port", "id"),
    "container_network": Meaning(("name",), ("id",)),
    "pod_sandbox": Meaning(("namespace", "name"), ("id", "uid", "pid", "netns")),
    "kube_node": _NAME,
    "pod": Meaning(("namespace", "name")),
    "service": Meaning(("namespace", "name", "port", "proto")),
    "endpoint": Meaning(("namespace", "service", "address", "port", "proto"), ("slice", "target")),
}  # fmt: skip

EMPTY_MEANS_NONE: Final = frozenset(("master", "via", "dev", "nhid", "prefsrc", "dst", "remote"))
"""Columns whose emptiness says something: there is none. An empty one elsewhere may only not have been shown."""

NOT_COMPARED: Final[dict[str, str]] = {
    "link_counters": "they count",
    "counter": "they count",
    "conntrack": "connections come and go",
    "netns_name": "the namespaces themselves are compared",
    "netns_id": "the kernel gives these numbers as they are asked for",
    "netns_holder": "processes come and go",
    "missing": "what a capture lacks is told as unknown",
    "capture": "it says when the snapshot was taken",
    "coverage": "it says what the snapshot shows",
    "container_label": "labels do not carry packets",
    "pod_address": "the addresses inside the pod are compared",
    "veth_claim": "it says what a script believes",
}
"""Tables that are left out, and why."""
