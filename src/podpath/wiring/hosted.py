"""Containers and pods that were not captured, and that the tables of their host show: an address behind a cable.

A host route into a veth (Calico, AWS, Cilium), a neighbour on a veth, or a neighbour on a bridge of containers is an address on
the other side of a cable; a pod of the API, or a container of the host's engine, is, too, if its address is in the network of
such a bridge.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from podpath.snapshot.store import Store
from podpath.state.address import BITS, Ip, Mac
from podpath.wiring.cables import Devices, other_end

_CABLE: Final = re.compile(
    r"(?:cali[0-9a-f]{8,}|veth[0-9A-Za-z_]+|lxc[0-9a-f_]{8,}|eni[0-9a-f]{8,}|azv[0-9a-f]{8,}|gke[0-9a-f]{8,})\Z"
)
"""Names that container networks give to the host's end of a cable: Calico, Docker and CNI's bridge, Cilium, AWS, Azure, GKE."""
BRIDGE: Final = re.compile(
    r"(?:cni\d+|cbr\d+|docker\d+|docker_gwbridge|br-[0-9a-f]{12}|(?:cni-)?podman\d+|nerdctl\d+|kube-bridge|weave)\Z"
)
"""Names of bridges that have only containers behind them."""
_DEVICES: Final = """
    SELECT DISTINCT dev FROM neighbour UNION SELECT DISTINCT dev FROM "address" UNION SELECT DISTINCT name FROM link
    UNION SELECT DISTINCT dev FROM route WHERE via IS NULL AND dev IS NOT NULL
    UNION SELECT DISTINCT dev FROM fdb WHERE dst IS NULL
"""
_WITH: Final = """
    WITH host AS (SELECT ns, node FROM netns WHERE kind = 'host'),
    port AS (SELECT ns, name, master, kind = 'veth' OR name IN (SELECT unnest($cables)) AS cable FROM link JOIN host USING (ns)),
    bridge AS (
        SELECT DISTINCT host.ns, named AS name FROM host, (SELECT unnest($bridges)) AS known(named)
        UNION SELECT ns, master FROM port WHERE master IS NOT NULL GROUP BY ns, master HAVING bool_and(coalesce(cable, false))
    )
"""
_TOLD: Final = f"""
    {_WITH}, near AS MATERIALIZED (
        SELECT * FROM neighbour WHERE dev IN (SELECT name FROM bridge UNION ALL SELECT name FROM port WHERE cable
                      UNION ALL SELECT unnest($cables))
            AND (mac >> 40) & 1 = 0 AND coalesce(state, '') NOT IN ('FAILED', 'INCOMPLETE', 'NONE')
    ), told(ns, ip, dev, mac, bridge, rank) AS (
        SELECT ns, dst, dev, NULL, NULL, coalesce(metric, 0) FROM route JOIN host USING (ns)
        WHERE type = 'unicast' AND via IS NULL AND dst_len = CASE family WHEN 4 THEN 32 ELSE 128 END
        UNION ALL
        SELECT n.ns, n."address", coalesce(f.dev, n.dev), n.mac, b.name, NULL
        FROM near n JOIN bridge b ON b.ns = n.ns AND b.name = n.dev
        LEFT JOIN (SELECT * FROM fdb WHERE dst IS NULL) f ON f.ns = n.ns AND f.mac = n.mac AND f.dev <> n.dev
            AND coalesce(f.master, n.dev) = n.dev
        UNION ALL
        SELECT n.ns, n."address", n.dev, n.mac, NULL, NULL
        FROM near n JOIN host USING (ns) LEFT JOIN port p ON p.ns = n.ns AND p.name = n.dev
        WHERE coalesce(p.cable, n.dev IN (SELECT unnest($cables))) AND NOT EXISTS (
            -- A device with a network of its own is an uplink.
            SELECT 1 FROM "address" a WHERE a.ns = n.ns AND a.dev = n.dev AND coalesce(a.scope, 'global') <> 'link'
                AND a.length < CASE a.family WHEN 4 THEN 32 ELSE 128 END)
    )
    SELECT t.ns, t.ip, t.dev, t.mac, t.bridge, coalesce(p.cable, t.dev IN (SELECT unnest($cables))) AS cable
    FROM told t LEFT JOIN port p ON p.ns = t.ns AND p.name = t.dev
    WHERE t.ip NOT IN (SELECT "address" FROM "address") AND ($address IS NULL OR t.ip = $address::UHUGEINT)
    -- The kernel sends by the route, whatever an old entry of a neighbour says.
    ORDER BY t.ns, t.ip, t.rank NULLS LAST, t.bridge IS NOT NULL AND NOT cable, t.mac, t.dev
"""
# Behind which port an address is, is open where nothing tells; not where the forwarding table was captured, or a port is dead.
_SHUT: Final = """
    SELECT f.ns, coalesce(f.master, l.master) FROM fdb f LEFT JOIN link l ON l.ns = f.ns AND l.name = f.dev
    UNION SELECT ns, master FROM link WHERE up = false OR carrier = false
"""
_NETS: Final = f"""
    {_WITH}, net AS (
        SELECT ns, dev, family, length, "address" FROM "address"
        -- Where addresses were not shown, the kernel's own route names the bridge and its network.
        UNION SELECT ns, dev, family, dst_len, dst FROM route
        WHERE type = 'unicast' AND via IS NULL AND "table" = 'main' AND coalesce(proto, 'kernel') = 'kernel' AND dst_len > 0
    )
    SELECT a.* FROM net a JOIN host USING (ns) JOIN bridge b ON b.ns = a.ns AND b.name = a.dev ORDER BY a.ns, a.dev
"""
_OBJECTS: Final = """
    WITH object AS (
        SELECT "address", NULL AS ns, NULL AS mac FROM pod WHERE NOT coalesce(host_network, false)
        -- Each engine gives its containers addresses as it likes: those of one host say nothing of another's.
        UNION SELECT "address", ns, mac FROM container_address
    )
    SELECT "address", ns, any_value(mac) FROM object WHERE "address" IS NOT NULL
    AND "address" NOT IN (SELECT "address" FROM "address") AND ($address IS NULL OR "address" = $address::UHUGEINT)
    GROUP BY "address", ns ORDER BY ALL
"""
_PORTS: Final = "SELECT name FROM link WHERE ns = ? AND master = ?"


class Hosted(NamedTuple):
    """An address behind a cable of a host.

    Attributes:
        ns: the host's own namespace.
        address: the address.
        dev: the host's end of the cable, or None if no output shows it.
        mac: the MAC of the other end, or None if no output shows it.
        bridge: the bridge that the host's end is a port of, or None if the host routes into the cable.
    """

    ns: int
    address: Ip
    dev: str | None
    mac: Mac | None = None
    bridge: str | None = None


class _Object(NamedTuple):
    """An address that an object of the API or an engine has.

    Attributes:
        address: the address.
        ns: namespace of the host that told it, or None if it may be on any.
        mac: the MAC of the device that has it, or None if nothing tells.
    """

    address: Ip
    ns: int | None
    mac: Mac | None


def is_cable(dev: str) -> bool:
    """Say whether a device is the host's end of a container's cable, by its name."""
    return _CABLE.match(dev) is not None


def hosted(devices: Devices, store: Store, address: Ip | None = None) -> list[Hosted]:
    """Return the addresses behind cables to what was not captured, in the order of hosts and addresses.

    An address that a captured container no longer has is behind no such cable: its host's entries are old.

    Args:
        devices: the devices of the snapshot.
        store: the snapshot.
        address: the only one to look for; none means all.
    """
    known = [dev for (dev,) in store.raw(_DEVICES)]
    names = {"cables": [dev for dev in known if is_cable(dev)], "bridges": [dev for dev in known if BRIDGE.match(dev)]}
    only = {"address": None if address is None else str(int(address))}
    found = _told(store.raw(_TOLD, {**names, **only}), store)
    addresses = {ip for _, ip in found}
    objects = [_Object(Ip(ip), ns, mac) for ip, ns, mac in store.raw(_OBJECTS, only) if ip not in addresses]
    found |= {(one.ns, one.address): one for one in _in_networks(store.raw(_NETS, names) if objects else (), objects)}
    return [found[key] for key in sorted(found) if _is_open(devices, store, found[key])]


def _told(rows: list[tuple[Any, ...]], store: Store) -> dict[tuple[int, Ip], Hosted]:
    """Return what routes and neighbours show, each address of a host once: the first row decides where it is."""
    shut = set(store.raw(_SHUT)) if rows else set()
    found: dict[tuple[int, Ip], Hosted] = {}
    for ns, ip, dev, mac, bridge, cable in rows:
        if cable or (bridge is not None and (ns, bridge) not in shut):
            at = found.setdefault((ns, Ip(ip)), Hosted(ns, Ip(ip), dev if cable else None, mac, bridge))
            if at.mac is None and (at.dev, at.bridge) == (dev, bridge):
                found[ns, Ip(ip)] = at._replace(mac=mac)
    return found


def _is_open(devices: Devices, store: Store, at: Hosted) -> bool:
    """Say whether a cable, or one of the ports of a bridge, leads to what was not captured."""
    if at.dev is not None:
        return _leads_elsewhere(devices, at.ns, at.dev)
    ports = [name for (name,) in store.raw(_PORTS, [at.ns, at.bridge])]
    return not ports or any(_leads_elsewhere(devices, at.ns, name) for name in ports)


def _leads_elsewhere(devices: Devices, ns: int, dev: str) -> bool:
    link = devices.named(ns, dev)
    return link is None or link.peer_index is None or other_end(devices, ns, link).outside


def _in_networks(nets: Iterable[tuple[int, str, int, int, int]], objects: list[_Object]) -> Iterator[Hosted]:
    """Yield the pods and containers whose address is in the network of one bridge alone, on their host if that is known."""
    behind: dict[tuple[int, int], set[tuple[int, str]]] = defaultdict(set)
    for ns, dev, family, length, own in nets:
        bits = BITS[family] - length
        behind[bits, own >> bits].add((ns, dev))
    for one in objects:
        near = {place for bits in {bits for bits, _ in behind} for place in behind.get((bits, one.address >> bits), ())}
        places = {place for place in near if one.ns in (None, place[0])}
        if len(places) == 1:
            ns, bridge = places.pop()
            yield Hosted(ns, one.address, None, one.mac, bridge)
