"""Every interface inside a namespace, and what it is connected to: the table of ``podpath veth``."""

import re
from collections import defaultdict
from collections.abc import Iterator
from shlex import quote
from typing import Final, NamedTuple

from podpath.language import tr
from podpath.snapshot.fetch import halves, whole
from podpath.snapshot.store import Store
from podpath.state.address import BITS, family_of, mac_text, prefix_text
from podpath.state.attachment import Attachment
from podpath.state.finding import Status
from podpath.state.tun import TUNS, called
from podpath.wiring.cables import STACKED, Device
from podpath.wiring.engine_networks import bridge_networks, published_ports
from podpath.wiring.hosted import Hosted, hosted
from podpath.wiring.pairing import addresses_of
from podpath.wiring.wiring import NodeNamespace, Wiring

_WORDS: Final = re.compile(r"(\D*)(\d{0,18})")


class _Named(NamedTuple):
    """A container, and the namespace it is in."""

    node: int
    ns: int | None
    id: str
    name: str
    image: str | None
    pod: str | None
    mode: str | None
    state: str | None


class _Port(NamedTuple):
    """A bridge port."""

    number: int | None
    state: str | None
    flags: tuple[str, ...]


def attachments(store: Store) -> list[Attachment]:
    """Return a row for each interface of each container, pod and other namespace, by node and name."""
    return sorted(_Table(store).rows(), key=lambda row: (row.node, _natural(row.container), row.id or "", row.ifindex or 0))


def _natural(name: str) -> tuple[tuple[str, int], ...]:
    """Return a key that puts web-2 before web-10."""
    return tuple((text, int(number or 0)) for text, number in _WORDS.findall(name))


class _Table:
    """The data from which rows are built."""

    def __init__(self, store: Store) -> None:
        self._wiring = Wiring(store)
        self._of_ns: dict[int, list[Device]] = defaultdict(list)
        for one in self._wiring.devices:
            self._of_ns[one.ns].append(one)
        self._addresses = addresses_of(store)
        self._macs = {(ns, name): mac for ns, name, mac in store.query("SELECT ns, name, mac FROM link").rows}
        self._ports = {
            (ns, name): _Port(number, state, _flags(hairpin, isolated, learning, flood))
            for ns, name, number, state, hairpin, isolated, learning, flood in store.raw(
                "SELECT ns, name, number, state, hairpin, isolated, learning, flood FROM bridge_port"
            )
        }
        self._routes: dict[tuple[int, str], list[str]] = defaultdict(list)
        for ns, dev, family, length, *dst in store.raw(
            f"SELECT DISTINCT ns, dev, family, dst_len, {halves('dst')} FROM route WHERE \"table\" = 'main'"
            " AND type = 'unicast' AND via IS NULL AND dst_len > 0 AND dev IS NOT NULL"
            " AND NOT (family = 6 AND coalesce(proto, '') = 'kernel') ORDER BY 1, 2, 3, 6, 5, 4"
        ):
            self._routes[ns, dev].append(prefix_text(family, whole(*dst), length))
        # Devices that single addresses are routed to: a route to a whole network is of a device's own.
        self._hosted = {
            place for place, found in self._routes.items() if any("/" not in route for route in found)
        }  # fmt: skip
        # A namespace, or a device of it, whose routes were captured whole.
        self._routed: set[int | tuple[int, str]] = {
            ns if dev is None else (ns, dev)
            for ns, dev in store.raw(
                "SELECT ns, dev FROM coverage WHERE \"table\" = 'route' AND complete = 'yes' AND coalesce(family, 4) = 4"
                " AND coalesce(part, 'main') IN ('main', '254')"
            )
        }
        self._processes = {
            (ns, dev): called(program, pid) for ns, dev, program, pid in store.raw("SELECT ns, dev, program, pid FROM tun")
        }
        self._claims = {
            (self._wiring.spaces[ns].node, name): Device(ns, link)
            for ns, name, veth in store.raw("SELECT ns, name, veth FROM veth_claim")
            if (link := self._wiring.named(ns, veth)) is not None
        }
        self._networks, self._published = bridge_networks(store), published_ports(store)
        self._containers = list(_containers(store))
        self._hosting: dict[tuple[int, str], list[Hosted]] = defaultdict(list)
        for address in hosted(self._wiring, store):
            if address.dev is not None:
                self._hosting[address.ns, address.dev].append(address)

    def rows(self) -> Iterator[Attachment]:
        """Yield the rows: containers first, then namespaces without one, then cables whose inside was not captured."""
        for row in self._rows():
            network = self._networks.get(row.node, {}).get(row.bridge or "")
            yield row._replace(network=network, published=self._published.get((row.node, row.container), ()))

    def _rows(self) -> Iterator[Attachment]:
        of_space: dict[int, list[_Named]] = defaultdict(list)
        for container in self._containers:
            if container.ns is not None:
                of_space[container.ns].append(container)
        seen: set[tuple[int, str]] = set()
        for space in self._wiring.spaces.values():
            if space.kind == "host":
                continue
            inside = list(self._of_space(space, seen))
            yield from _for_each(space, of_space.get(space.ns, []), inside)
        for container in self._containers:
            if container.mode == "host" or (container.ns is not None and self._wiring.spaces[container.ns].kind == "host"):
                yield self._host_network(container)
        yield from self._loose(seen)

    def _of_space(self, space: NodeNamespace, seen: set[tuple[int, str]]) -> Iterator[Attachment]:
        for device in self._of_ns.get(space.ns, ()):
            known = self._wiring.may_be_veth(device) or device.link.kind in STACKED
            if device.link.kind in TUNS:
                yield self._to_process(space, device)
            elif known and not self._is_outer(device):
                yield self._row(space, device, seen)

    def _is_outer(self, device: Device) -> bool:
        """Say whether a device is the outer end of a cable to a container inside this namespace (a node that is a container)."""
        other = self._wiring.other(device).far
        if other is None or self._wiring.spaces[other.ns].kind == "host" or device.link.kind in STACKED:
            return False
        return self._plugged(device) and not self._plugged(other)

    def _plugged(self, device: Device) -> bool:
        return device.link.master is not None or (device.ns, device.link.name) in self._hosted

    def _row(self, space: NodeNamespace, device: Device, seen: set[tuple[int, str]]) -> Attachment:
        other, link, key = self._wiring.other(device), device.link, (device.ns, device.link.name)
        row = Attachment(
            space.node_name, space.name, netns=space.label, inode=space.inode, interface=link.name, ifindex=link.ifindex,
            kind=link.kind, mac=self._macs.get(key), addresses=self._addresses.get(key, ()),
            status=Status.PROVEN if other.known else Status.UNKNOWN,
            reason="" if other.known else other.reason, command=other.command,
        )  # fmt: skip
        outside = other.far
        claimed = self._claims.get((space.node, space.name))
        if outside is None and claimed is not None:
            # dockerveth goes by one index alone: what it says is shown, and stays unknown.
            outside = claimed
            row = row._replace(reason=tr("dockerveth says so, from the index only, and {reason}", reason=other.reason))
        if outside is None:
            return row
        seen.add((outside.ns, outside.link.name))
        place = self._wiring.spaces[outside.ns]
        port = self._ports.get((outside.ns, outside.link.name), _Port(None, None, ()))
        row = row._replace(
            outside=outside.link.name, outside_ifindex=outside.link.ifindex, outside_netns=place.label,
            outside_state=_state(outside), bridge=outside.link.master, port=port.number, port_state=port.state,
            port_flags=port.flags, routes=tuple(self._routes.get((outside.ns, outside.link.name), ())),
        )  # fmt: skip
        if device.link.kind in STACKED or not other.known or outside.ns == device.ns:
            return row
        return _judged(row, routed=outside.ns in self._routed or (outside.ns, outside.link.name) in self._routed)

    def _to_process(self, space: NodeNamespace, device: Device) -> Attachment:
        """Return the row of a device whose other end a process has: the network of a rootless container, or a VPN."""
        key, held = (device.ns, device.link.name), self._processes.get((device.ns, device.link.name))
        row = Attachment(
            space.node_name, space.name, netns=space.label, inode=space.inode, interface=device.link.name,
            ifindex=device.link.ifindex, kind=device.link.kind, mac=self._macs.get(key), addresses=self._addresses.get(key, ()),
            status=Status.UNKNOWN, reason=tr("a process has its other end"), command="sudo podpath collect -o FILE",
        )  # fmt: skip
        if held is None:
            return row
        return row._replace(status=Status.PROVEN, reason=tr("{held} has its other end", held=held), command="")

    def _host_network(self, container: _Named) -> Attachment:
        space = next(s for s in self._wiring.spaces.values() if s.node == container.node)
        return Attachment(
            space.node_name, container.name, container.id, container.image, container.pod, status=Status.PROVEN,
            reason=tr("it uses the host's own network"),
        )  # fmt: skip

    def _loose(self, seen: set[tuple[int, str]]) -> Iterator[Attachment]:
        """Yield the cables of a host whose other end is in no namespace that was captured: leaked ones among them."""
        for device in self._wiring.devices:
            space = self._wiring.spaces[device.ns]
            veth = device.link.kind == "veth" or (device.link.kind is None and device.link.peer_netns_name is not None)
            if space.kind != "host" or not veth or (device.ns, device.link.name) in seen:
                continue
            other = self._wiring.other(device)
            if other.far is not None and other.far.ns == device.ns:
                continue  # both ends are the host's own
            if self._addresses.get((device.ns, device.link.name)) and device.link.master is None and not self._plugged(device):
                continue  # it has an address of its own: the node's uplink, not a container's cable
            port = self._ports.get((device.ns, device.link.name), _Port(None, None, ()))
            called = device.link.peer_netns_name
            yield self._behind(device.ns, device.link.name)._replace(
                container=called or "", netns=f"netns:{called}" if called else "",
                outside_ifindex=device.link.ifindex, outside_state=_state(device), bridge=device.link.master, port=port.number,
                port_state=port.state, port_flags=port.flags, reason=other.reason, command=other.command,
            )  # fmt: skip
        for ns, dev in self._hosting:
            if self._wiring.named(ns, dev) is None:
                asked = f"ip -d link show {quote(dev)}"
                yield self._behind(ns, dev)._replace(
                    reason=tr("no output shows {dev} itself, only its container", dev=dev), command=asked
                )

    def _behind(self, ns: int, dev: str) -> Attachment:
        """Return the row of a host's end of a cable, with the addresses that the host's tables have behind it."""
        near = self._hosting.get((ns, dev), ())
        return Attachment(
            self._wiring.spaces[ns].node_name, "", mac=next((mac_text(one.mac) for one in near if one.mac is not None), None),
            addresses=tuple(prefix_text(family_of(one.address), one.address, BITS[family_of(one.address)]) for one in near),
            outside=dev, outside_netns="", bridge=next((one.bridge for one in near), None),
            routes=tuple(self._routes.get((ns, dev), ())), status=Status.UNKNOWN,
        )  # fmt: skip


def _judged(row: Attachment, *, routed: bool) -> Attachment:
    """Return the row with what is plainly wrong with the outer end: not connected, down, or blocked.

    Args:
        row: the row.
        routed: the routes of the outer end's namespace were captured.
    """
    if row.bridge is None and not row.routes and row.addresses and row.outside_netns == "":
        if not routed:
            asked = f"ip route show dev {quote(row.outside or '')}"
            return row._replace(
                status=Status.UNKNOWN, reason=tr("no master; no output shows whether a route leads to it"), command=asked
            )
        return row._replace(status=Status.BROKEN, reason=tr("no master, and no route leads to it"))
    if row.outside_state not in {"up", None}:
        return row._replace(status=Status.BROKEN, reason=row.outside_state or "")
    if row.port_state not in {"forwarding", None}:
        return row._replace(status=Status.BROKEN, reason=tr("its bridge port is {port_state}", port_state=row.port_state))
    return row


def _state(device: Device) -> str | None:
    if device.link.up is None:
        return None
    if not device.link.up:
        return "down"
    return tr("no carrier") if device.link.carrier is False else "up"


def _flags(hairpin: bool | None, isolated: bool | None, learning: bool | None, flood: bool | None) -> tuple[str, ...]:  # noqa: FBT001
    told = (
        (hairpin, "hairpin"),
        (isolated, "isolated"),
        (learning is False, tr("no learning")),
        (flood is False, tr("no flood")),
    )
    return tuple(word for holds, word in told if holds)


def _for_each(space: NodeNamespace, containers: list[_Named], inside: list[Attachment]) -> Iterator[Attachment]:
    """Yield the rows of a namespace once for each container in it."""
    inside = inside or [
        Attachment(
            space.node_name, space.name, netns=space.label, inode=space.inode, status=Status.PROVEN, reason=tr("no interface")
        )
    ]
    if not containers:
        pod = space.name if space.kind == "pod" else None
        yield from (row._replace(pod=pod) for row in inside)
        return
    first = min(containers, key=lambda c: ((c.mode or "").startswith("container:"), c.name != space.name, c.name))
    for container in containers:
        shares = first.name if container is not first and container.pod is None else None
        for row in inside:
            yield row._replace(
                container=container.name, id=container.id, image=container.image, pod=container.pod, shares=shares
            )  # fmt: skip


def _containers(store: Store) -> Iterator[_Named]:
    """Yield the running containers with their namespaces."""
    rows = store.raw(
        """
        WITH held AS (
            SELECT n.node, h.pid, min(h.ns) AS ns FROM netns_holder h JOIN netns n USING (ns)
            WHERE h.kind = 'process' GROUP BY ALL
        ), pods AS (
            SELECT n.node, p.id, coalesce(p.namespace || '/', '') || p.name AS pod, p.pid, p.host_network
            FROM pod_sandbox p JOIN netns n USING (ns)
        )
        SELECT n.node, coalesce(held.ns, of_pod.ns, named.ns, pod_named.ns), c.id, c.name, c.image, pods.pod,
               CASE WHEN pods.host_network THEN 'host' ELSE c.network_mode END, c.state
        FROM container c JOIN netns n USING (ns)
        LEFT JOIN pods ON pods.node = n.node AND pods.id = c.pod
        LEFT JOIN held ON held.node = n.node AND held.pid = c.pid
        LEFT JOIN held of_pod ON of_pod.node = n.node AND of_pod.pid = pods.pid
        LEFT JOIN netns named ON named.node = n.node AND named.kind = 'container' AND named.name = c.name
        LEFT JOIN netns pod_named ON pod_named.node = n.node AND pod_named.kind = 'pod' AND pod_named.name = pods.pod
        WHERE coalesce(c.state, 'running') IN ('running', 'paused', 'Up') ORDER BY c.name, c.id
        """
    )
    unique = {(row[0], row[2]): _Named(*row) for row in rows}
    known = {(c.node, c.id): c for c in unique.values()}
    for container in unique.values():
        joined = (container.mode or "").removeprefix("container:")
        if container.ns is None and joined != container.mode:
            target = next((c for (node, key), c in known.items() if node == container.node and key.startswith(joined)), None)
            yield container._replace(ns=target.ns if target else None)
        else:
            yield container
