"""The graph of a snapshot: devices, their connections, and the findings on them."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import Final, NamedTuple

from podpath.language import tr
from podpath.picture.model import Edge, EdgeKind, Interface, Map, Node, Problem, Role, Segment, SegmentKind, Space, State, Status
from podpath.picture.routed import routed_bridges
from podpath.snapshot.fetch import halves, whole
from podpath.snapshot.store import Store
from podpath.state.address import BITS, V4, Ip, ip_text, is_unseen, mac_text, parse_ip, prefix_text
from podpath.state.attachment import Attachment
from podpath.state.evidence import Unknown
from podpath.state.finding import Finding, OverlayResult, Report
from podpath.state.finding import Status as Judged
from podpath.state.link import Link
from podpath.state.tun import Tun, called
from podpath.walk.cluster import Cluster, NoPort
from podpath.walk.device_kinds import kind_of
from podpath.walk.namespace import LOOPBACK, Entry
from podpath.walk.namespace import Namespace as Seen
from podpath.walk.unseen import remark
from podpath.wiring.attachments import attachments

_WORDS: Final = re.compile(r"(\D*)(\d{0,18})")
_TUNNELS: Final = frozenset(
    ("vxlan", "geneve", "ipip", "sit", "gre", "gretap", "ip6tnl", "ip6gre", "ip6gretap", "wireguard", "vti", "vti6", "erspan")
)
_STACKED: Final = frozenset(("vlan", "macvlan", "macvtap", "ipvlan", "ipvtap"))
_OTHER: Final = frozenset(("dummy", "ifb", "tun", "tap", "nlmon", "loopback", "vrf", "openvswitch"))
_HOST: Final = "host"
_FORWARD: Final = "net.ipv4.ip_forward"
_MOST_SEGMENTS: Final = 4
"""Networks that get a rail each; more than so many are one routed network."""


def map_of(store: Store, report: Report | None = None, nodes: Collection[str] | None = None) -> Map:
    """Return the map of a snapshot.

    Args:
        store: the snapshot, merged.
        report: what the checks say of it; without it nothing is marked wrong, and overlays are not compared.
        nodes: names of the nodes that are wanted; none means all.
    """
    return _Graph(store, report or Report((), (), (), (), 0), nodes).map()


def nodes_with(store: Store, address: str) -> set[str]:
    """Return the names of the nodes in which an address is, if it is one."""
    try:
        ip = parse_ip(address)
    except ValueError:
        return set()
    rows = store.raw(
        'SELECT DISTINCT d.name FROM "address" a JOIN netns n USING (ns) JOIN node d USING (node)'
        ' WHERE a."address" = ?::UHUGEINT', [str(ip)],
    )  # fmt: skip
    return {name for (name,) in rows}


def natural(name: str) -> tuple[tuple[str, int], ...]:
    """Return a key that puts web-2 before web-10."""
    return tuple((text, int(number or 0)) for text, number in _WORDS.findall(name))


class _Place(NamedTuple):
    ns: int
    node: str
    label: str
    kind: str
    name: str


class _Device(NamedTuple):
    """A device, with what is asked of it more than once.

    Attributes:
        id: unique in the map.
        place: its namespace.
        space: what the namespace holds.
        link: the device.
        kind: its kind; where no output names it, the end of a container's cable is a veth.
        role: what it is for.
        outer: the row of the container that it is the outer end of.
        inner: its own row, where it is inside of a container.
    """

    id: str
    place: _Place
    space: Seen
    link: Entry[Link]
    kind: str | None
    role: Role
    outer: Attachment | None
    inner: Attachment | None


def space_id(node: str, label: str) -> str:
    """Return the identifier of a namespace; a slash in a node's name is written as a URL writes it."""
    return f"{node.replace('/', '%2F')}/{label or _HOST}"


class _Graph:
    """Builds a map."""

    def __init__(self, store: Store, report: Report, nodes: Collection[str] | None) -> None:
        self._store, self._report = store, report
        self._world = Cluster(store, whole=nodes is None)
        self._places = {
            row[0]: _Place(*row)
            for row in store.raw(
                "SELECT s.ns, d.name, CASE WHEN s.kind = 'host' THEN '' ELSE s.kind || ':' || coalesce(s.name, '') END, s.kind,"
                " coalesce(s.name, '') FROM netns s JOIN node d USING (node)"
            )
            if nodes is None or row[1] in nodes
        }
        self._places |= {
            one.ns: _Place(one.ns, one.node, one.label, *one.label.split(":", 1))
            for one in self._world.behind_cables() if nodes is None or one.node in nodes
        }  # fmt: skip
        self._attached: dict[tuple[str, str], list[Attachment]] = defaultdict(list)
        self._outer: dict[tuple[str, str, str], Attachment] = {}
        self._inner: dict[tuple[str, str, str], Attachment] = {}
        for row in attachments(store):
            self._attached[row.node, row.netns].append(row)
            if row.outside is not None:
                self._outer[row.node, row.outside_netns or "", row.outside] = row
            if row.interface is not None:
                self._inner[row.node, row.netns, row.interface] = row
        self._gateways: dict[tuple[int, str, int], list[Ip]] = defaultdict(list)
        for ns, dev, family, *via in store.raw(
            f"SELECT ns, dev, family, {halves('via')} FROM route WHERE dst_len = 0 AND via IS NOT NULL ORDER BY rowid"
        ):
            self._gateways[ns, dev, family].append(whole(*via))
        self._forwards = dict(store.raw("SELECT ns, value FROM sysctl WHERE name = ?", [_FORWARD]))
        self._tunnelling: dict[int, set[str]] = defaultdict(set)
        mesh = " UNION SELECT ns, dev FROM vtep" if report.overlays else ""
        for ns, dev in store.raw(f"SELECT ns, dev FROM fdb WHERE dst IS NOT NULL GROUP BY ALL{mesh}"):
            self._tunnelling[ns].add(dev)
        self._blamed: dict[str, list[int]] = defaultdict(list)
        self._edges: list[Edge] = []
        self._cabled: set[tuple[str, str]] = set()

    def map(self) -> Map:
        """Return the map."""
        problems = [self._problem(number, finding) for number, finding in enumerate(self._report.findings)]
        nodes = tuple(self._nodes())
        self._cables()
        segments = [*self._underlay(), *self._overlays(), *self._other_tunnels(nodes)]
        return Map(nodes, tuple(segments), tuple(self._edges), tuple(problems))

    # -- objects -------------------------------------------------------------------------------------

    @cached_property
    def _devices(self) -> dict[int, dict[str, _Device]]:
        """The devices of each namespace by name, without loopback."""
        return {ns: {one.link.row.name: one for one in self._of_space(place)} for ns, place in self._places.items()}

    @cached_property
    def _by_id(self) -> dict[str, _Device]:
        return {one.id: one for devices in self._devices.values() for one in devices.values()}

    def _of_space(self, place: _Place) -> Iterator[_Device]:
        space = self._world.netns(place.ns)
        tunnelling = self._tunnelling.get(place.ns, ())
        prefix = space_id(place.node, place.label)
        for name, link in space.links.items():
            kind = kind_of(space, link, tunnelling)
            if kind == "loopback" or name == LOOPBACK:
                continue
            key = (place.node, place.label, name)
            outer, inner = self._outer.get(key), self._inner.get(key)
            if kind is None and (outer is not None or (place.label and inner is not None)):
                kind = "veth"
            role = self._role(place, space, link, kind, outer)
            yield _Device(f"{prefix}/{name}", place, space, link, kind, role, outer, inner)
        for held in routed_bridges(space):
            yield _Device(f"{prefix}/{held.row.name}", place, space, held, "bridge", Role.BRIDGE, None, None)

    def _id(self, ns: int, dev: str) -> str:
        place = self._places[ns]
        return f"{space_id(place.node, place.label)}/{dev}"

    def _nodes(self) -> Iterator[Node]:
        of_node: dict[str, list[_Place]] = defaultdict(list)
        for place in self._places.values():
            of_node[place.node].append(place)
        missing: dict[str, list[Unknown]] = defaultdict(list)
        for node, what, command in self._store.raw(
            "SELECT DISTINCT d.name, m.what, m.command FROM missing m JOIN netns n USING (ns) JOIN node d USING (node)"
            " WHERE m.\"table\" IN ('netns', 'container', 'link') ORDER BY ALL"
        ):
            missing[node].append(Unknown(node, what, command))
        for name in sorted(of_node, key=natural):
            places = sorted(of_node[name], key=lambda place: (place.label != "", natural(self._title(place)), place.label))
            if places[0].label:  # only a container of it was seen
                places.insert(0, _Place(0, name, "", _HOST, ""))
            spaces = tuple(self._space(place) for place in places)
            if not spaces[0].interfaces:
                missing[name].append(Unknown(name, tr("its interfaces"), "ip -d address show"))
            yield Node(name.replace("/", "%2F"), name, spaces, tuple(missing[name]))

    def _title(self, place: _Place) -> str:
        rows = self._attached.get((place.node, place.label), [])
        pods = {row.pod for row in rows if row.pod}
        if not place.label:
            return place.node
        if len(pods) == 1:
            return pods.pop()
        own = next((row.container for row in rows if row.container and not row.shares), "")
        return own or place.name

    def _space(self, place: _Place) -> Space:
        rows = self._attached.get((place.node, place.label), [])
        identifier = space_id(place.node, place.label)
        forward = self._forwards.get(place.ns)
        return Space(
            identifier,
            place.label,
            self._title(place),
            tuple(dict.fromkeys(row.container for row in rows if row.container)),
            tuple(self._interface(device) for device in self._devices.get(place.ns, {}).values()),
            None if forward is None else forward == "1",
            tuple(self._blamed.get(identifier, ())),
        )

    def _interface(self, device: _Device) -> Interface:
        row, place = device.link.row, device.place
        unknown = None
        end = self._world.other_end(place.ns, device.link) if device.kind == "veth" else None
        if device.inner is not None and device.inner.status is Judged.UNKNOWN:
            unknown = Unknown(place.node, device.inner.reason, device.inner.command)
        elif isinstance(end, NoPort) and device.role is not Role.UPLINK and device.outer is None:
            unknown = Unknown(place.node, end.reason, end.command)
        details = (*_details(device), *self._engine_words(device))
        mac = mac_text(row.mac) if row.mac and not is_unseen(row.mac) else None
        return Interface(
            device.id, row.name, device.role, device.kind, _state(row), mac, row.mtu,
            tuple(_addresses(device.space, row.name)), details, tuple(self._blamed.get(device.id, ())), unknown,
        )  # fmt: skip

    def _engine_words(self, device: _Device) -> tuple[str, ...]:
        """Return which network of an engine a bridge carries, and which ports of the host lead to a container."""
        row, place, inner = device.link.row, device.place, device.inner
        network = self._world.networks.get(place.node, {}).get(row.name) if not place.label else None
        rows = [each for each in self._attached.get((place.node, place.label), ()) if each.interface]
        first = inner is not None and bool(rows) and rows[0].interface == inner.interface  # of several containers in one, too
        ports = dict.fromkeys(port for each in rows if first and each.interface == row.name for port in each.published)
        return (*((f"network {network}",) if network else ()), *ports)

    def _role(self, place: _Place, space: Seen, link: Entry[Link], kind: str | None, outer: Attachment | None) -> Role:
        row = link.row
        if kind == "bridge":
            return Role.BRIDGE
        if kind in _TUNNELS:
            return Role.TUNNEL
        if kind in _STACKED:
            return Role.STACKED
        if kind in _OTHER:
            return Role.OTHER
        if kind == "veth":
            end = self._world.other_end(place.ns, link)
            if not isinstance(end, NoPort):
                return Role.PORT if row.master else Role.ROUTED if self._hosted(space, row, outer) else Role.CABLE
            if outer is not None:  # the container's end was not seen, and this is its outer one
                return Role.PORT if row.master else Role.ROUTED if self._hosted(space, row, outer) else Role.CABLE
            return Role.UPLINK if end.outside and not place.label else Role.CABLE
        return Role.PORT if row.master else Role.UPLINK

    @staticmethod
    def _hosted(space: Seen, row: Link, outer: Attachment | None) -> list[str]:
        """Return what is routed to a device, without the networks of its own addresses."""
        own = bool(space.addresses.get(row.name))
        return [route for route in (outer.routes if outer is not None else ()) if not own or "/" not in route]

    # -- connections ---------------------------------------------------------------------------------

    def _cables(self) -> None:
        for ns, _ in sorted(self._places.items(), key=lambda item: (natural(item[1].node), item[1].label)):
            for device in self._devices[ns].values():
                self._connect(device)

    def _connect(self, device: _Device) -> None:
        row, place, outer = device.link.row, device.place, device.outer
        if row.master is not None:
            port = device.space.bridge_ports.get(row.name)
            blocked = port is not None and port.row.state not in {None, "forwarding"}
            said = tr("its port is {state}", state=port.row.state) if port is not None and blocked else ""
            master = self._id(place.ns, row.master)
            self._edges.append(Edge(EdgeKind.PORT, device.id, master, Status.BROKEN if blocked else Status.GOOD, "", said))
        if device.kind == "veth" and device.role is not Role.UPLINK:
            self._cable(device)
        elif device.kind in _STACKED:
            self._stack(device)
        elif device.role is Role.TUNNEL:
            lower = self._lower(device)
            if lower is not None:
                self._edges.append(Edge(EdgeKind.STANDS_ON, device.id, lower, label=tr("outer packets")))
        if device.role is Role.ROUTED and outer is not None:
            known = Status.GOOD if outer.status is not Judged.BROKEN else Status.BROKEN
            label = ", ".join(self._hosted(device.space, row, outer))
            self._edges.append(Edge(EdgeKind.ROUTED, device.id, space_id(place.node, place.label), known, label))

    def _cable(self, device: _Device) -> None:
        """Add a cable, once: the table of containers' interfaces knows most of them, the kernels' own words the rest."""
        here, place, inner = device.id, device.place, device.inner
        if inner is not None and inner.outside is not None:
            there = f"{space_id(place.node, inner.outside_netns or '')}/{inner.outside}"
            if (there, here) in self._cabled:
                return  # both ends are inside of something
            self._cabled.add((here, there))
            if inner.status is Judged.UNKNOWN:
                self._edges.append(Edge(EdgeKind.CABLE, here, there, Status.UNKNOWN, "", inner.reason, inner.command))
            else:
                self._edges.append(Edge(EdgeKind.CABLE, here, there, *_standing_of(device, self._by_id.get(there))))
            return
        if device.outer is not None and device.outer.interface is not None:
            return  # told from inside of the container
        end = self._world.other_end(place.ns, device.link)
        if isinstance(end, NoPort):
            self._edges.append(Edge(EdgeKind.CABLE, here, None, Status.UNKNOWN, "", end.reason, end.command))
            return
        there = self._id(end.ns, end.link.row.name)
        back = self._world.other_end(end.ns, end.link)
        mutual = not isinstance(back, NoPort) and self._id(back.ns, back.link.row.name) == here
        if not mutual or here >= there:
            return
        unseen = self._world.unseen(place.ns) or self._world.unseen(end.ns)
        if unseen is not None:
            self._edges.append(Edge(EdgeKind.CABLE, here, there, Status.UNKNOWN, "", remark([unseen])))
        else:
            self._edges.append(Edge(EdgeKind.CABLE, here, there, *_standing_of(device, self._by_id.get(there))))

    def _stack(self, device: _Device) -> None:
        end = self._world.other_end(device.place.ns, device.link)
        if isinstance(end, NoPort):
            self._edges.append(Edge(EdgeKind.STANDS_ON, device.id, None, Status.UNKNOWN, "", end.reason, end.command))
        else:
            self._edges.append(Edge(EdgeKind.STANDS_ON, device.id, self._id(end.ns, end.link.row.name)))

    def _lower(self, device: _Device) -> str | None:
        space, link = device.space, device.link
        settings = space.vxlans.get(link.row.name) or space.tunnels.get(link.row.name)
        if settings is None:
            return None
        below = self._world.under(device.place.ns, link)
        if below is None:
            return None
        there = self._world.netns(below)
        dev = settings.row.lower
        if dev is None and settings.row.local is not None and (owned := there.owned.get(settings.row.local)) is not None:
            dev = owned.row.dev
        return self._id(below, dev) if dev in there.links else None

    # -- between nodes -------------------------------------------------------------------------------

    def _underlay(self) -> list[Segment]:
        """Return the networks between the nodes, each with its members."""
        members: dict[str, list[str]] = defaultdict(list)
        gateways: dict[str, dict[str, None]] = defaultdict(dict)
        for ns, place in sorted(self._places.items(), key=lambda item: natural(item[1].node)):
            if place.label:
                continue
            for device in self._devices[ns].values():
                if not self._leads_out(device):
                    continue
                for net, via in self._networks(device):
                    members[net].append(device.id)
                    gateways[net].update(dict.fromkeys(via))
        named = sorted(members, key=lambda net: (-len(members[net]), natural(net)))
        shared = [net for net in named if len(members[net]) > 1]
        alone = [net for net in named if len(members[net]) == 1]
        if len(named) > _MOST_SEGMENTS:
            kept, joined = shared[: _MOST_SEGMENTS - 1], [*shared[_MOST_SEGMENTS - 1 :], *alone]
        else:
            kept, joined = named, []
        segments = []
        for net in kept:
            details = tuple(tr("gateway {via}", via=via) for via in gateways[net])
            segments.append(Segment(f"segment/{net}", SegmentKind.SHARED, net, details))
            self._edges += [Edge(EdgeKind.WIRE, member, f"segment/{net}") for member in members[net]]
        if joined:
            segments.append(Segment("segment/routed", SegmentKind.ROUTED, f"{len(joined)} networks", (tr("gateways not seen"),)))
            ends = dict.fromkeys((member, net) for net in joined for member in members[net])
            self._edges += [Edge(EdgeKind.WIRE, member, "segment/routed", label=net) for member, net in ends]
        return segments

    def _leads_out(self, device: _Device) -> bool:
        if device.role is Role.UPLINK or (device.role is Role.STACKED and device.kind == "vlan"):
            return True
        if device.role is not Role.BRIDGE:
            return False
        beside = self._devices[device.place.ns]  # a bridge that joins the network between the nodes
        ports = (beside.get(port.row.name) for port in device.space.ports.get(device.link.row.name, ()))
        return any(port is not None and port.role is Role.PORT and port.link.row.kind != "veth" for port in ports)

    def _overlays(self) -> Iterator[Segment]:
        for overlay in self._report.overlays:
            identifier = f"overlay/{overlay.name}"
            members = self._members(overlay)
            judged = self._pairs_of(overlay)
            blamed = any(member.id in self._blamed for member in members)
            details: dict[str, None] = {}
            for member in members:
                details.update(dict.fromkeys(_details(member)))
                if member.link.row.mtu:
                    details[f"MTU {member.link.row.mtu}"] = None
                standing = self._standing(member, judged.get(member.place.node, set()), blamed=blamed)
                self._edges.append(Edge(EdgeKind.MEMBER, member.id, identifier, *standing))
            yield Segment(
                identifier, SegmentKind.OVERLAY, overlay.name, tuple(details), overlay.proven, overlay.broken, overlay.unknown
            )
            ends = {member.place.node: member.id for member in members}
            self._edges += self._pairs(overlay, ends)

    def _other_tunnels(self, nodes: Iterable[Node]) -> list[Segment]:
        """Return the tunnels whose pairs no check compares: IP in IP, GRE, WireGuard …; those of one name are one overlay."""
        member = {edge.source for edge in self._edges if edge.kind is EdgeKind.MEMBER}
        found: dict[tuple[str, str], list[Interface]] = defaultdict(list)
        for node in nodes:
            for item in node.host.interfaces:
                used = item.state is not State.DOWN or item.addresses
                if item.role is Role.TUNNEL and item.id not in member and used:
                    found[item.name, item.kind or ""].append(item)
        segments = []
        for (name, kind), items in sorted(found.items()):
            identifier = f"tunnel/{kind}/{name}"
            mtus = [f"MTU {mtu}" for mtu in dict.fromkeys(item.mtu for item in items) if mtu]
            details = dict.fromkeys([*(word for item in items for word in item.details), *mtus])
            segments.append(Segment(identifier, SegmentKind.OVERLAY, name, tuple(details)))
            self._edges += [Edge(EdgeKind.MEMBER, item.id, identifier) for item in items]
        return segments

    def _members(self, overlay: OverlayResult) -> list[_Device]:
        nodes = set(overlay.nodes)
        rows = self._store.raw("SELECT ns, dev FROM vtep WHERE overlay = ? ORDER BY vt", [overlay.name])
        found = (self._devices.get(ns, {}).get(dev) for ns, dev in dict.fromkeys(rows))
        return [device for device in found if device is not None and device.place.node in nodes]

    @staticmethod
    def _pairs_of(overlay: OverlayResult) -> dict[str, set[Judged]]:
        """Return what was judged of the pairs of each node."""
        found: dict[str, set[Judged]] = defaultdict(set)
        for pair in overlay.pairs:
            found[pair.source].add(pair.status)
            found[pair.target].add(pair.status)
        return found

    def _standing(self, member: _Device, judged: Collection[Judged], *, blamed: bool) -> tuple[Status, str, str]:
        """Return what the evidence says of a node in an overlay: broken where it is to blame, or pairs are and nobody is."""
        if member.id in self._blamed:
            return Status.BROKEN, "", tr("see what is wrong with it")
        if Judged.BROKEN in judged and not blamed:
            return Status.BROKEN, "", tr("pairs with it are broken")
        if Judged.UNKNOWN in judged:
            return Status.UNKNOWN, "", tr("not all of it was seen")
        return Status.GOOD, "", ""

    @staticmethod
    def _pairs(overlay: OverlayResult, ends: dict[str, str]) -> Iterator[Edge]:
        known = {Judged.PROVEN: Status.GOOD, Judged.BROKEN: Status.BROKEN, Judged.UNKNOWN: Status.UNKNOWN}
        for pair in overlay.pairs:
            if pair.source not in ends:
                continue
            said = next((link.summary for link in pair.chain if link.status is Judged.BROKEN), "")
            open_ = next(iter(pair.not_compared), None)
            yield Edge(
                EdgeKind.TUNNEL, ends[pair.source], ends.get(pair.target), known[pair.status], overlay.name,
                said or (f"{open_.what} on {open_.node}" if open_ is not None else ""),
                open_.command if open_ is not None and pair.status is Judged.UNKNOWN else "",
            )  # fmt: skip

    def _networks(self, device: _Device) -> Iterator[tuple[str, list[str]]]:
        """Yield the networks that a device has addresses of, each with the gateways in it; IPv6 where there is no IPv4."""
        ns, dev = device.place.ns, device.link.row.name
        addresses = [held.row for held in device.space.addresses.get(dev, ()) if held.row.scope != "link"]
        fours = [row for row in addresses if row.family == V4]
        for row in fours or addresses:
            bits = BITS[row.family] - row.length
            if not bits:
                continue  # an address alone, and no network
            first = Ip(row.address >> bits << bits)
            gateways = dict.fromkeys(self._gateways.get((ns, dev, row.family), ()))
            yield prefix_text(row.family, first, row.length), [ip_text(one) for one in gateways if one >> bits == first >> bits]

    # -- findings ------------------------------------------------------------------------------------

    def _problem(self, number: int, finding: Finding) -> Problem:
        space = space_id(finding.node, finding.netns)
        interface = f"{space}/{finding.interface}"
        blamed = interface if finding.interface and interface in self._by_id else space
        self._blamed[blamed].append(number)
        place = finding.netns.partition(":")[2]
        words = [finding.node, place, finding.interface if blamed == interface else ""]
        return Problem(
            finding.check, finding.severity, finding.node, " ".join(word for word in words if word), finding.headline, (blamed,)
        )


def _standing_of(*ends: _Device | None) -> tuple[Status, str, str]:
    """Return whether a cable is alive, no label, and why it is not."""
    dead = [end.link.row.name for end in ends if end is not None and end.link.row.up is False]
    return (Status.BROKEN, "", tr("{dead} is down", dead=dead[0])) if dead else (Status.GOOD, "", "")


def _state(row: Link) -> State:
    if row.up is None:
        return State.UNKNOWN
    if not row.up:
        return State.DOWN
    return State.NO_CARRIER if row.carrier is False else State.UP


def _addresses(space: Seen, dev: str) -> Iterator[str]:
    for held in space.addresses.get(dev, ()):
        row = held.row
        if row.family == V4 or row.scope != "link":
            yield f"{ip_text(row.address)}/{row.length}"


def _details(device: _Device) -> Iterator[str]:
    """Yield the settings of a device that a picture shows."""
    name, space, kind = device.link.row.name, device.space, device.kind
    if kind != "veth":  # most of all devices are, and have none of these
        yield from _settings(space, name, kind)
    port = space.bridge_ports.get(name)
    if port is not None:
        told = ((port.row.hairpin, "hairpin"), (port.row.isolated, "isolated"),
                (port.row.state not in {None, "forwarding"}, port.row.state or ""))  # fmt: skip
        yield from (word for holds, word in told if holds)


def _settings(space: Seen, name: str, kind: str | None) -> Iterator[str]:
    vxlan, tunnel = space.vxlans.get(name), space.tunnels.get(name)
    if vxlan is not None and vxlan.row.vni is not None:
        yield f"VNI {vxlan.row.vni}"
    if vxlan is not None and vxlan.row.port is not None:
        yield f"UDP {vxlan.row.port}"
    if tunnel is not None and tunnel.row.key is not None:
        yield f"key {tunnel.row.key}"
    if vxlan is None and kind in _TUNNELS and kind != "vxlan":
        yield {"ipip": "IP in IP", "wireguard": "WireGuard"}.get(kind or "", (kind or "").upper())
    yield from (f"to {called(held.row.program, held.row.pid)}" for held in space.all(Tun) if held.row.dev == name)
    for held, word in ((space.vlans.get(name), "VLAN"), (space.macvlans.get(name), "macvlan"),
                       (space.ipvlans.get(name), "ipvlan")):  # fmt: skip
        if held is not None:
            value = getattr(held.row, "vlan", None) or getattr(held.row, "mode", None)
            yield f"{word} {value}" if value is not None else word
