"""One pair, link by link: route → next hop's neighbour entry → its MAC's forwarding entry → underlay → device.

Each link asks what the kernel would ask (``ip_route_output_key``, ``neigh_lookup``,
``vxlan_find_mac``, then on the peer ``udp_sk`` by port, ``vxlan_vs_find_vni`` and
the inner frame's destination MAC): the entry that would be used is looked up, not
the one that a CNI ought to have set.
"""

from collections.abc import Iterator, Mapping
from shlex import quote
from typing import Any, Final, NamedTuple

from podpath.causes.calico import calico_borrowed_ip_blackhole
from podpath.checks.overlay.mesh.facts import Facts, Fdb, MeshHop, MeshRoute, Ref
from podpath.checks.overlay.mesh.overlay import Vtep
from podpath.language import tr
from podpath.state.address import Ip, Mac, family_of, ip_text, mac_text, prefix_text
from podpath.state.finding import NotCompared, Status

_DEAD: Final = frozenset(("FAILED", "INCOMPLETE"))
_OK, _BAD, _OPEN = Status.PROVEN, Status.BROKEN, Status.UNKNOWN


class LinkCause(NamedTuple):
    """Why a link is broken, in the terms of the check that reports it.

    Attributes:
        check: name of the check.
        root: what is wrong, equal for all pairs that break by it.
        facts: what the check's texts are filled with.
        ns: namespace that must be fixed.
        sure: nothing unseen could make it right.
    """

    check: str
    root: tuple[object, ...]
    facts: Mapping[str, Any]
    ns: int
    sure: bool = True


class LinkVerdict(NamedTuple):
    """What is said of one link.

    Attributes:
        link: route, neighbour, fdb, underlay or device.
        status: whether it holds.
        summary: what was found.
        refs: the rows that show it.
        cause: why it is broken.
        learn: (node, what is missing, command) for an unknown one.
    """

    link: str
    status: Status
    summary: str
    refs: tuple[Ref, ...] = ()
    cause: LinkCause | None = None
    learn: tuple[str, str, str] | None = None


class LinkChain(NamedTuple):
    """A judged pair.

    Attributes:
        a: sender.
        b: receiver.
        verdicts: links in order; after a broken one those that can still be judged.
        not_compared: parts that the evidence leaves open.
    """

    a: Vtep
    b: Vtep
    verdicts: tuple[LinkVerdict, ...]
    not_compared: tuple[NotCompared, ...]

    @property
    def status(self) -> Status:
        """Broken when a link is, else unknown when one is, else proven."""
        found = {verdict.status for verdict in self.verdicts}
        return next((status for status in (_BAD, _OPEN) if status in found), _OK)


class Judge:
    """Judges pairs of one overlay.

    Args:
        facts: the rows that matter for the pairs.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def judge(self, a: Vtep, b: Vtep) -> LinkChain:
        """Return the chain from ``a`` to ``b``."""
        if a.bridged and b.bridged:
            return self._bridged(a, b)
        route, hop = self._route(a, b)
        verdicts = [route]
        if hop is not None and hop.direct:
            verdicts.append(self._direct(a, b, hop))
            return LinkChain(a, b, tuple(verdicts), ())
        if hop is None and self._may_be_itself(a, b):
            return LinkChain(a, b, (route,), ())
        neighbour, mac = self._neighbour(a, b, hop)
        verdicts.append(neighbour)
        fdb, dst, entry = self._forward(a, b, mac, known_hop=neighbour.status is _OK)
        verdicts.append(fdb)
        verdicts.append(self._underlay(a, b, dst))
        device, open_parts = self._device(a, b, entry)
        verdicts.append(device)
        return LinkChain(a, b, tuple(self._joined(a, b, verdicts)), tuple(open_parts))

    def _may_be_itself(self, a: Vtep, b: Vtep) -> bool:
        """Say whether the uncaptured device that others send to may be the sender's own, whose address was not captured.

        A node has no route, neighbour entry or forwarding entry that leads to itself.
        """
        return b.ns < 0 and not self._facts.addresses.get(a.vt)

    # -- between bridges -----------------------------------------------------------------------------

    def _bridged(self, a: Vtep, b: Vtep) -> LinkChain:
        """Frames between two bridges: only the forwarding table decides where they go; flooded ones must arrive too."""
        if a.up is False:
            return LinkChain(a, b, (self._down(a, "device"),), ())
        way, dst = self._way(a, b)
        device, open_parts = self._device(a, b, None)
        return LinkChain(a, b, (way, self._underlay(a, b, dst), device), tuple(open_parts))

    def _way(self, a: Vtep, b: Vtep) -> tuple[LinkVerdict, Ip | None]:
        facts = self._facts
        if facts.covers(a, "fdb") is None:
            learn = (a.name, tr("the forwarding table of {dev}", dev=a.dev), f"bridge fdb show dev {quote(a.dev)}")
            return LinkVerdict(
                "fdb", _OPEN, tr("the forwarding table of {dev} was not captured", dev=a.dev), (), None, learn
            ), None
        if facts.floods(a, b):
            return LinkVerdict(
                "fdb", _OK, tr("unknown MACs are flooded to {name} too", name=b.name), facts.flood_refs(a, b)
            ), None
        entries = facts.entries_to(a, b)
        if entries:
            shown = tr("{mac} is at {dst}", mac=mac_text(entries[0].mac), dst=ip_text(entries[0].dst))
            ref = Ref("fdb", entries[0].rowid, mac_text(entries[0].mac))
            return LinkVerdict("fdb", _OK, shown, (ref,)), entries[0].dst
        learn = (a.name, tr("an entry that leads to {name}", name=b.name), f"bridge fdb show dev {quote(a.dev)}")
        return LinkVerdict(
            "fdb", _OPEN, tr("{dev} has no entry that leads to {name}", dev=a.dev, name=b.name), (), None, learn
        ), None

    # -- route ------------------------------------------------------------------------------------

    def _route(self, a: Vtep, b: Vtep) -> tuple[LinkVerdict, MeshHop | None]:
        if a.present is False:
            words = {"node": a.name, "dev": a.dev}
            cause = LinkCause("overlay-device-missing", ("missing", a.vt), words, a.ns)
            return LinkVerdict("route", _BAD, tr("{dev} does not exist on {name}", dev=a.dev, name=a.name), (), cause), None
        if a.up is False:
            return self._down(a, "route"), None
        prefixes = self._facts.prefixes.get(b.vt, ())
        if not prefixes:
            learn = (b.name, tr("the pod network"), "ip address show; ip route show")
            return LinkVerdict(
                "route", _OPEN, tr("the pod network of {name} was not captured", name=b.name), (), None, learn
            ), None
        verdicts = [self._ruled(a, at, self._one_route(a, b, at)) for at in prefixes]
        return next((v for v in verdicts if v[0].status is _BAD), None) or next(
            (v for v in verdicts if v[0].status is _OPEN), verdicts[0]
        )

    def _ruled(self, a: Vtep, prefix: int, found: tuple[LinkVerdict, MeshHop | None]) -> tuple[LinkVerdict, MeshHop | None]:
        """The main table's answer holds only where no rule asks another table first."""
        facts = self._facts
        rule = facts.rules.get((a.vt, prefix))
        if rule is None or found[0].status is not _OK:
            return found
        target, probe = facts.prefix_text[prefix], ip_text(facts.probes[prefix])
        text = tr(
            "rule {priority} ({action}) may match {target} before the main table does",
            priority=rule.priority,
            action=rule.action,
            target=target,
        )
        learn = (
            a.name,
            tr("what rule {priority} does to {target}", priority=rule.priority, target=target),
            f"ip rule show; ip route get {probe}",
        )
        return LinkVerdict("route", _OPEN, text, (Ref("rule", rule.rowid),), None, learn), found[1]

    def _one_route(self, a: Vtep, b: Vtep, prefix: int) -> tuple[LinkVerdict, MeshHop | None]:
        facts = self._facts
        target = facts.prefix_text[prefix]
        route = facts.routes.get((a.vt, prefix))
        if route is None or route.dst_len == 0 or route.type == "throw":
            return self._no_route(a, b, target, facts.families[prefix], route), None
        text = f"{route.text}"
        ref = (Ref("route", route.rowid),)
        base = {"node": a.name, "peer": b.name, "target": target, "line": text, "dev": route.dev, "overlay_dev": a.dev,
                "via": ip_text(route.via) if route.via is not None else route.gateway_name, "right": facts.address_text(b.vt),
                "dst": prefix_text(route.family, route.dst, route.dst_len), "route_type": route.type}  # fmt: skip
        if route.type != "unicast":
            borrowed = route.type == "blackhole" and route.proto in calico_borrowed_ip_blackhole.BLOCK_PROTOCOLS
            check = calico_borrowed_ip_blackhole.CAUSE.name if borrowed else "route-overlap-more-specific"
            cause = LinkCause(check, ("blackhole", route.rowid), base, a.ns)
            return LinkVerdict(
                "route", _BAD, tr("{target} ends in a {type} route", target=target, type=route.type), ref, cause
            ), None
        if route.dev != a.dev:
            return self._other_device(a, b, route, prefix, base)
        if route.via is None or facts.owner_of_ip.get(route.via) == b.vt:
            ip = route.via if route.via is not None else facts.probes[prefix]
            shown = tr("via {via}", via=ip_text(route.via)) if route.via is not None else tr("on the link")
            return LinkVerdict(
                "route", _OK, tr("{target} {shown} dev {dev}", target=target, shown=shown, dev=a.dev), ref
            ), MeshHop(ip, direct=False, rowid=route.rowid)
        owner = facts.owner_of_ip.get(route.via)
        hop = MeshHop(route.via, direct=False, rowid=route.rowid)
        if owner is not None:
            cause = LinkCause("route-wrong-next-hop", ("hop", route.rowid), {**base, "owner": facts.name(owner)}, a.ns)
            return LinkVerdict(
                "route",
                _BAD,
                tr("{target} is sent to {owner}, not to {name}", target=target, owner=facts.name(owner), name=b.name),
                ref,
                cause,
            ), None
        if not facts.addresses.get(b.vt):
            learn = (b.name, tr("the address of {dev}", dev=b.dev), f"ip address show dev {quote(b.dev)}")
            return LinkVerdict(
                "route",
                _OPEN,
                tr("no output shows whether {via} is {name}", via=ip_text(route.via), name=b.name),
                ref,
                None,
                learn,
            ), hop
        return self._odd_next_hop(a, b, route, route.via, base)

    def _odd_next_hop(
        self, a: Vtep, b: Vtep, route: MeshRoute, via: Ip, base: dict[str, Any]
    ) -> tuple[LinkVerdict, MeshHop | None]:
        """No node has the next hop's address: is the route wrong, or did the device's address change?

        The MAC that any sender's neighbour table has for the next hop tells whose it was meant to be.
        """
        facts = self._facts
        refs = (Ref("route", route.rowid), *facts.address_refs(b.vt))
        if facts.meant_by_ip.get(via) == b.vt:
            cause = LinkCause("vtep-address-mismatch", ("address", b.vt), {**base, "peer_dev": b.dev}, b.ns)
            text = tr("{via} is not an address of {dev} on {name}", via=ip_text(via), dev=b.dev, name=b.name)
            return LinkVerdict("route", _BAD, text, refs, cause), MeshHop(via, direct=False, rowid=route.rowid)
        cause = LinkCause("route-wrong-next-hop", ("hop", route.rowid), {**base, "owner": None}, a.ns)
        return LinkVerdict("route", _BAD, tr("no node has the next hop {via}", via=ip_text(via)), refs, cause), None

    def _no_route(self, a: Vtep, b: Vtep, target: str, family: int, default: MeshRoute | None) -> LinkVerdict:
        facts = self._facts
        seen = facts.covers(a, "route", family)
        command = "ip -6 route show" if family == 6 else "ip route show"  # noqa: PLR2004 - the family's number
        if seen is None:
            learn = (a.name, tr("the routes"), command)
            return LinkVerdict("route", _OPEN, tr("the routes of {name} were not captured", name=a.name), (), None, learn)
        refs = (Ref("route", default.rowid),) if default is not None else ()
        if self._may_be_itself(a, b):
            hop = facts.address_text(b.vt)
            learn = (
                a.name,
                tr("whether {hop} is {name} itself: the address of {dev}", hop=hop, name=a.name, dev=a.dev),
                f"ip address show dev {quote(a.dev)}",
            )
            return LinkVerdict(
                "route",
                _OPEN,
                tr("no route to {target}, which may be {name}'s own", target=target, name=a.name),
                refs,
                None,
                learn,
            )
        falls = (
            tr("the packet takes the default route ({text})", text=default.text)
            if default is not None
            else tr("the packet has no route")
        )
        base = {
            "node": a.name, "peer": b.name, "target": target, "falls": falls, "overlay_dev": a.dev,
            "right": facts.address_text(b.vt),
        }  # fmt: skip
        if not seen:
            learn = (a.name, tr("a route to {target} in the lines given", target=target), command)
            return LinkVerdict("route", _OPEN, tr("no route to {target} in the lines given", target=target), refs, None, learn)
        check = "calico-block-route-missing" if facts.calico else "peer-route-missing"
        cause = LinkCause(check, ("route", a.vt), base, a.ns)
        refs = (*refs, *facts.silence(a, "route", target, family))
        return LinkVerdict("route", _BAD, tr("no route to {target}: {falls}", target=target, falls=falls), refs, cause)

    def _other_device(
        self, a: Vtep, b: Vtep, route: MeshRoute, prefix: int, base: dict[str, Any]
    ) -> tuple[LinkVerdict, MeshHop | None]:
        """A route past the overlay: right when it goes to the peer's own underlay address (host-gw)."""
        facts = self._facts
        ref = (Ref("route", route.rowid),)
        if route.via is not None and facts.owner_of_underlay.get(route.via) == b.vt:
            text = tr("{dst} via {via} dev {dev}, past the overlay", dst=base["dst"], via=ip_text(route.via), dev=route.dev)
            return LinkVerdict("route", _OK, text, ref), MeshHop(route.via, direct=True, rowid=route.rowid)
        # An overlay of VXLAN leads to a next hop; a route without one leads into something else.
        if route.dev is not None and route.via is not None and facts.may_be_tunnel(a, route.dev):
            command = f"ip -d link show {quote(route.dev)}"
            text = tr("{dst} leaves by {dev}, which may be a tunnel of this overlay, too", dst=base["dst"], dev=route.dev)
            return LinkVerdict(
                "route", _OPEN, text, ref, None, (a.name, tr("what kind of device {dev} is", dev=route.dev), command)
            ), None
        sure = facts.covers(a, "route", route.family) is True
        narrower = route.dst_len > facts.lengths[prefix]
        cause = LinkCause(
            "route-overlap-more-specific" if narrower else "route-wrong-device",
            ("device", route.rowid),
            base,
            a.ns,
            sure,
        )
        return LinkVerdict(
            "route", _BAD, tr("{dst} uses {dev}, not {wanted}", dst=base["dst"], dev=route.dev, wanted=a.dev), ref, cause
        ), None

    def _direct(self, a: Vtep, b: Vtep, hop: MeshHop) -> LinkVerdict:
        del a
        return LinkVerdict(
            "underlay", _OK, tr("{ip} is {name}", ip=ip_text(hop.ip), name=b.name), self._facts.underlay_refs(b.vt, hop.ip)
        )

    # -- neighbour --------------------------------------------------------------------------------

    def _neighbour(self, a: Vtep, b: Vtep, hop: MeshHop | None) -> tuple[LinkVerdict, Mac | None]:
        facts = self._facts
        ip = hop.ip if hop is not None else next(iter(facts.addresses.get(b.vt, ())), None)
        if ip is None:
            learn = (b.name, tr("the address of {dev}", dev=b.dev), f"ip address show dev {quote(b.dev)}")
            return LinkVerdict("neighbour", _OPEN, tr("the next hop is not known"), (), None, learn), None
        row = facts.neighbours.get((a.vt, ip))
        if row is None:
            used = (Ref("route", hop.rowid),) if hop is not None else ()
            return self._no_neighbour(a, b, ip, used), None
        ref = (Ref("neighbour", row.rowid, ip_text(ip)),)
        base = {"node": a.name, "peer": b.name, "dev": a.dev, "ip": ip_text(ip), "state": row.state,
                "mac": mac_text(b.mac) if b.mac is not None else None,
                "wrong": mac_text(row.mac) if row.mac is not None else None}  # fmt: skip
        if row.mac is None or row.state in _DEAD:
            text = tr("{ip} is {state}: nobody answered", ip=ip_text(ip), state=row.state or "unresolved")
            cause = LinkCause("vtep-neigh-or-fdb-missing", ("entries", a.vt, b.vt), {**base, "what": text}, a.ns)
            return LinkVerdict("neighbour", _BAD, text, ref, cause), None
        shown = tr("{ip} is {mac}", ip=ip_text(ip), mac=mac_text(row.mac))
        if b.mac is None:
            learn = (b.name, tr("the MAC of {dev}", dev=b.dev), f"ip -d link show {quote(b.dev)}")
            return LinkVerdict(
                "neighbour",
                _OPEN,
                tr("{shown}; the MAC of {dev} on {name} was not captured", shown=shown, dev=b.dev, name=b.name),
                ref,
                None,
                learn,
            ), row.mac
        if row.mac == b.mac:
            return LinkVerdict("neighbour", _OK, shown, ref), row.mac
        owner = facts.owner_of_mac.get(row.mac)
        whose = tr("that is {owner}'s", owner=facts.name(owner)) if owner is not None else tr("no captured node has it")
        refs = (*ref, Ref("link", facts.link_rows[b.vt], mac_text(b.mac))) if b.vt in facts.link_rows else ref
        cause = LinkCause("neighbour-wrong-mac", ("neighbour", row.rowid), {**base, "whose": whose}, a.ns)
        text = tr(
            "{shown}, but {dev} on {name} has {mac}; {whose}",
            shown=shown,
            dev=b.dev,
            name=b.name,
            mac=mac_text(b.mac),
            whose=whose,
        )
        return LinkVerdict("neighbour", _BAD, text, refs, cause), row.mac

    def _no_neighbour(self, a: Vtep, b: Vtep, ip: Ip, used: tuple[Ref, ...]) -> LinkVerdict:
        facts = self._facts
        command = f"ip neigh show dev {quote(a.dev)}"
        covered = facts.covers(a, "neighbour", family_of(ip))
        if covered is None:
            learn = (a.name, tr("the neighbours of {dev}", dev=a.dev), command)
            return LinkVerdict("neighbour", _OPEN, tr("the neighbours of {dev} were not captured", dev=a.dev), (), None, learn)
        if facts.floods(a, b):
            return LinkVerdict("neighbour", _OK, tr("the kernel resolves {ip} by ARP when needed", ip=ip_text(ip)), ())
        text = tr("no entry for {ip}", ip=ip_text(ip))
        if not covered:
            learn = (a.name, tr("an entry for {ip} in the lines given", ip=ip_text(ip)), command)
            return LinkVerdict("neighbour", _OPEN, tr("{text} in the lines given", text=text), (), None, learn)
        base = {
            "node": a.name, "peer": b.name, "dev": a.dev, "ip": ip_text(ip), "state": None, "what": text, "wrong": None,
            "mac": mac_text(b.mac) if b.mac is not None else None,
        }  # fmt: skip
        cause = LinkCause("vtep-neigh-or-fdb-missing", ("entries", a.vt, b.vt), base, a.ns)
        return LinkVerdict("neighbour", _BAD, text, (*used, *facts.silence(a, "neighbour", ip_text(ip), family_of(ip))), cause)

    # -- forwarding entry ---------------------------------------------------------------------------

    def _forward(self, a: Vtep, b: Vtep, mac: Mac | None, *, known_hop: bool) -> tuple[LinkVerdict, Ip | None, Fdb | None]:
        facts = self._facts
        mac = mac if known_hop or b.mac is None else b.mac
        if facts.covers(a, "fdb") is None:
            learn = (a.name, tr("the forwarding table of {dev}", dev=a.dev), f"bridge fdb show dev {quote(a.dev)}")
            return (
                LinkVerdict("fdb", _OPEN, tr("the forwarding table of {dev} was not captured", dev=a.dev), (), None, learn),
                None,
                None,
            )
        if mac is None:
            if facts.floods(a, b):
                return LinkVerdict("fdb", _OK, tr("unknown MACs are flooded to every peer"), facts.flood_refs(a, b)), None, None
            learn = (b.name, tr("the MAC of {dev}", dev=b.dev), f"ip -d link show {quote(b.dev)}")
            return LinkVerdict("fdb", _OPEN, tr("which MAC to look for is not known"), (), None, learn), None, None
        entries = facts.fdb.get((a.vt, mac), [])
        if not entries:
            return self._no_entry(a, b, mac), None, None
        right = next((e for e in entries if facts.owner_of_underlay.get(e.dst) == b.vt), None)
        entry = right or entries[0]
        ref = (Ref("fdb", entry.rowid, mac_text(mac)),)
        shown = tr("{mac} is at {dst}", mac=mac_text(mac), dst=ip_text(entry.dst))
        if right is not None:
            return LinkVerdict("fdb", _OK, shown, ref), entry.dst, entry
        return self._wrong_place(a, b, mac, entry, shown), entry.dst, entry

    def _wrong_place(self, a: Vtep, b: Vtep, mac: Mac, entry: Fdb, shown: str) -> LinkVerdict:
        facts = self._facts
        ref = (Ref("fdb", entry.rowid, mac_text(mac)),)
        owner = facts.owner_of_underlay.get(entry.dst)
        if b.vt in (holders := facts.holders(entry.dst)):
            return self._shared_place(a, b, entry.dst, holders, shown, ref)
        if owner is None and not facts.leads_out(b.vt, family_of(entry.dst)):
            learn = (b.name, tr("the underlay address"), f"ip -d link show {quote(b.dev)}; ip address show")
            return LinkVerdict(
                "fdb", _OPEN, tr("{shown}; no output shows whether that is {name}", shown=shown, name=b.name), ref, None, learn
            )
        whose = tr("that is {owner}", owner=facts.name(owner)) if owner is not None else tr("no captured node has that address")
        base = {"node": a.name, "peer": b.name, "dev": a.dev, "mac": mac_text(mac), "wrong": ip_text(entry.dst),
                "right": facts.underlay_text(b.vt), "whose": whose}  # fmt: skip
        sure = owner is not None or facts.all_underlay_seen(b)
        cause = LinkCause("fdb-stale-vtep-ip", ("fdb", entry.rowid), base, a.ns, sure)
        text = tr("{shown}, not at {vt}; {whose}", shown=shown, vt=facts.underlay_text(b.vt), whose=whose)
        return LinkVerdict("fdb", _BAD, text, (*ref, *facts.underlay_refs(b.vt, None)), cause)

    def _shared_place(
        self, a: Vtep, b: Vtep, dst: Ip, holders: Mapping[int, int], shown: str, ref: tuple[Ref, ...]
    ) -> LinkVerdict:
        """The entry leads to an address that the peer is not the only node to have."""
        facts = self._facts
        others = ", ".join(facts.name(vt) for vt in holders if vt != b.vt)
        text = tr("{shown}, which {others} has, too", shown=shown, others=others)
        if a.vt not in holders or dst != b.local or not facts.joined(dst, a.vt, b.vt):
            learn = (
                a.name,
                tr("which of the nodes {name} reaches at {dst}", name=a.name, dst=ip_text(dst)),
                f"ip neigh show {ip_text(dst)}",
            )
            return LinkVerdict("fdb", _OPEN, text, ref, None, learn)
        refs = (*(Ref("address", holders[vt], ip_text(dst)) for vt in (a.vt, b.vt)), *ref)
        return LinkVerdict("fdb", _BAD, text, refs, self._not_alone(b, a, dst))

    def _not_alone(self, vtep: Vtep, other: Vtep, local: Ip) -> LinkCause:
        """Return that a device sends from an address which another node has, too."""
        has = self._facts.underlay_text(vtep.vt, own=True)
        base = {"node": vtep.name, "dev": vtep.dev, "local": ip_text(local), "also": other.name, "has": has, "effect": "shared",
                "iface": "known" if has else "unknown"}  # fmt: skip
        return LinkCause("wrong-underlay-interface", ("local", vtep.vt), base, vtep.ns)

    def _no_entry(self, a: Vtep, b: Vtep, mac: Mac) -> LinkVerdict:
        facts = self._facts
        text = tr("no entry for {mac}", mac=mac_text(mac))
        if facts.floods(a, b):
            return LinkVerdict(
                "fdb", _OK, tr("{text}: flooded to every peer, including {name}", text=text, name=b.name), facts.flood_refs(a, b)
            )
        if facts.covers(a, "fdb") is not True:
            learn = (
                a.name,
                tr("an entry for {mac} in the lines given", mac=mac_text(mac)),
                f"bridge fdb show dev {quote(a.dev)}",
            )
            return LinkVerdict("fdb", _OPEN, tr("{text} in the lines given", text=text), (), None, learn)
        stray = next(iter(facts.strays(a, b)), None)
        base = {"node": a.name, "peer": b.name, "dev": a.dev, "mac": mac_text(mac), "ip": None, "state": None,
                "right": facts.underlay_text(b.vt), "wrong": mac_text(stray.mac) if stray else None}  # fmt: skip
        refs: tuple[Ref, ...] = (Ref("fdb", stray.rowid, mac_text(stray.mac)),) if stray else ()
        if stray is not None:
            text = tr(
                "{text}; the entry for {name} has the MAC {mac}, which no captured node has",
                text=text,
                name=b.name,
                mac=mac_text(stray.mac),
            )
            cause = LinkCause("fdb-wrong-mac", ("fdb", stray.rowid), base, a.ns)
        else:
            refs = facts.silence(a, "fdb", mac_text(mac))
            cause = LinkCause("vtep-neigh-or-fdb-missing", ("entries", a.vt, b.vt), {**base, "what": text}, a.ns)
        return LinkVerdict("fdb", _BAD, text, refs, cause)

    # -- underlay and device --------------------------------------------------------------------------

    def _underlay(self, a: Vtep, b: Vtep, dst: Ip | None) -> LinkVerdict:
        facts = self._facts
        known = facts.underlay.get(b.vt, ())
        if not known:
            learn = (b.name, tr("the underlay address"), f"ip -d link show {quote(b.dev)}; ip address show")
            return LinkVerdict(
                "underlay", _OPEN, tr("the underlay address of {name} was not captured", name=b.name), (), None, learn
            )
        if b.local is not None and facts.local_missing(b):
            has = facts.underlay_text(b.vt, own=True)
            base = {"node": b.name, "dev": b.dev, "local": ip_text(b.local), "has": has, "effect": "missing",
                    "iface": "known" if has else "unknown"}  # fmt: skip
            refs: tuple[Ref, ...] = tuple(
                Ref("vxlan", facts.vxlan_rows[b.vt], ip_text(b.local)) for _ in [0] if b.vt in facts.vxlan_rows
            )
            cause = LinkCause("wrong-underlay-interface", ("local", b.vt), base, b.ns)
            return LinkVerdict(
                "underlay",
                _BAD,
                tr("{dev} sends from {local}, which {name} does not have", dev=b.dev, local=base["local"], name=b.name),
                refs,
                cause,
            )
        if a.local is not None and {a.vt, b.vt} <= facts.holders(a.local).keys() and facts.joined(a.local, a.vt, b.vt):
            # A host takes nothing that comes from its own address (fib_validate_source), and answers no ARP request from it.
            return LinkVerdict(
                "underlay",
                _BAD,
                tr("{dev} sends from {local}, which {name} has, too", dev=a.dev, local=ip_text(a.local), name=b.name),
                (),
                self._not_alone(a, b, a.local),
            )
        if dst is None or facts.owner_of_underlay.get(dst) == b.vt:
            shown = ip_text(dst) if dst is not None else facts.underlay_text(b.vt)
            if dst not in (None, b.local) and b.local in known and a.local is not None:
                # The sender's device may be bound to a link that this address is not behind.
                learn = (a.name, tr("whether {name} reaches {peer} at {shown}: {peer} uses {local}", name=a.name, peer=b.name, shown=shown, local=ip_text(b.local)),
                         f"ip route get {shown} from {ip_text(a.local)}")  # fmt: skip
                text = tr(
                    "{shown} is {name}, but {dev} there uses {local}", shown=shown, name=b.name, dev=b.dev, local=ip_text(b.local)
                )
                return LinkVerdict("underlay", _OPEN, text, facts.underlay_refs(b.vt, dst), None, learn)
            return LinkVerdict(
                "underlay",
                _OK,
                tr("{shown} is {name} ({vt})", shown=shown, name=b.name, vt=facts.how(b.vt, dst)),
                facts.underlay_refs(b.vt, dst),
            )
        del a
        return LinkVerdict("underlay", _OPEN, tr("whether {dst} is {name} is not known", dst=ip_text(dst), name=b.name), ())

    def _device(self, a: Vtep, b: Vtep, entry: Fdb | None) -> tuple[LinkVerdict, list[NotCompared]]:
        facts = self._facts
        refs = facts.device_refs(b.vt)
        if b.present is False:
            cause = LinkCause("overlay-device-missing", ("missing", b.vt), {"node": b.name, "dev": b.dev}, b.ns)
            return LinkVerdict("device", _BAD, tr("{dev} does not exist on {name}", dev=b.dev, name=b.name), refs, cause), []
        if b.up is False:
            return self._down(b, "device"), []
        sent = {"vni": entry.vni if entry and entry.vni is not None else a.vni,
                "port": entry.port if entry and entry.port is not None else a.port}  # fmt: skip
        for part, check in (("vni", "vxlan-vni-mismatch"), ("port", "vxlan-port-mismatch")):
            one, other = sent[part], getattr(b, part)
            if one is not None and other is not None and one != other:
                if entry is not None and getattr(entry, part) is not None:
                    return self._own_setting(a, b, entry, part), []
                odd = facts.minority(part, a, b)
                base = {"node": odd.name, "peer": (b if odd is a else a).name, "dev": odd.dev,
                        "mine": one if odd is a else other, "theirs": other if odd is a else one}  # fmt: skip
                both = (*facts.device_refs(a.vt, part), *facts.device_refs(b.vt, part))
                cause = LinkCause(check, (part, odd.vt), base, odd.ns)
                return LinkVerdict(
                    "device",
                    _BAD,
                    tr(
                        "{name} sends {part} {one}, {peer} has {part} {other}",
                        name=a.name,
                        part=part,
                        one=one,
                        peer=b.name,
                        other=other,
                    ),
                    both,
                    cause,
                ), []
        if b.ns < 0:
            learn = (b.name, b.name, "")
            return LinkVerdict("device", _OPEN, tr("{name} was not captured", name=b.name), refs, None, learn), []
        if b.mac is None:
            learn = (b.name, f"{b.dev}", f"ip -d link show {quote(b.dev)}")
            return LinkVerdict(
                "device", _OPEN, tr("{dev} on {name} was not captured", dev=b.dev, name=b.name), refs, None, learn
            ), []
        left = list(_open_parts(a, b, sent))
        return LinkVerdict(
            "device", _OK, tr("{dev} on {name} has {mac}", dev=b.dev, name=b.name, mac=mac_text(b.mac)), refs
        ), left

    def _own_setting(self, a: Vtep, b: Vtep, entry: Fdb, part: str) -> LinkVerdict:
        """The forwarding entry names a VNI or port of its own, and it is not the peer's."""
        facts = self._facts
        one, other = getattr(entry, part), getattr(b, part)
        base = {"node": a.name, "peer": b.name, "dev": a.dev, "mine": one, "theirs": other}
        refs = (Ref("fdb", entry.rowid, part), *facts.device_refs(b.vt, part))
        cause = LinkCause(f"vxlan-{part}-mismatch", (part, "entry", entry.rowid), base, a.ns)
        text = tr(
            "the forwarding entry on {name} has {part} {one}, {peer} has {part} {other}",
            name=a.name,
            part=part,
            one=one,
            peer=b.name,
            other=other,
        )
        return LinkVerdict("device", _BAD, text, refs, cause)

    def _down(self, vtep: Vtep, link: str) -> LinkVerdict:
        cause = LinkCause("device-down", ("down", vtep.ns, vtep.dev), {"node": vtep.name, "dev": vtep.dev}, vtep.ns)
        return LinkVerdict(
            link, _BAD, tr("{dev} on {name} is down", dev=vtep.dev, name=vtep.name), self._facts.device_refs(vtep.vt), cause
        )

    def _joined(self, a: Vtep, b: Vtep, verdicts: list[LinkVerdict]) -> Iterator[LinkVerdict]:
        """Where neighbour and forwarding entry agree on a MAC that the device does not have, the device changed."""
        neighbour = next((v for v in verdicts if v.link == "neighbour"), None)
        facts = self._facts
        cause = neighbour.cause if neighbour is not None else None
        if cause is None or cause.check != "neighbour-wrong-mac" or neighbour is None:
            yield from verdicts
            return
        old = next((n.mac for key, n in facts.neighbours.items() if key[0] == a.vt and n.rowid == cause.root[1]), None)
        entries = facts.fdb.get((a.vt, old), []) if old is not None else []
        entry = next((e for e in entries if facts.owner_of_underlay.get(e.dst, b.vt) == b.vt), None)
        if entry is None or old in facts.owner_of_mac:
            yield from verdicts
            return
        ref = Ref("fdb", entry.rowid, mac_text(entry.mac))
        changed = LinkCause("vtep-mac-mismatch", ("mac", b.vt), {**cause.facts, "right": facts.underlay_text(b.vt)}, b.ns)
        for verdict in verdicts:
            if verdict.link == "neighbour":
                yield verdict._replace(cause=changed, refs=(*verdict.refs[:1], ref, *verdict.refs[1:]))
            elif verdict.link == "fdb" and verdict.status is _BAD:
                yield verdict._replace(
                    cause=changed, refs=(ref,), summary=tr("the entry is still for {mac}", mac=mac_text(entry.mac))
                )
            else:
                yield verdict


def _open_parts(a: Vtep, b: Vtep, sent: Mapping[str, int | None]) -> Iterator[NotCompared]:
    """Yield what was not captured at either end."""
    for part, name in (("vni", "VNI"), ("port", "UDP port")):
        for vtep, value in ((a, sent[part]), (b, getattr(b, part))):
            if value is None:
                yield NotCompared(name, vtep.name, f"ip -d link show {quote(vtep.dev)}")
