"""Sentences of steps, for people: the one place where they are made."""

import re
from typing import Any, Final, assert_never, get_type_hints

from podpath.language import marked, tr
from podpath.state import step as steps
from podpath.state.address import Ip, Mac, ip_text, mac_text, prefix_text
from podpath.state.trace import TraceStep
from podpath.state.tun import called

_LABELS: Final = marked((
    "route", "neighbour", "answer", "FDB", "device", "tunnel", "underlay", "fragment", "netfilter", "NAT", "socket", "end",
))  # fmt: skip
"""What :func:`label` returns, for catalogs."""
_ENDS: Final = marked(("source", "destination"))
"""Ends of a packet whose address is translated, for catalogs."""
_TUNNELS = {"vxlan": "VXLAN", "wireguard": "WireGuard", "geneve": "GENEVE"}


def label(facts: steps.Facts) -> str:
    """Return the word for the part of the kernel that acted, as people write it."""
    domain = steps.domain_of(facts)
    return domain.upper() if domain in {steps.Domain.FDB, steps.Domain.NAT} else domain.value


def kind_of(facts: steps.Facts) -> str:
    """Return the name of a kind of step in JSON: ``route-taken``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(facts).__name__).lower()


def document(step: TraceStep) -> dict[str, Any]:
    """Return a step as JSON has it: addresses as text, the sentence for people beside the facts."""
    hints = get_type_hints(type(step.facts))
    return {
        "node": step.node,
        "netns": step.netns,
        "interface": step.interface,
        "domain": steps.domain_of(step.facts),
        "kind": kind_of(step.facts),
        "facts": {name: _value(value, hints[name]) for name, value in step.facts._asdict().items()},
        "summary": sentence(step.facts),
        "packet": step.packet.text if step.packet is not None else "",
        "evidence": step.evidence,
        "teaches": step.teaches,
    }


def _value(value: Any, hint: object) -> Any:  # noqa: ANN401 - JSON
    if value is None or hint not in {Ip, Mac, Ip | None, Mac | None}:
        return value
    return mac_text(value) if hint in {Mac, Mac | None} else ip_text(value)


def sentence(facts: steps.Facts) -> str:  # noqa: C901, PLR0912 - one case for each kind of step
    """Return what happened, in words."""
    match facts:
        case steps.RouteTaken():
            return _route(facts)
        case steps.RouteMissing():
            return facts.reason
        case steps.NeighbourFound():
            return _neighbour(facts)
        case steps.NeighbourAnswered():
            return _answer(facts)
        case steps.SenderTold():
            return _told(facts)
        case steps.Forwarded():
            return _forwarded(facts)
        case steps.Flooded():
            return tr("{dev} sends it out of all ports", dev=facts.dev)
        case steps.RemoteFound():
            return _remote(facts)
        case steps.Encapsulated():
            return _encapsulated(facts)
        case steps.Decapsulated():
            return _decapsulated(facts)
        case steps.Bypassed():
            return tr("{remote} is this host: {dev} decapsulates it", remote=ip_text(facts.remote), dev=facts.dev)
        case steps.DeviceCrossed():
            return _crossed(facts)
        case steps.UnderlayCrossed():
            if facts.gateways:
                return tr("gateways that were not captured carry it to {dev} of {node}", dev=facts.dev, node=facts.node)
            return tr("the network between nodes carries it to {dev} of {node}", dev=facts.dev, node=facts.node)
        case steps.Fragmented():
            return tr("{length} bytes are fragmented to {mtu} (MTU of {dev})", length=facts.length, mtu=facts.mtu, dev=facts.dev)
        case steps.RuleMatched():
            return tr("{hook}: {rule} says {verdict}", hook=facts.hook, rule=facts.rule, verdict=facts.verdict)
        case steps.RuleNoted():
            return facts.note
        case steps.AddressTranslated():
            by = f"IPVS ({facts.hook})" if facts.ipvs else facts.hook
            return tr(
                "{by}: {end} {before} becomes {after}",
                by=by,
                end=tr(facts.end),
                before=ip_text(facts.before),
                after=ip_text(facts.after),
            )
        case steps.SocketFound():
            address = "*" if facts.address is None else ip_text(facts.address)
            return tr(
                "{address}:{port}{process} takes it",
                address=address,
                port=facts.port,
                process=f" ({facts.process})" if facts.process else "",
            )
        case steps.SentByProcess():
            if facts.pid is None:
                return tr("{program} passes the answer on", program=facts.program)
            return tr("{program} takes it, and sends the same from a socket of its own", program=called(facts.program, facts.pid))
        case steps.Ended():
            return facts.reason
        case _:
            assert_never(facts)


def _route(facts: steps.RouteTaken) -> str:
    if facts.local:
        said = tr("{destination} is an address of this host", destination=ip_text(facts.destination))
    else:
        via = f" via {ip_text(facts.via)}" if facts.via is not None else ""
        onlink = " onlink" if facts.onlink else ""
        said = f"{prefix_text(facts.family, facts.prefix, facts.length)}{via} dev {facts.dev}{onlink}"
    said += tr(" (table {table}, rule {rule})", table=facts.table, rule=facts.rule) if facts.rule is not None else ""
    said += tr(", from a redirect") if facts.redirected else ""
    return said + (tr(", learned MTU {learned_mtu}", learned_mtu=facts.learned_mtu) if facts.learned_mtu is not None else "")


def _neighbour(facts: steps.NeighbourFound) -> str:
    said = tr("{address} is {mac}", address=ip_text(facts.address), mac=mac_text(facts.mac))
    if facts.heard:
        return tr("{said}: its request has just come from there", said=said)
    if facts.state is not None:
        return f"{said} ({facts.state.lower()})"
    if facts.by_dev is not None:
        said += tr(", answered by {by_dev} {by_place}", by_dev=facts.by_dev, by_place=facts.by_place)
    return said + (tr("; {answers} hosts answer, and the last reply counts", answers=facts.answers) if facts.answers > 1 else "")


def _answer(facts: steps.NeighbourAnswered) -> str:
    match facts.why:
        case steps.Answering.OWN:
            return tr("{address} is an address of {dev}", address=ip_text(facts.address), dev=facts.dev)
        case steps.Answering.NEIGH_SUPPRESS:
            return tr("{dev} answers for it (neigh_suppress)", dev=facts.dev)
        case steps.Answering.PROXY_ARP | steps.Answering.PROXY_ARP_PVLAN | steps.Answering.PROXY_ENTRY:
            return tr("{dev} answers for {address} ({why})", dev=facts.dev, address=ip_text(facts.address), why=facts.why)
        case _:
            assert_never(facts.why)


def _told(facts: steps.SenderTold) -> str:
    match facts.told:
        case steps.Told.YES:
            return tr("the sender gets {error}", error=facts.error)
        case steps.Told.UNKNOWN:
            return tr("whether the sender gets {error} is not known", error=facts.error)
        case steps.Told.NO:
            return tr("{error} does not reach the sender: {reason}", error=facts.error, reason=facts.reason)
        case _:
            assert_never(facts.told)


def _forwarded(facts: steps.Forwarded) -> str:
    mac = mac_text(facts.mac)
    if facts.local:
        return tr("{mac} is an address of the bridge", mac=mac)
    return (
        tr("{mac} was learned on port {dev}", mac=mac, dev=facts.dev)
        if facts.learned
        else tr("{mac} is on port {dev}", mac=mac, dev=facts.dev)
    )


def _remote(facts: steps.RemoteFound) -> str:
    remote = ip_text(facts.remote)
    if facts.default:
        return tr("{dev} sends all to {remote}", dev=facts.dev, remote=remote)
    who = mac_text(facts.mac) if facts.mac is not None else tr("every unknown MAC")
    return (
        tr("{who} was learned from {remote}", who=who, remote=remote)
        if facts.learned
        else tr("{who} is at {remote}", who=who, remote=remote)
    )


def _encapsulated(facts: steps.Encapsulated) -> str:
    name = _TUNNELS.get(facts.kind, facts.kind)
    key = f" {facts.key}" if facts.key is not None and facts.kind == "vxlan" else ""
    port = f", UDP {facts.port}" if facts.port is not None else ""
    return f"{name}{key}{port}, {ip_text(facts.source)} → {ip_text(facts.remote)}"


def _decapsulated(facts: steps.Decapsulated) -> str:
    if facts.kind == "wireguard":
        return tr("{dev} decrypts it", dev=facts.dev)
    if facts.port is not None:
        return tr("{dev}, which accepts all VNIs on UDP port {port}, decapsulates it", dev=facts.dev, port=facts.port)
    key = f" {facts.key}" if facts.key is not None else ""
    return (
        tr("{dev} unwraps VXLAN{key}", dev=facts.dev, key=key) if facts.kind == "vxlan" else tr("{dev} unwraps it", dev=facts.dev)
    )


def _crossed(facts: steps.DeviceCrossed) -> str:
    match facts.kind:
        case "veth":
            return tr("{dev} is the other end of {peer} {place}", dev=facts.dev, peer=facts.peer, place=facts.place)
        case "vlan":
            return tr("VLAN {mode} on {peer}", mode=facts.mode, peer=facts.peer)
        case "bond":
            return tr("through its port {peer}", peer=facts.peer)
        case kind if facts.sibling is not None:
            is_mac = kind == "macvlan"
            who = (
                tr("{sibling} is {peer}", sibling=facts.sibling, peer=facts.peer)
                if is_mac
                else tr("{sibling} is an address of {peer}", sibling=facts.sibling, peer=facts.peer)
            )
            if is_mac:
                return tr("{who}, a {kind} on the same device", who=who, kind=kind)
            return tr("{who}, an {kind} on the same device", who=who, kind=kind)
        case kind:
            return tr("{kind} ({mode}) on {peer}", kind=kind, mode=facts.mode, peer=facts.peer)
