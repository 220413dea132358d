"""Which host interface is a container's: by index in both directions, never by index alone.

A veth device shows the index of its other end (``@if12``) and, where that is in
another namespace, that namespace's id. Two ends that name each other's index are
a pair only if nothing else on the node could be meant: indexes repeat in every
namespace. What ``dockerveth`` prints goes by one index, so it is a claim.
"""

from collections.abc import Iterator

from podpath.snapshot.store import Store
from podpath.state.address import Ip, ip_text
from podpath.state.finding import BridgeView, Pairing, Status

_INSIDE = """
    SELECT d.name AS node, h.ns AS host, n.ns, n.kind, n.name AS container, l.name AS dev, l.ifindex, l.peer_index,
           list(a."address" || '/' || a.length ORDER BY a.family, a."address") FILTER (a."address" IS NOT NULL
                AND NOT (a.family = 6 AND coalesce(a.scope, 'link') = 'link')) AS addresses,
           any_value(n.inferred) AS inferred
    FROM netns n JOIN node d USING (node) JOIN netns h ON h.node = n.node AND h.kind = 'host'
    JOIN link l ON l.ns = n.ns AND l.name <> 'lo' AND coalesce(l.kind, 'veth') = 'veth'
    LEFT JOIN address a ON a.ns = n.ns AND a.dev = l.name
    WHERE n.kind <> 'host' GROUP BY ALL ORDER BY ALL
"""


def _addresses(found: list[str] | None) -> tuple[str, ...]:
    texts = []
    for text in found or []:
        number, _, length = text.partition("/")
        texts.append(f"{ip_text(Ip(int(number)))}/{length}")
    return tuple(texts)


def pairings(store: Store) -> list[Pairing]:
    """Return the interfaces inside namespaces that are veth devices, or may be, with their other ends."""
    found = []
    claimed = {
        (node, name): veth
        for node, name, veth in store.raw(
            "SELECT d.name, c.name, c.veth FROM veth_claim c JOIN netns n USING (ns) JOIN node d USING (node)"
        )
    }
    for node, host, ns, kind, name, dev, index, peer, addresses, _ in store.raw(_INSIDE):
        claim = claimed.pop((node, name), None)
        found.append(_pair(store, (node, host, ns, kind, name), (dev, index, peer), _addresses(addresses), claim))
    for (node, name), veth in sorted(claimed.items()):
        reason = f"dockerveth says {veth}, by index alone"
        found.append(
            Pairing(
                node,
                name,
                None,
                (),
                veth,
                _master(store, node, veth),
                Status.UNKNOWN,
                reason,
                _command(name, "eth0", veth),
            )
        )
    return found


def _pair(
    store: Store,
    where: tuple[str, int, int, str, str],
    link: tuple[str, int | None, int | None],
    addresses: tuple[str, ...],
    claim: str | None,
) -> Pairing:
    node, host, ns, _, name = where
    dev, index, peer = link
    if index is None or peer is None:
        reason = f"the text shows no peer index of {dev}"
        if claim is not None:
            reason = f"dockerveth says {claim}, by index alone, and {reason}"
        return Pairing(
            node,
            name,
            dev,
            addresses,
            claim,
            _master(store, node, claim),
            Status.UNKNOWN,
            reason,
            _command(name, dev, claim),
        )
    ends = store.raw("SELECT name, peer_index, master, peer_netns FROM link WHERE ns = ? AND ifindex = ?", [host, peer])
    if not ends:
        reason = f"{dev} is the other end of interface {peer} of the host, which was not seen"
        return Pairing(node, name, dev, addresses, None, None, Status.UNKNOWN, reason, "ip -d link show")
    outside, back, master, _ = ends[0]
    twins = store.raw(
        "SELECT count(*) FROM netns n JOIN netns o USING (node) JOIN link l ON l.ns = o.ns WHERE n.ns = ? AND o.ns <> n.ns"
        " AND o.kind <> 'host' AND l.ifindex = ? AND l.peer_index = ?",
        [ns, index, peer],
    )[0][0]
    if back != index:
        reason = f"{outside} has index {peer}, but its own peer is index {back}, not {index}"
        return Pairing(node, name, dev, addresses, None, None, Status.UNKNOWN, reason, _command(name, dev, outside))
    if twins:
        reason = f"{twins} other namespace(s) have the same two indexes"
        return Pairing(node, name, dev, addresses, outside, master, Status.UNKNOWN, reason, "ip netns list-id")
    return Pairing(node, name, dev, addresses, outside, master, Status.PROVEN, "both ends name each other's index", "")


def _master(store: Store, node: str, veth: str | None) -> str | None:
    rows = store.raw(
        "SELECT l.master FROM link l JOIN netns n USING (ns) JOIN node d USING (node) WHERE d.name = ? AND l.name = ?"
        " AND l.master IS NOT NULL",
        [node, veth],
    )
    return str(rows[0][0]) if rows else None


def _command(container: str, dev: str, veth: str | None) -> str:
    outside = f"ip link show {veth}" if veth else "ip -d link show type veth"
    return f"docker exec {container} ip link show {dev}; {outside}"


def bridge_views(store: Store) -> Iterator[BridgeView]:
    """Yield every bridge of every host with its ports and addresses."""
    rows = store.raw(
        """
        WITH named AS (SELECT ns, name FROM bridge UNION SELECT ns, name FROM link WHERE kind = 'bridge'
                       UNION SELECT ns, master FROM bridge_port)
        SELECT d.name, b.name,
               (SELECT list(DISTINCT a."address" || '/' || a.length) FROM address a WHERE a.ns = b.ns AND a.dev = b.name
                                AND a.family = 4),
               (SELECT list(DISTINCT l.name ORDER BY l.name) FROM link l WHERE l.ns = b.ns AND l.master = b.name)
        FROM named b JOIN netns n USING (ns) JOIN node d USING (node) WHERE n.kind = 'host' ORDER BY ALL
        """
    )
    for node, name, addresses, ports in rows:
        yield BridgeView(node, name, _addresses(addresses), tuple(ports or ()))
