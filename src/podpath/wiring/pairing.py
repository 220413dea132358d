"""Which host interface is a container's: by index in both directions, never by index alone.

How other ends are found, :mod:`podpath.wiring.cables` says. What ``dockerveth`` prints goes by one index,
so it is a claim.
"""

import shlex
from collections import defaultdict
from collections.abc import Iterator

from podpath.language import tr
from podpath.snapshot.fetch import halves, whole
from podpath.snapshot.store import Store
from podpath.state.address import Ip, ip_text
from podpath.state.finding import BridgeView, Pairing, Status
from podpath.wiring.cables import Device
from podpath.wiring.places import prefix
from podpath.wiring.wiring import Wiring

_ADDRESSES = f"""
    SELECT ns, dev, length, {halves("address")} FROM "address"
    WHERE NOT (family = 6 AND coalesce(scope, 'link') = 'link') ORDER BY family, "address"
"""


def addresses_of(store: Store) -> dict[tuple[int, str], tuple[str, ...]]:
    """Return the addresses of each device with their prefix lengths, link-local ones apart."""
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for ns, dev, length, low, high in store.raw(_ADDRESSES):
        found[ns, dev].append(f"{ip_text(whole(low, high))}/{length}")
    return {place: tuple(texts) for place, texts in found.items()}


def texts(found: list[str] | None) -> tuple[str, ...]:
    """Return addresses that a query joined with their prefix lengths, as text."""
    pairs = (text.partition("/") for text in found or [])
    return tuple(f"{ip_text(Ip(int(number)))}/{length}" for number, _, length in pairs)


def pairings(store: Store, wiring: Wiring) -> list[Pairing]:
    """Return the interfaces inside namespaces that are veth devices, or may be, with their other ends.

    Args:
        store: the snapshot.
        wiring: its devices.
    """
    claimed = {
        (node, name): veth
        for node, name, veth in store.raw(
            "SELECT d.name, c.name, c.veth FROM veth_claim c JOIN netns n USING (ns) JOIN node d USING (node)"
        )
    }
    addresses = addresses_of(store)
    found = []
    for device in wiring.devices:
        space = wiring.spaces[device.ns]
        if space.kind == "host" or not wiring.may_be_veth(device):
            continue
        claim = claimed.pop((space.node_name, space.name), None)
        found.append(_pair(store, wiring, device, addresses.get((device.ns, device.link.name), ()), claim))
    for (node, name), veth in sorted(claimed.items()):
        reason = tr("dockerveth says {veth}, from the index only", veth=veth)
        master = _master(store, node, veth)
        found.append(
            Pairing(node, name, None, (), veth, master, Status.UNKNOWN, reason, _command(f"container:{name}", "eth0", veth))
        )
    return sorted(found, key=lambda pairing: (pairing.node, pairing.container, pairing.inside or ""))


def _pair(store: Store, wiring: Wiring, device: Device, addresses: tuple[str, ...], claim: str | None) -> Pairing:
    space = wiring.spaces[device.ns]
    node, name = space.node_name, space.name
    other, link = wiring.other(device), device.link
    if other.far is not None:
        outside, status = other.far.link, Status.PROVEN if other.known else Status.UNKNOWN
        return Pairing(
            node, name, link.name, addresses, outside.name, outside.master, status, other.reason, other.command
        )  # fmt: skip
    if link.peer_index is None:
        reason = (
            other.reason
            if claim is None
            else tr("dockerveth says {claim}, from the index only, and {reason}", claim=claim, reason=other.reason)
        )
        command = _command(space.label, link.name, claim)
        return Pairing(node, name, link.name, addresses, claim, _master(store, node, claim), Status.UNKNOWN, reason, command)
    return Pairing(node, name, link.name, addresses, None, None, Status.UNKNOWN, other.reason, other.command)


def _master(store: Store, node: str, veth: str | None) -> str | None:
    rows = store.raw(
        "SELECT l.master FROM link l JOIN netns n USING (ns) JOIN node d USING (node) WHERE d.name = ? AND l.name = ?"
        " AND l.master IS NOT NULL",
        [node, veth],
    )
    return str(rows[0][0]) if rows else None


def _command(label: str, dev: str, veth: str | None) -> str:
    outside = f"ip link show {shlex.quote(veth)}" if veth else "ip -d link show type veth"
    return f"{prefix(label)}ip link show {shlex.quote(dev)}; {outside}"


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
        yield BridgeView(node, name, texts(addresses), tuple(ports or ()))
