"""Whether a host answers a request for an address (arp_process in net/ipv4/arp.c, ndisc_recv_ns in net/ipv6/ndisc.c)."""

from dataclasses import replace
from shlex import quote
from typing import Any, Final

from podpath.language import tr
from podpath.state.address import V4, V4_BASE, V6, Ip, Mac, family_of, ip_text, last_ip, mac_text
from podpath.state.failures.segment import ProxyArpOff, ProxyWithoutRoute
from podpath.state.link import Address, Link
from podpath.state.step import Answering, NeighbourAnswered
from podpath.state.trace import Verdict
from podpath.walk.events import Gateway, Outcome, Receive, Step, Stopped, Transition, Transmit, Walk, unknown
from podpath.walk.namespace import Entry, Namespace, conf_name
from podpath.walk.packet import Frame, NeighbourRequest
from podpath.walk.routing.connected import shows_local
from podpath.walk.routing.rules import FlowKey
from podpath.walk.stages.input_route import Inbound, Kind, inbound

_LINK_SCOPE: Final = frozenset(("host", "nowhere"))


def stage(walk: Walk, event: Receive, link: Entry[Link]) -> tuple[Transition, ...]:
    """Answer the request, or process a reply."""
    asked = event.frame.content
    assert isinstance(asked, NeighbourRequest)  # noqa: S101 - the caller looked
    if asked.answer:
        return (
            Transition(
                Outcome(
                    Verdict.DELIVERED,
                    f"{ip_text(asked.sender)} is {mac_text(asked.mac)}",
                    event.ns,
                    event.dev,
                    frame=event.frame,
                    carry=event.carry,
                )
            ),
        )
    if "NOARP" in (link.row.flags or "").split(","):
        return (_silent(event, tr("{dev} does not do ARP (NOARP)", dev=event.dev)),)
    return (_arp(walk, event, link, asked) if family_of(asked.target) == V4 else _solicited(walk, event, link, asked),)


def _silent(event: Receive, why: str, rows: tuple[Entry[Any], ...] = (), cause: Stopped | None = None) -> Transition:
    return Transition(Outcome(Verdict.DROPPED, why, event.ns, event.dev, aside=True, rows=rows, cause=cause))


def _reply(
    event: Receive,
    link: Entry[Link],
    asked: NeighbourRequest,
    why: Answering,
    rows: tuple[Entry[Any], ...],
    home: Mac | None = None,
) -> Transition:
    """Answer; the host that answers a request learns its sender (neigh_event_ns, ndisc_update)."""
    mac = link.row.mac or asked.mac
    known = {**event.carry.neighbours, (event.ns, event.dev, asked.sender): asked.mac}
    step = Step(event.ns, event.dev, NeighbourAnswered(asked.target, event.dev, why), rows=rows)
    frame = Frame(mac, home or asked.mac, NeighbourRequest(asked.target, asked.sender, mac, answer=True))
    return Transition(Transmit(event.ns, event.dev, frame, replace(event.carry, neighbours=known)), (step,))


def _arp(walk: Walk, event: Receive, link: Entry[Link], asked: NeighbourRequest) -> Transition:
    netns = walk.cluster.netns(event.ns)
    if asked.sender == V4_BASE:  # as a probe for duplicates (RFC 5227): only whose address it is answers, and no proxy
        if asked.target in netns.owned:
            return _own(walk, event, link, asked, netns)
        return _silent(
            event,
            tr(
                "{target} is not an address of this host, and proxy ARP does not answer probes from 0.0.0.0",
                target=ip_text(asked.target),
            ),
        )
    # The kernel routes the question as if the packet itself had come: what it would not take, it does not answer for.
    dev = event.dev
    flow = FlowKey(dst=asked.target, src=asked.sender, iif=dev, uid=0)
    routed = inbound(walk, event.ns, dev, flow)
    if routed.kind is Kind.UNKNOWN and routed.gap is not None:
        return Transition(Outcome(Verdict.UNKNOWN, routed.reason, event.ns, dev, gap=routed.gap))
    if routed.kind is Kind.LOCAL:
        return _own(walk, event, link, asked, netns)
    if _may_own(walk, netns, asked.target):
        return Transition(unknown(event.ns, walk.cluster, tr("the addresses of {dev}", dev=dev), "ip address show", dev))
    # A proxy needs a route through another device.
    if routed.kind is not Kind.FORWARD or routed.way is None or not routed.way.hops:
        return Transition(
            Outcome(
                Verdict.DROPPED,
                routed.reason or tr("{target} is not an address of this host", target=ip_text(asked.target)),
                event.ns,
                dev,
                aside=True,
                cause=routed.cause if asked.target in netns.owned else _no_proxy(walk, event, link, asked, routed),
            )
        )
    return _proxy(walk, event, link, asked, routed)


def _own(walk: Walk, event: Receive, link: Entry[Link], asked: NeighbourRequest, netns: Namespace) -> Transition:
    held = netns.owned.get(asked.target)
    rows = (held,) if held is not None else ()
    here = [one.row for one in netns.addresses.get(event.dev, ())]
    ignore = netns.highest(event.dev, "arp_ignore")
    if ignore is None and (held is None or held.row.dev != event.dev):
        what = tr("whether {dev} answers for an address of another device (arp_ignore)", dev=event.dev)
        return Transition(
            unknown(
                event.ns,
                walk.cluster,
                what,
                f"sysctl net.ipv4.conf.all.arp_ignore {quote(conf_name(V4, event.dev, 'arp_ignore'))}",
            )
        )
    if _ignores(ignore or 0, here, asked, held.row if held is not None else None):
        return _silent(
            event,
            tr(
                "{dev} does not answer for {target} (arp_ignore = {ignore})",
                dev=event.dev,
                target=ip_text(asked.target),
                ignore=ignore,
            ),
            rows,
        )
    filters = asked.sender != V4_BASE and (netns.conf(V4, "all", "arp_filter") or netns.conf(V4, event.dev, "arp_filter"))
    if filters and not _leads_back(walk, event, asked):
        return _silent(event, tr("{dev} does not answer: the route back uses another device (arp_filter)", dev=event.dev), rows)
    return _reply(event, link, asked, Answering.OWN, rows)


def _ignores(mode: int, here: list[Address], asked: NeighbourRequest, held: Address | None) -> bool:
    """arp_ignore() (net/ipv4/arp.c; Documentation/networking/ip-sysctl.rst)."""
    own = next((row for row in here if row.address == asked.target), None)
    match mode:
        case 0:
            return False
        case 1:
            return own is None
        case 2:
            return own is None or (asked.sender != V4_BASE and not _same_net(own, asked.sender))
        case 3:
            scope = (own or held).scope if (own or held) is not None else None  # type: ignore[union-attr]
            return scope in _LINK_SCOPE
        case 8:
            return True
        case _:
            return False


def _same_net(row: Address, ip: Ip) -> bool:
    first = Ip(row.address & ~((1 << (32 - row.length)) - 1))
    return first <= ip <= last_ip(V4, first, row.length)


def _leads_back(walk: Walk, event: Receive, asked: NeighbourRequest) -> bool:
    way = walk.cluster.routing(event.ns, V4).lookup(FlowKey(dst=asked.sender, src=asked.target, uid=0))
    return way.entry is not None and any(hop.dev == event.dev for hop in way.hops)


def _proxy(walk: Walk, event: Receive, link: Entry[Link], asked: NeighbourRequest, routed: Inbound) -> Transition:
    """Answer in another host's name (arp_fwd_proxy, arp_fwd_pvlan, pneigh_lookup)."""
    netns, dev = walk.cluster.netns(event.ns), event.dev
    assert routed.way is not None  # noqa: S101 - the caller looked
    elsewhere = routed.way.hops[0].dev != dev
    held = netns.sysctl(conf_name(V4, dev, "proxy_arp"))
    settings = [netns.conf(V4, name, "proxy_arp") for name in ("all", dev)]
    if elsewhere and any(settings):
        return _reply(event, link, asked, Answering.PROXY_ARP, (held,) if held else ())
    if not elsewhere and netns.conf(V4, dev, "proxy_arp_pvlan"):
        return _reply(event, link, asked, Answering.PROXY_ARP_PVLAN, ())
    entry = netns.proxied.get((dev, asked.target))
    if elsewhere and entry is not None:
        return _reply(event, link, asked, Answering.PROXY_ENTRY, (entry,))
    if elsewhere and None in settings:
        what = tr("whether {dev} answers for other hosts (proxy_arp)", dev=dev)
        command = f"sysctl net.ipv4.conf.all.proxy_arp {quote(conf_name(V4, dev, 'proxy_arp'))}"
        return Transition(unknown(event.ns, walk.cluster, what, command, dev))
    rows = (held,) if held is not None else ()
    said = tr(
        "{target} is not an address of this host, and {dev} does not answer for others (proxy_arp = 0)",
        target=ip_text(asked.target),
        dev=dev,
    )
    return _silent(event, said, rows, _no_proxy(walk, event, link, asked, routed))


def _no_proxy(walk: Walk, event: Receive, link: Entry[Link], asked: NeighbourRequest, routed: Inbound) -> Stopped | None:
    """Return why a host does not answer for a gateway that no host has, at the only other end of a cable: Calico's 169.254.1.1.

    It should be a proxy: that takes proxy_arp, forwarding, and a route to the gateway's address by another device (arp_process).
    """
    netns, dev = walk.cluster.netns(event.ns), event.dev
    if link.row.kind != "veth" or link.row.master is not None or walk.cluster.owners(asked.target):
        return None
    if any(one.row.family == V4 and one.row.scope != "link" for one in netns.addresses.get(dev, ())):
        return None  # it has a network of its own, in which the gateway is simply nobody
    if routed.cause is not None:
        return routed.cause._replace(gateway=Gateway(dev, asked.target))
    if routed.kind is Kind.ERROR:
        up = (one.row.name for one in netns.links.values() if one.row.up and one.row.kind is None and one.row.name != "lo")
        return Stopped(ProxyWithoutRoute(dev, asked.target, next(up, None)), event.ns, (link,))
    name = conf_name(V4, dev, "proxy_arp")
    held = netns.sysctl(name)
    rows = (link, held) if held is not None else (link,)
    return Stopped(ProxyArpOff(dev, asked.target, name), event.ns, rows)


def _solicited(walk: Walk, event: Receive, link: Entry[Link], asked: NeighbourRequest) -> Transition:
    netns, dev = walk.cluster.netns(event.ns), event.dev
    if netns.conf(V6, dev, "disable_ipv6") == 1:
        return _silent(event, tr("{dev} has no IPv6 (disable_ipv6)", dev=dev))
    own = next((held for held in netns.addresses.get(dev, ()) if held.row.address == asked.target), None)
    if own is not None:
        flags = (own.row.flags or "").split(",")
        if "dadfailed" in flags or ("tentative" in flags and "optimistic" not in flags):
            return _silent(
                event,
                tr("{target} is tentative, or a duplicate: {dev} does not use it", target=ip_text(asked.target), dev=dev),
                (own,),
            )
        return _reply(event, link, asked, Answering.OWN, (own,), _home(netns, dev, asked))
    forwards = netns.conf(V6, dev, "forwarding")
    proxies = [netns.conf(V6, name, "proxy_ndp") for name in ("all", dev)]
    entry = netns.proxied.get((dev, asked.target))
    if forwards and any(proxies) and entry is not None:
        return _reply(event, link, asked, Answering.PROXY_ENTRY, (entry,))
    if _may_own(walk, netns, asked.target):
        return Transition(unknown(event.ns, walk.cluster, tr("the addresses of {dev}", dev=dev), "ip address show", dev))
    return _silent(event, tr("{target} is not an address of {dev}", target=ip_text(asked.target), dev=dev))


def _may_own(walk: Walk, netns: Namespace, address: Ip) -> bool:
    """Say whether an address without a known owner may belong to a host whose addresses no output lists."""
    family = family_of(address)
    # The table local has the routes of all IPv4 addresses; of an IPv6 one it does not say whether it is tentative.
    listed = netns.seen(Address, family) or (family == V4 and shows_local(netns, family))
    return not listed and not walk.cluster.owners(address)


def _home(netns: Namespace, dev: str, asked: NeighbourRequest) -> Mac:
    """Return where an advertisement is sent: it is an ordinary packet, and a permanent neighbour entry overrides the request."""
    held = netns.neighbour(dev, asked.sender)
    fixed = held is not None and held.row.state in {"PERMANENT", "NOARP"} and held.row.mac is not None
    return held.row.mac if fixed and held is not None and held.row.mac is not None else asked.mac
