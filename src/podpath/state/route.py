"""Routing tables and the rules that choose among them, as rtnetlink(7) holds them."""

from typing import NamedTuple

from podpath.state.address import Ip
from podpath.state.column import Interface, NodeName, Numbers, TableName, Word
from podpath.state.table import table


@table(
    "route",
    once=True,
    key="family table dst dst_len metric tos src src_len hop",
    same="family table dst dst_len via dev tos metric:metric src nhid",
    volatile="flags scope",
    only="NOT (\"table\" IN ('local', '255') AND coalesce(proto, '') IN ('kernel', ''))",
    command="ip {six}route show table {table}",
    listing="ip route show table all",
)
class Route(NamedTuple):
    """One next hop of one entry of a routing table (``ip route show table all``).

    A multipath route is as many rows as it has next hops, told apart by ``hop``.

    Attributes:
        family: 4 or 6.
        table: routing table, by the name or number that iproute2 prints.
        type: unicast, local, broadcast, multicast, blackhole, unreachable, prohibit, throw.
        dst: first address of the destination prefix.
        dst_len: length of the destination prefix; 0 is the default route.
        via: next hop; none means that the destination is on the link.
        dev: device the packet leaves by.
        proto: who set the route (kernel, boot, static, bird …).
        scope: global, link, host.
        prefsrc: source address the route gives to local senders.
        metric: priority; the smaller one wins.
        flags: comma-separated flags (onlink, linkdown, dead, pervasive …).
        hop: position among the next hops of one entry, from 0.
        weight: weight among the next hops of one entry.
        nhid: identifier of a nexthop object.
        mtu: path MTU that the route locks or states, in bytes.
        src: first address of the source prefix (IPv6 source routing).
        src_len: length of the source prefix.
        tos: type of service that the packet must have.
        gateway_name: next hop printed as a name (``route`` without ``-n``): its address is unknown.
    """

    family: int
    table: TableName
    type: Word
    dst: Ip
    dst_len: int
    via: Ip | None = None
    dev: Interface | None = None
    proto: Word | None = None
    scope: Word | None = None
    prefsrc: Ip | None = None
    metric: int | None = None
    flags: Word | None = None
    hop: int = 0
    weight: int | None = None
    nhid: int | None = None
    mtu: int | None = None
    src: Ip | None = None
    src_len: int | None = None
    tos: int | None = None
    gateway_name: NodeName | None = None


@table(
    "route_exception",
    key="family table dst dev metric",
    same="family table dst dev metric via",
    fleeting="true",
    command="ip {six}route show cache",
    listing="ip route show cache",
)
class RouteException(NamedTuple):
    """What a next hop has learned about one destination (``ip route show cache``): a redirect, or a path MTU.

    It comes before what the table says (find_exception in net/ipv4/route.c, rt6_find_cached_rt in net/ipv6/route.c). Which
    entry of the table has learned it is not printed; the device, the table and (IPv6) the metric narrow it down.

    Attributes:
        family: 4 or 6.
        dst: the destination.
        dev: device of the next hop.
        via: gateway that packets go to; none on the link.
        redirected: a redirect named the gateway, or None if the kernel does not say (IPv6).
        mtu: path MTU in bytes.
        mtu_locked: the MTU is locked against smaller ones, so that it counts for forwarded packets, too.
        table: routing table of the next hop, where the output says so.
        metric: metric of the entry (IPv6).
    """

    family: int
    dst: Ip
    dev: Interface | None = None
    via: Ip | None = None
    redirected: bool | None = None
    mtu: int | None = None
    mtu_locked: bool = False
    table: TableName | None = None
    metric: int | None = None


@table(
    "rule",
    once=True,
    same="family priority action table src dst fwmark iif oif",
    whole=True,
    command="ip {six}rule show",
    listing="ip rule show",
)
class Rule(NamedTuple):
    """A rule of the routing policy database (``ip rule show``).

    Attributes:
        family: 4 or 6.
        priority: order of evaluation; the smaller one is asked first.
        action: lookup, goto, nop, blackhole, unreachable, prohibit.
        table: table that a lookup asks.
        inverted: the rule holds for packets that do not match (``not``).
        src: first address of the source prefix.
        src_len: length of the source prefix.
        dst: first address of the destination prefix.
        dst_len: length of the destination prefix.
        iif: device that the packet arrived on.
        oif: device that the sending socket is bound to.
        fwmark: value of the mark.
        fwmask: bits of the mark that are compared.
        ipproto: transport protocol.
        sport: source port or range.
        dport: destination port or range.
        uidrange: user ids of the sender.
        suppress_prefixlength: answers with a prefix of this length or shorter are refused.
        goto: priority of the rule to go on with.
        rest: selectors that have no column of their own, as printed.
        tos: type of service that the packet must have.
        dscp: differentiated services code point (6 bits) that the packet must have.
    """

    family: int
    priority: int
    action: Word
    table: TableName | None = None
    inverted: bool = False
    src: Ip | None = None
    src_len: int | None = None
    dst: Ip | None = None
    dst_len: int | None = None
    iif: Interface | None = None
    oif: Interface | None = None
    fwmark: int | None = None
    fwmask: int | None = None
    ipproto: Word | None = None
    sport: Numbers | None = None
    dport: Numbers | None = None
    uidrange: Numbers | None = None
    suppress_prefixlength: int | None = None
    goto: int | None = None
    rest: str | None = None
    tos: int | None = None
    dscp: int | None = None


@table("nexthop", once=True, key="id", volatile="flags", command="ip nexthop show id {id}", listing="ip nexthop show")
class Nexthop(NamedTuple):
    """A nexthop object (``ip nexthop show``).

    Attributes:
        id: identifier.
        family: 4 or 6, or None for a group or a blackhole.
        via: gateway.
        dev: device.
        flags: comma-separated words (blackhole, onlink, fdb, linkdown, dead).
        group: members of a group as ``id`` or ``id,weight``, joined by ``/``, as printed.
        proto: who set it.
        scope: global, link, host.
    """

    id: int
    family: int | None = None
    via: Ip | None = None
    dev: Interface | None = None
    flags: Word | None = None
    group: Numbers | None = None
    proto: Word | None = None
    scope: Word | None = None


@table("xfrm_policy", once=True, whole=True, listing="ip xfrm policy")
class XfrmPolicy(NamedTuple):
    """An IPsec policy (``ip xfrm policy``).

    Attributes:
        family: 4 or 6.
        src: first address of the source prefix.
        src_len: its length.
        dst: first address of the destination prefix.
        dst_len: its length.
        dir: in, out or fwd.
        action: allow or block.
        priority: the smaller one wins.
        templates: number of transformations it asks for; 0 lets packets pass as they are.
        dev: device it is bound to.
        mark: value of the mark.
        mask: bits of the mark that are compared.
    """

    family: int
    src: Ip
    src_len: int
    dst: Ip
    dst_len: int
    dir: Word
    action: Word
    priority: int
    templates: int
    dev: Interface | None = None
    mark: int | None = None
    mask: int | None = None
