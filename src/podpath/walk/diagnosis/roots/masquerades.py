"""What a service's rules mark for masquerading, and no rule masquerades: answers go past the node that has translated."""

import re
from dataclasses import replace
from shlex import quote
from typing import Final

from podpath.state.address import V4, Ip, ip_text, parse_ip
from podpath.state.kube import Endpoint
from podpath.walk.diagnosis.rule_commands import restart_of
from podpath.walk.events import Carry, Cause, Path, Walk
from podpath.walk.host.hooks import pass_hook
from podpath.walk.netfilter import Hook, RuleHit
from podpath.walk.netfilter.xtables.save import XtChain
from podpath.walk.packet import Packet

_NAME: Final = "masquerade-missing"
_MARKS: Final = frozenset(("KUBE-MARK-MASQ", "mark-for-masquerade"))
"""Chains of kube-proxy that mark: of iptables, of nftables (pkg/proxy)."""
_MARK: Final = re.compile(r"-j MARK --(?:or-mark|set-x?mark) (0x[0-9a-f]+)")
_USUAL: Final = 0x4000
_ENDS: Final = {V4: ("203.0.113.7", "203.0.113.8"), 6: ("2001:db8::7", "2001:db8::8")}
"""Addresses that no rule names (RFC 5737, RFC 3849)."""


def unmarked(walk: Walk, path: Path, cause: Cause) -> Cause | None:
    """Return that the answer's way, or a pod's packet to itself, lacks the masquerading that a service's rules count on."""
    packet = path.end.packet
    if packet is None or cause.check not in {"duplicate-address", "answer-from-stranger"}:
        return None
    for ns, tracked in path.end.carry.tracked.items():
        if any("DST_NAT" in one.status and "SRC_NAT" not in one.status and not one.known for one in tracked):
            found = unmet(walk, ns, packet.family)
            if found is not None:
                return found._replace(why=f"{found.why} {cause.summary[:1].upper()}{cause.summary[1:]}.")
    return _to_itself(walk, path, packet) if cause.check == "duplicate-address" and packet.src == packet.dst else None


def unmet(walk: Walk, ns: int, family: int) -> Cause | None:
    """Return that kube-proxy's rules mark packets for masquerading in a namespace, and no rule there masquerades them."""
    mark = _mark_of(walk, ns, family)
    out = _addressed(walk, ns, family)
    if mark is None or out is None:
        return None
    src, dst = (parse_ip(word) for word in _ENDS[family])
    asked = Packet(src, dst, "tcp", 40000, 80, flags=frozenset(("SYN",)), length=60)
    for first in pass_hook(walk, ns, Hook.OUTPUT, asked, Carry(), out=out):
        marked = replace(first.packet, mark=mark)
        for passed in pass_hook(walk, ns, Hook.POSTROUTING, marked, first.carry, out=out) if first.end is None else ():
            if passed.gaps or passed.packet.src != src:
                return None
    node = walk.cluster.netns(ns).node
    said = f"{node} marks packets of services for masquerading (mark {mark:#x})"
    said += ", and no rule of POSTROUTING masquerades what is marked"
    why = "Who asks from outside, or is its own endpoint, gets its answers from a stranger, or none."
    fix = f"restart kube-proxy there, which writes KUBE-POSTROUTING again: {restart_of('k8s-app=kube-proxy', node)}"
    return Cause(_NAME, ns, said, why, (), (fix,))


def _addressed(walk: Walk, ns: int, family: int) -> str | None:
    """Return a device with an address that masquerading can take; none where there is none."""
    held = walk.cluster.netns(ns).addresses
    return next((dev for dev, rows in held.items() if dev != "lo" and any(
        one.row.family == family and one.row.scope in {"global", None} for one in rows)), None)  # fmt: skip


def _mark_of(walk: Walk, ns: int, family: int) -> int | None:
    """Return the mark that kube-proxy's rules give; none where there are no such rules."""
    if not any(
        f"{word} {name}" in text for text in walk.cluster.rule_texts(ns) for word in ("-j", "jump", "goto") for name in _MARKS
    ):
        return None  # a chain that nothing leads to marks nothing
    for hook in (Hook.PREROUTING, Hook.OUTPUT):
        for base in walk.cluster.rules(ns).bases(hook, family):
            for name in _MARKS & base.chains.keys():
                chain = base.chains[name]
                texts = [chain.rule(at).text() for at in range(len(chain.places))] if isinstance(chain, XtChain) else []
                match = next((match for text in texts if (match := _MARK.search(text)) is not None), None)
                return int(match[1], 16) if match is not None else _USUAL
    return None


def _to_itself(walk: Walk, path: Path, packet: Packet) -> Cause | None:
    """Return that a rule leads a sender to itself, and nothing gives the packet another source."""
    for step in path.steps:
        hit = next((row for row in step.rows if isinstance(row, RuleHit) and row.gives == "destination"), None)
        if hit is None or not isinstance(step.packet, Packet) or step.packet.dst != packet.src:
            continue
        found = unmet(walk, step.ns, packet.family)
        if found is not None:
            return found
        shown = ip_text(packet.src)
        said = f"a rule of {walk.cluster.netns(step.ns).node} leads {shown} to itself, and no rule masquerades that: {hit.text}"
        why = f"{shown} gets a packet from its own address, and drops it as a martian."
        return Cause(_NAME, step.ns, said, why, (hit,), _fix(walk, packet.src, packet.family))
    return None


def _fix(walk: Walk, address: Ip, family: int) -> tuple[str, ...]:
    ends = walk.cluster.objects(Endpoint, "address = $1::UHUGEINT", [str(int(address))])
    nameless = next((end for end in ends if end.node is None), None)
    if nameless is not None:
        name, edit = nameless.slice, f"kubectl -n {quote(nameless.namespace)} edit endpointslice {quote(nameless.slice or '')}"
        said = "kube-proxy masquerades this for endpoints of its own node alone: add nodeName to"
        return (f"{said} {ip_text(address)} in the EndpointSlice {name} ({edit})",)
    tool, bits = ("iptables", 32) if family == V4 else ("ip6tables", 128)
    own = f"{ip_text(address)}/{bits}"
    return (f"{tool} -t nat -A POSTROUTING -s {own} -d {own} -j MASQUERADE",)
