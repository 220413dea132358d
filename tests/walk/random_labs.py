"""Labs that nobody designed: namespaces, cables, bridges, tunnels, routes, rules and settings by chance, then damaged by chance.

A lab is lines to type (``a: ip route add …``), so that a disagreement can be kept as a case that a person can read.
"""

import random
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from tests.walk.real import CLOSED, OPEN, Probe


@dataclass
class Port:
    """A device of a namespace on a segment."""

    space: str
    dev: str
    v4: str
    v6: str
    bridge: str = ""
    """Port of the bridge at the other end, as ``SPACE DEV``; empty for a plain cable."""


@dataclass
class Segment:
    """Devices that share a network."""

    number: int
    ports: list[Port] = field(default_factory=list)
    switch: str = ""
    """Namespace with the bridge; empty for a plain cable."""


@dataclass
class Case:
    """A lab.

    Attributes:
        seed: the seed it was made from.
        spaces: names of the namespaces.
        lines: what is typed to build it.
        damages: what is typed to break it; a line that fails is left out.
        probes: packets to send.
    """

    seed: int
    spaces: list[str]
    lines: list[str]
    damages: list[str]
    probes: list[Probe]


class Composer:
    """Makes a lab from a seed."""

    def __init__(self, seed: int) -> None:
        self.seed, self.chance = seed, random.Random(seed)
        self.spaces: list[str] = []
        self.lines: list[str] = []
        self.segments: list[Segment] = []
        self.devices: dict[str, list[str]] = defaultdict(list)
        self.routers: list[str] = []
        self.bridges: list[tuple[str, str]] = []
        self.targets: list[tuple[str, str, str]] = []
        """Namespaces with an address of each family."""
        self.overlay: list[tuple[str, str, str]] = []

    def chosen(self, likelihood: float) -> bool:
        """Return whether something of that likelihood happens."""
        return self.chance.random() < likelihood

    def compose(self) -> Case:
        """Return the lab."""
        self._hosts()
        self._addresses()
        self._routes()
        self._settings()
        for extra in (
            self._vxlan,
            self._proxy,
            self._macvlan,
            self._policy,
            self._multipath,
            self._secondary,
            self._mtus,
            self._nexthop,
        ):
            if self.chosen(0.3):
                extra()
        damages = list(Damages(self).some())
        return Case(self.seed, self.spaces, self.lines, damages, list(self._probes()))

    # -- the network ---------------------------------------------------------------------------------

    def _space(self, name: str) -> str:
        self.spaces.append(name)
        return name

    def _hosts(self) -> None:
        routers = self.chance.randint(1, 3)
        self.routers = [self._space(f"r{number}") for number in range(routers)]
        for number in range(1, routers):
            self._segment([self.chance.choice(self.routers[:number]), self.routers[number]])
        if routers == 3 and self.chosen(0.3):
            self._segment([self.routers[0], self.routers[2]])
        hosts = 0
        for _ in range(self.chance.randint(2, 3)):
            members = [self._space(f"h{hosts + more}") for more in range(self.chance.randint(1, 3))]
            hosts += len(members)
            self._segment([self.chance.choice(self.routers), *members])

    def _segment(self, members: list[str]) -> None:
        segment = Segment(len(self.segments) + 1)
        number = segment.number
        inside = self.chosen(0.6)
        if len(members) > 2 or self.chosen(0.4):
            segment.switch = members[0] if inside else self._space(f"sw{number}")
        owner = members[0]
        if segment.switch:
            self.lines += [
                f"{segment.switch}: ip link add br{number} type bridge",
                f"{segment.switch}: ip link set br{number} up",
            ]
            self.bridges.append((segment.switch, f"br{number}"))
        for at, name in enumerate(members, start=1):
            v4, v6 = f"10.0.{number}.{at}", f"fd00:{number}::{at}"
            if segment.switch == name:
                segment.ports.append(Port(name, f"br{number}", v4, v6))
                continue
            if not segment.switch and at == 1:
                continue  # its end of the cable is made with the other one
            dev = f"eth{len(self.devices[name])}"
            self.devices[name].append(dev)
            if segment.switch:
                port = f"p{number}{name}"
                self.lines += [
                    f"{segment.switch}: ip link add {port} type veth peer name {dev} netns {{{name}}}",
                    f"{segment.switch}: ip link set {port} master br{number} up",
                ]
                segment.ports.append(Port(name, dev, v4, v6, f"{segment.switch} {port}"))
            elif at == 2:
                first = f"eth{len(self.devices[owner])}"
                self.devices[owner].append(first)
                self.lines.append(f"{owner}: ip link add {first} type veth peer name {dev} netns {{{name}}}")
                segment.ports.append(Port(owner, first, f"10.0.{number}.1", f"fd00:{number}::1"))
                segment.ports.append(Port(name, dev, v4, v6))
        self.segments.append(segment)

    def _addresses(self) -> None:
        for segment in self.segments:
            for port in segment.ports:
                self.lines += [
                    f"{port.space}: ip link set {port.dev} up",
                    f"{port.space}: ip address add {port.v4}/24 dev {port.dev}",
                    f"{port.space}: ip address add {port.v6}/64 dev {port.dev} nodad",
                ]
                self.targets.append((port.space, port.v4, port.v6))

    def port_of(self, space: str, segment: Segment) -> Port | None:
        """Return the device of a namespace on a segment."""
        return next((port for port in segment.ports if port.space == space), None)

    def _routes(self) -> None:
        """Static routes along the shortest way between routers; hosts have a default route."""
        for name in self.routers:
            self.lines += [f"{name}: sysctl net.ipv4.ip_forward=1", f"{name}: sysctl net.ipv6.conf.all.forwarding=1"]
            for segment, via in self._reach(name):
                self.lines += [
                    f"{name}: ip route add 10.0.{segment.number}.0/24 via {via.v4}",
                    f"{name}: ip route add fd00:{segment.number}::/64 via {via.v6}",
                ]
        for segment in self.segments:
            gateway = next((port for port in segment.ports if port.space in self.routers), None)
            for port in segment.ports:
                if port.space not in self.routers and gateway is not None:
                    self.lines += [
                        f"{port.space}: ip route add default via {gateway.v4}",
                        f"{port.space}: ip route add default via {gateway.v6}",
                    ]

    def _reach(self, start: str) -> Iterator[tuple[Segment, Port]]:
        """Yield each segment that a router is not on, with the next router on the way."""
        first: dict[str, Port] = {}
        queue, seen = deque([start]), {start}
        done = {segment.number for segment in self.segments if self.port_of(start, segment)}
        while queue:
            at = queue.popleft()
            for segment in self.segments:
                if self.port_of(at, segment) is None:
                    continue
                if segment.number not in done:
                    done.add(segment.number)
                    yield segment, first[at]
                for port in segment.ports:
                    if port.space in self.routers and port.space not in seen:
                        seen.add(port.space)
                        first[port.space] = first.get(at, port)
                        queue.append(port.space)

    def _settings(self) -> None:
        for name in self.spaces:
            if self.chosen(0.25):
                self.lines.append(f"{name}: sysctl net.ipv4.conf.all.rp_filter={self.chance.choice((1, 2))}")
            if self.chosen(0.1):
                self.lines.append(f"{name}: sysctl net.ipv4.conf.all.arp_ignore={self.chance.choice((1, 2))}")
            if self.chosen(0.1):
                self.lines.append(f"{name}: sysctl net.ipv4.conf.all.arp_announce={self.chance.choice((1, 2))}")

    # -- extras --------------------------------------------------------------------------------------

    def _vxlan(self) -> None:
        """A tunnel between some namespaces over what is below."""
        ends = self.chance.sample(self.targets, min(len(self.targets), self.chance.randint(2, 3)))
        ends = list({space: (space, v4, v6) for space, v4, v6 in ends}.values())
        if len(ends) < 2:
            return
        flood = self.chosen(0.5)
        learning = "" if flood or self.chosen(0.5) else "nolearning"
        for at, (space, v4, _) in enumerate(ends, start=1):
            mac = f"02:00:00:00:77:0{at}"
            self.lines += [
                f"{space}: ip link add vx0 address {mac} type vxlan id 77 dstport 8472 local {v4} {learning}",
                f"{space}: ip address add 172.16.0.{at}/24 dev vx0",
                f"{space}: ip address add fd77::{at}/64 dev vx0 nodad",
                f"{space}: ip link set vx0 up",
            ]
            for other, (_, far, _) in enumerate(ends, start=1):
                if other != at:
                    there = f"02:00:00:00:77:0{other}"
                    if flood:
                        self.lines.append(f"{space}: bridge fdb append 00:00:00:00:00:00 dev vx0 dst {far}")
                    else:
                        self.lines += [
                            f"{space}: bridge fdb add {there} dev vx0 dst {far}",
                            f"{space}: ip neigh add 172.16.0.{other} lladdr {there} dev vx0 nud permanent",
                            f"{space}: ip neigh add fd77::{other} lladdr {there} dev vx0 nud permanent",
                        ]
            self.devices[space].append("vx0")
            self.targets.append((space, f"172.16.0.{at}", f"fd77::{at}"))
            self.overlay.append((space, f"172.16.0.{at}", f"fd77::{at}"))

    def _proxy(self) -> None:
        """A pod as Calico has it: a single address, a gateway that nobody has, and a proxy at the other end."""
        router = self.chance.choice(self.routers)
        pod = self._space("pod")
        announce = self.chosen(0.5)
        self.lines += [
            f"{router}: ip link add cali0 type veth peer name eth0 netns {{{pod}}}",
            f"{router}: ip link set cali0 up",
            f"{pod}: ip link set eth0 up",
            f"{pod}: ip address add 10.99.0.1/32 dev eth0",
            f"{pod}: ip route add 169.254.1.1 dev eth0",
            f"{pod}: ip route add default via 169.254.1.1",
            f"{router}: ip route add 10.99.0.1 dev cali0",
            f"{router}: sysctl net.ipv4.conf.cali0.proxy_arp=1",
            f"{router}: sysctl net.ipv4.conf.cali0.rp_filter={self.chance.choice((0, 1))}",
        ]
        if not announce:
            self.lines.append(f"{router}: ip route add default dev cali0 metric 5000")
        self.devices[router].append("cali0")
        self.devices[pod].append("eth0")
        for other in self.routers:
            for _, via in self._reach(other) if other != router else ():
                del via
        self._route_to("10.99.0.1/32", router)
        self.targets.append((pod, "10.99.0.1", ""))

    def _route_to(self, prefix: str, owner: str) -> None:
        """Let all routers find a prefix behind one of them."""
        for name in self.routers:
            if name == owner:
                continue
            shared = next((s for s in self.segments if self.port_of(name, s) and self.port_of(owner, s)), None)
            if shared is not None:
                port = self.port_of(owner, shared)
                assert port is not None
                self.lines.append(f"{name}: ip route add {prefix} via {port.v4}")

    def _macvlan(self) -> None:
        """A namespace with a MAC of its own on another one's cable."""
        segment = self.chance.choice(self.segments)
        parent = self.chance.choice([port for port in segment.ports if not port.dev.startswith("br")] or segment.ports)
        if parent.dev.startswith("br"):
            return
        mode = self.chance.choice(("bridge", "private", "vepa"))
        name = self._space("mv")
        self.lines += [
            f"{parent.space}: ip link add mv0 link {parent.dev} netns {{{name}}} type macvlan mode {mode}",
            f"{name}: ip link set mv0 up",
            f"{name}: ip address add 10.0.{segment.number}.50/24 dev mv0",
        ]
        gateway = next((port for port in segment.ports if port.space in self.routers), None)
        if gateway is not None:
            self.lines.append(f"{name}: ip route add default via {gateway.v4}")
        self.devices[name].append("mv0")
        self.targets.append((name, f"10.0.{segment.number}.50", ""))

    def _policy(self) -> None:
        """A table of its own for some packets, as cloud CNIs and VPNs have it."""
        router = self.chance.choice(self.routers)
        port = self._some_port(router)
        segment = self.chance.choice(self.segments)
        selector = self.chance.choice(
            (
                f"from 10.0.{segment.number}.0/24",
                f"to 10.0.{segment.number}.0/24",
                f"iif {port.dev}",
                f"ipproto tcp dport {OPEN}",
                "fwmark 0x1",
                f"not from 10.0.{segment.number}.0/24",
                "ipproto icmp",
                f"to 10.0.{segment.number}.0/24 ipproto udp",
            )
        )
        self.lines.append(f"{router}: ip rule add priority 100 {selector} lookup 100")
        for one in self.segments:
            if self.chosen(0.5):
                via = next((far.v4 for seg, far in self._reach(router) if seg is one), None)
                mine = self.port_of(router, one)
                way = f"via {via}" if via else f"dev {mine.dev}" if mine else "dev lo"
                kind = self.chance.choice(("", "", "", "throw", "unreachable", "prohibit", "blackhole"))
                self.lines.append(f"{router}: ip route add {kind} 10.0.{one.number}.0/24 {way if not kind else ''} table 100")
        if self.chosen(0.3):
            self.lines.append(
                f"{router}: ip rule add priority 50 lookup main suppress_prefixlength {self.chance.choice((0, 8, 23, 24))}"
            )

    def _some_port(self, space: str) -> Port:
        return self.chance.choice([port for segment in self.segments for port in segment.ports if port.space == space])

    def _multipath(self) -> None:
        router = self.chance.choice(self.routers)
        ways = [
            port for segment in self.segments if self.port_of(router, segment) for port in segment.ports if port.space != router
        ]
        if len(ways) >= 2:
            one, two = self.chance.sample(ways, 2)
            target = self.chance.choice(self.segments).number
            self.lines.append(
                f"{router}: ip route replace 10.0.{target}.0/25"
                f" nexthop via {one.v4} weight {self.chance.randint(1, 3)} nexthop via {two.v4}"
            )

    def _secondary(self) -> None:
        space, _, _ = self.chance.choice(self.targets)
        if self.devices[space]:
            self.lines.append(
                f"{space}: ip address add 10.77.0.{self.chance.randint(1, 9)}/32 dev {self.chance.choice(self.devices[space])}"
            )

    def _mtus(self) -> None:
        for _ in range(self.chance.randint(1, 2)):
            segment = self.chance.choice(self.segments)
            size = self.chance.choice((1300, 1400, 1450))
            for port in segment.ports if self.chosen(0.5) else [self.chance.choice(segment.ports)]:
                self.lines.append(f"{port.space}: ip link set {port.dev} mtu {size}")

    def _nexthop(self) -> None:
        router = self.chance.choice(self.routers)
        reach = list(self._reach(router))
        if reach:
            segment, via = self.chance.choice(reach)
            dev = next(
                port.dev for one in self.segments for port in one.ports if port.space == router and self.port_of(via.space, one)
            )
            self.lines += [
                f"{router}: ip nexthop add id 9 via {via.v4} dev {dev}",
                f"{router}: ip route replace 10.0.{segment.number}.0/24 nhid 9",
            ]

    # -- packets -------------------------------------------------------------------------------------

    def _probes(self) -> Iterator[Probe]:
        for _ in range(10):
            source = self.chance.choice(self.targets)[0]
            far = [target for target in self.targets if target[0] != source]
            if not far:
                continue
            _, v4, v6 = self.chance.choice(far)
            address = v6 if v6 and self.chosen(0.35) else v4
            if self.chosen(0.05):
                address = self.chance.choice(("10.0.1.200", "10.0.77.1", "fd00:1::99", "fd00:99::1", "10.77.0.1"))
            kind = self.chance.choice(("icmp", "icmp", "tcp", "udp", "size"))
            if kind == "size":
                yield Probe(
                    source, address, size=self.chance.choice((1300, 1400, 1440, 1480, 1500)), dont_fragment=self.chosen(0.7)
                )
            else:
                yield Probe(source, address, kind, OPEN if self.chosen(0.75) else CLOSED)


class Damages:
    """Things that go wrong in a lab."""

    def __init__(self, lab: Composer) -> None:
        self._lab, self._chance = lab, lab.chance

    def some(self) -> Iterator[str]:
        """Yield one to three damages."""
        kinds: Final = (
            self._link_down,
            self._address_gone,
            self._route_gone,
            self._wrong_route,
            self._refusing_route,
            self._setting,
            self._neighbour,
            self._fdb,
            self._port,
            self._mtu,
            self._mac,
            self._rule,
            self._vxlan,
            self._duplicate,
        )
        for _ in range(self._chance.randint(1, 3)):
            kind: Callable[[], list[str]] = self._chance.choice(kinds)
            yield from kind()

    def _space(self) -> str:
        return self._chance.choice([space for space in self._lab.spaces if self._lab.devices[space]])

    def _dev(self, space: str) -> str:
        return self._chance.choice(self._lab.devices[space])

    def _port_of_segment(self) -> Port:
        return self._chance.choice(self._chance.choice(self._lab.segments).ports)

    def _link_down(self) -> list[str]:
        space = self._space()
        return [f"{space}: ip link set {self._dev(space)} down"]

    def _address_gone(self) -> list[str]:
        port = self._port_of_segment()
        return [f"{port.space}: ip address del {port.v4}/24 dev {port.dev}"]

    def _route_gone(self) -> list[str]:
        space, segment = self._space(), self._chance.choice(self._lab.segments)
        return [f"{space}: ip route del {self._chance.choice(('default', f'10.0.{segment.number}.0/24'))}"]

    def _wrong_route(self) -> list[str]:
        port, segment = self._port_of_segment(), self._chance.choice(self._lab.segments)
        near = self._chance.choice(self._lab.segments)
        via = self._chance.choice([p.v4 for p in near.ports] + [f"10.0.{near.number}.99"])
        length = self._chance.choice((24, 25, 32))
        host = self._chance.choice(segment.ports).v4 if length == 32 else f"10.0.{segment.number}.0"
        onlink = "onlink" if self._chance.random() < 0.2 else ""
        return [f"{port.space}: ip route replace {host}/{length} via {via} dev {port.dev} {onlink}"]

    def _refusing_route(self) -> list[str]:
        space, segment = self._space(), self._chance.choice(self._lab.segments)
        kind = self._chance.choice(("blackhole", "unreachable", "prohibit"))
        if self._chance.random() < 0.3:
            return [f"{space}: ip route add {kind} fd00:{segment.number}::/80"]
        return [f"{space}: ip route add {kind} 10.0.{segment.number}.0/26"]

    def _setting(self) -> list[str]:
        space = self._chance.choice(self._lab.routers) if self._chance.random() < 0.6 else self._space()
        dev = self._dev(space) if self._lab.devices[space] else "lo"
        name, value = self._chance.choice(
            (
                ("net.ipv4.ip_forward", "0"),
                ("net.ipv6.conf.all.forwarding", "0"),
                (f"net.ipv4.conf.{dev}.forwarding", "0"),
                (f"net.ipv4.conf.{dev}.rp_filter", "1"),
                ("net.ipv4.conf.all.arp_ignore", "1"),
                ("net.ipv4.conf.all.arp_ignore", "8"),
                ("net.ipv4.conf.all.arp_filter", "1"),
                ("net.ipv4.icmp_echo_ignore_all", "1"),
                (f"net.ipv6.conf.{dev}.disable_ipv6", "1"),
                (f"net.ipv4.conf.{dev}.proxy_arp", "1"),
                ("net.ipv4.conf.all.accept_local", "1"),
                (f"net.ipv4.conf.{dev}.proxy_arp", "0"),
            )
        )
        return [f"{space}: sysctl {name}={value}"]

    def _neighbour(self) -> list[str]:
        segment = self._chance.choice(self._lab.segments)
        port, other = self._chance.choice(segment.ports), self._chance.choice(segment.ports)
        address = self._chance.choice((other.v4, other.v6))
        return [
            f"{port.space}: ip neigh replace {address} lladdr 02:00:00:00:00:{self._chance.randint(10, 99)}"
            f" dev {port.dev} nud permanent"
        ]

    def _fdb(self) -> list[str]:
        if not self._lab.bridges:
            return []
        space, bridge = self._chance.choice(self._lab.bridges)
        ports = [
            port.bridge.split()[1]
            for segment in self._lab.segments
            for port in segment.ports
            if port.bridge.startswith(f"{space} ")
        ]
        owners = [port for segment in self._lab.segments for port in segment.ports if port.bridge.startswith(f"{space} ")]
        if not ports:
            return []
        port, owner = self._chance.choice(ports), self._chance.choice(owners)
        mac = f"02:00:00:00:55:{self._chance.randint(10, 99)}"
        del bridge
        return [
            f"{owner.space}: ip link set {owner.dev} address {mac}",
            f"{space}: bridge fdb replace {mac} dev {port} master static",
        ]

    def _port(self) -> list[str]:
        ports = [port.bridge.split() for segment in self._lab.segments for port in segment.ports if port.bridge]
        if not ports:
            return []
        space, port = self._chance.choice(ports)
        what = self._chance.choice(("nomaster", "isolated", "state", "flood", "learning", "down"))
        if what == "nomaster":
            return [f"{space}: ip link set {port} nomaster"]
        if what == "down":
            return [f"{space}: ip link set {port} down"]
        if what == "isolated":
            return [f"{space}: bridge link set dev {other} isolated on" for at, other in ports if at == space]
        return [f"{space}: bridge link set dev {port} {what} {'4' if what == 'state' else 'off'}"]

    def _mtu(self) -> list[str]:
        port = self._port_of_segment()
        return [f"{port.space}: ip link set {port.dev} mtu {self._chance.choice((1280, 1350, 1490))}"]

    def _mac(self) -> list[str]:
        port = self._port_of_segment()
        return [f"{port.space}: ip link set {port.dev} address 02:00:00:00:66:{self._chance.randint(10, 99)}"]

    def _rule(self) -> list[str]:
        space, segment = self._space(), self._chance.choice(self._lab.segments)
        action = self._chance.choice(("blackhole", "unreachable", "prohibit", "lookup 200", "lookup 100"))
        selector = self._chance.choice(
            (f"to 10.0.{segment.number}.0/24", f"from 10.0.{segment.number}.0/24", "ipproto tcp", "iif lo")
        )
        return [f"{space}: ip rule add priority 90 {selector} {action}"]

    def _vxlan(self) -> list[str]:
        if not self._lab.overlay:
            return []
        space, v4, _ = self._chance.choice(self._lab.overlay)
        number = v4.rpartition(".")[2]
        return self._chance.choice(
            (
                [f"{space}: ip link set vx0 address 02:00:00:00:88:01"],
                [f"{space}: ip link set vx0 down"],
                [f"{space}: bridge fdb del 02:00:00:00:77:0{3 - int(number) if int(number) < 3 else 1} dev vx0"],
                [
                    f"{space}: ip link del vx0",
                    f"{space}: ip link add vx0 type vxlan id 78 dstport 8472",
                    f"{space}: ip address add {v4}/24 dev vx0",
                    f"{space}: ip link set vx0 up",
                ],
                [
                    f"{space}: ip link del vx0",
                    f"{space}: ip link add vx0 type vxlan id 77 dstport 4789",
                    f"{space}: ip address add {v4}/24 dev vx0",
                    f"{space}: ip link set vx0 up",
                ],
            )
        )

    def _duplicate(self) -> list[str]:
        segment = self._chance.choice(self._lab.segments)
        one, two = self._chance.choice(segment.ports), self._chance.choice(segment.ports)
        return [] if one is two else [f"{one.space}: ip address add {two.v4}/24 dev {one.dev}"]
