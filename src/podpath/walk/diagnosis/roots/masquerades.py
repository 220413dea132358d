"""What a service's rules mark for masquerading, and no rule masquerades: answers go past the node that has translated."""

import re
from dataclasses import replace
from typing import Final

from podpath.causes.addresses import duplicate_address
from podpath.causes.cause import sentence
from podpath.causes.netfilter import masquerade_missing
from podpath.causes.services import answer_from_stranger
from podpath.state.address import V4, Ip, ip_text, parse_ip
from podpath.state.fix import Fix, do
from podpath.state.kube import Endpoint
from podpath.walk.diagnosis.rule_commands import kube_proxy_again
from podpath.walk.events import Carry, Diagnosis, Path, Walk
from podpath.walk.host.hooks import pass_hook
from podpath.walk.netfilter import Hook, RuleHit
from podpath.walk.netfilter.nft.listing import NftChain
from podpath.walk.netfilter.xtables.save import XtChain
from podpath.walk.packet import Packet

_ANSWERED: Final = frozenset((duplicate_address.CAUSE.name, answer_from_stranger.CAUSE.name))
"""Causes of replies from another address than the one that the client contacted."""
_MARKS: Final = frozenset(("KUBE-MARK-MASQ", "mark-for-masquerade"))
"""Chains of kube-proxy that mark: of iptables, of nftables (pkg/proxy)."""
_MARK: Final = re.compile(r"-j MARK --(?:or-mark|set-x?mark) (0x[0-9a-f]+)")
_TABLE: Final = "kube-proxy"
_DIRECT: Final = re.compile(r"\bmark set .*(?:\||or) (0x[0-9a-f]+|\d+)\b.*\bmasquerade\b")
"""A rule of kube-proxy's table in nftables that marks by itself, without a chain for it, as its comment says."""
_USUAL: Final = 0x4000
_ENDS: Final = {V4: ("203.0.113.7", "203.0.113.8"), 6: ("2001:db8::7", "2001:db8::8")}
"""Addresses that no rule names (RFC 5737, RFC 3849)."""


def unmarked(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return that the answer's path, or a pod's packet to itself, lacks the masquerading that a service's rules count on."""
    packet = path.end.packet
    if packet is None or cause.name not in _ANSWERED:
        return None
    for ns, tracked in path.end.carry.tracked.items():
        if any("DST_NAT" in one.status and "SRC_NAT" not in one.status and not one.known for one in tracked):
            found = unmet(walk, ns, packet.family)
            if found is not None:
                return found.because(f"{found.words.why} {sentence(cause.summary)}")
    return _to_itself(walk, path, packet) if cause.name == duplicate_address.CAUSE.name and packet.src == packet.dst else None


def unmet(walk: Walk, ns: int, family: int) -> Diagnosis | None:
    """Return that kube-proxy's rules mark packets for masquerading in a namespace, and no rule there masquerades them."""
    mark = _mark_of(walk, ns, family)
    out = _addressed(walk, ns, family)
    if mark is None or out is None:
        return None
    src, dst = (parse_ip(word) for word in _ENDS[family])
    asked = Packet(src, dst, "tcp", 40000, 80, flags=frozenset(("SYN",)), length=60)
    for first in pass_hook(walk, ns, Hook.OUTPUT, asked, Carry(), out=out):
        if first.end is not None:
            return None  # what a packet meets afterwards is not known
        marked = replace(first.packet, mark=mark)
        for passed in pass_hook(walk, ns, Hook.POSTROUTING, marked, first.carry, out=out):
            if passed.gaps or passed.packet.src != src:
                return None
    node = walk.cluster.netns(ns).node
    return Diagnosis(masquerade_missing.marked_only(node, mark, kube_proxy_again(node)), ns)


def _addressed(walk: Walk, ns: int, family: int) -> str | None:
    """Return a device with an address that masquerading can take, or None if there is none."""
    held = walk.cluster.netns(ns).addresses
    return next((dev for dev, rows in held.items() if dev != "lo" and any(
        one.row.family == family and one.row.scope in {"global", None} for one in rows)), None)  # fmt: skip


def _mark_of(walk: Walk, ns: int, family: int) -> int | None:
    """Return the mark that kube-proxy's rules give, or None if there are no such rules."""
    direct = _marked_directly(walk, ns, family)
    if direct is not None:
        return direct
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


def _marked_directly(walk: Walk, ns: int, family: int) -> int | None:
    """Return the mark that rules of kube-proxy give by themselves, or None if none does."""
    for base in walk.cluster.rules(ns).bases(Hook.PREROUTING, family):
        for chain in base.chains.values() if isinstance(base.chain, NftChain) and base.chain.table.name == _TABLE else ():
            texts = (chain.rule(at).place.text for at in range(len(chain.loads))) if isinstance(chain, NftChain) else ()
            match = next((match for text in texts if (match := _DIRECT.search(text)) is not None), None)
            if match is not None:
                return int(match[1], 0)
    return None


def _to_itself(walk: Walk, path: Path, packet: Packet) -> Diagnosis | None:
    """Return that a rule leads a sender to itself, and nothing gives the packet another source."""
    for step in path.steps:
        hit = next((row for row in step.rows if isinstance(row, RuleHit) and row.gives == "destination"), None)
        if hit is None or not isinstance(step.packet, Packet) or step.packet.dst != packet.src:
            continue
        found = unmet(walk, step.ns, packet.family)
        if found is not None:
            return found
        node, fix = walk.cluster.netns(step.ns).node, _fix(walk, packet.src, packet.family)
        return Diagnosis(masquerade_missing.to_itself(node, ip_text(packet.src), hit.text, fix), step.ns, (hit,))
    return None


def _fix(walk: Walk, address: Ip, family: int) -> Fix:
    ends = walk.cluster.objects(Endpoint, "address = $1::UHUGEINT", [str(int(address))])
    nameless = next((end for end in ends if end.node is None), None)
    if nameless is not None:
        return masquerade_missing.nameless_endpoint(ip_text(address), nameless.namespace, nameless.slice or "")
    tool, bits = ("iptables", 32) if family == V4 else ("ip6tables", 128)
    own = f"{ip_text(address)}/{bits}"
    return do(tool, "-t", "nat", "-A", "POSTROUTING", "-s", own, "-d", own, "-j", "MASQUERADE")
