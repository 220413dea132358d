"""Sentences of steps, for people: the one place where they are made."""

import re
from typing import Any, assert_never, get_type_hints

from podpath.state import step as steps
from podpath.state.address import Ip, Mac, ip_text, mac_text, prefix_text
from podpath.state.trace import TraceStep
from podpath.state.tun import called

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
            return f"{facts.dev} sends it out of all ports"
        case steps.RemoteFound():
            return _remote(facts)
        case steps.Encapsulated():
            return _encapsulated(facts)
        case steps.Decapsulated():
            return _decapsulated(facts)
        case steps.Bypassed():
            return f"{ip_text(facts.remote)} is this host: {facts.dev} decapsulates it"
        case steps.DeviceCrossed():
            return _crossed(facts)
        case steps.UnderlayCrossed():
            who = "gateways that were not captured carry" if facts.gateways else "the network between nodes carries"
            return f"{who} it to {facts.dev} of {facts.node}"
        case steps.Fragmented():
            return f"{facts.length} bytes are fragmented to {facts.mtu} (MTU of {facts.dev})"
        case steps.RuleMatched():
            return f"{facts.hook}: {facts.rule} says {facts.verdict}"
        case steps.RuleNoted():
            return facts.note
        case steps.AddressTranslated():
            by = f"IPVS ({facts.hook})" if facts.ipvs else facts.hook
            return f"{by}: {facts.end} {ip_text(facts.before)} becomes {ip_text(facts.after)}"
        case steps.SocketFound():
            address = "*" if facts.address is None else ip_text(facts.address)
            return f"{address}:{facts.port}{f' ({facts.process})' if facts.process else ''} takes it"
        case steps.SentByProcess():
            if facts.pid is None:
                return f"{facts.program} passes the answer on"
            return f"{called(facts.program, facts.pid)} takes it, and sends the same from a socket of its own"
        case steps.Ended():
            return facts.reason
        case _:
            assert_never(facts)


def _route(facts: steps.RouteTaken) -> str:
    if facts.local:
        said = f"{ip_text(facts.destination)} is an address of this host"
    else:
        via = f" via {ip_text(facts.via)}" if facts.via is not None else ""
        onlink = " onlink" if facts.onlink else ""
        said = f"{prefix_text(facts.family, facts.prefix, facts.length)}{via} dev {facts.dev}{onlink}"
    said += f" (table {facts.table}, rule {facts.rule})" if facts.rule is not None else ""
    said += ", from a redirect" if facts.redirected else ""
    return said + (f", learned MTU {facts.learned_mtu}" if facts.learned_mtu is not None else "")


def _neighbour(facts: steps.NeighbourFound) -> str:
    said = f"{ip_text(facts.address)} is {mac_text(facts.mac)}"
    if facts.heard:
        return f"{said}: its request has just come from there"
    if facts.state is not None:
        return f"{said} ({facts.state.lower()})"
    if facts.by_dev is not None:
        said += f", answered by {facts.by_dev} {facts.by_place}"
    return said + (f"; {facts.answers} hosts answer, and the last reply counts" if facts.answers > 1 else "")


def _answer(facts: steps.NeighbourAnswered) -> str:
    match facts.why:
        case steps.Answering.OWN:
            return f"{ip_text(facts.address)} is an address of {facts.dev}"
        case steps.Answering.NEIGH_SUPPRESS:
            return f"{facts.dev} answers for it (neigh_suppress)"
        case steps.Answering.PROXY_ARP | steps.Answering.PROXY_ARP_PVLAN | steps.Answering.PROXY_ENTRY:
            return f"{facts.dev} answers for {ip_text(facts.address)} ({facts.why})"
        case _:
            assert_never(facts.why)


def _told(facts: steps.SenderTold) -> str:
    match facts.told:
        case steps.Told.YES:
            return f"the sender gets {facts.error}"
        case steps.Told.UNKNOWN:
            return f"whether the sender gets {facts.error} is not known"
        case steps.Told.NO:
            return f"{facts.error} does not reach the sender: {facts.reason}"
        case _:
            assert_never(facts.told)


def _forwarded(facts: steps.Forwarded) -> str:
    mac = mac_text(facts.mac)
    if facts.local:
        return f"{mac} is an address of the bridge"
    return f"{mac} was learned on port {facts.dev}" if facts.learned else f"{mac} is on port {facts.dev}"


def _remote(facts: steps.RemoteFound) -> str:
    remote = ip_text(facts.remote)
    if facts.default:
        return f"{facts.dev} sends all to {remote}"
    who = mac_text(facts.mac) if facts.mac is not None else "every unknown MAC"
    return f"{who} was learned from {remote}" if facts.learned else f"{who} is at {remote}"


def _encapsulated(facts: steps.Encapsulated) -> str:
    name = _TUNNELS.get(facts.kind, facts.kind)
    key = f" {facts.key}" if facts.key is not None and facts.kind == "vxlan" else ""
    port = f", UDP {facts.port}" if facts.port is not None else ""
    return f"{name}{key}{port}, {ip_text(facts.source)} → {ip_text(facts.remote)}"


def _decapsulated(facts: steps.Decapsulated) -> str:
    if facts.kind == "wireguard":
        return f"{facts.dev} decrypts it"
    if facts.port is not None:
        return f"{facts.dev}, which accepts all VNIs on UDP port {facts.port}, decapsulates it"
    key = f" {facts.key}" if facts.key is not None else ""
    return f"{facts.dev} unwraps VXLAN{key}" if facts.kind == "vxlan" else f"{facts.dev} unwraps it"


def _crossed(facts: steps.DeviceCrossed) -> str:
    match facts.kind:
        case "veth":
            return f"{facts.dev} is the other end of {facts.peer} {facts.place}"
        case "vlan":
            return f"VLAN {facts.mode} on {facts.peer}"
        case "bond":
            return f"through its port {facts.peer}"
        case kind if facts.sibling is not None:
            is_mac = kind == "macvlan"
            who = f"{facts.sibling} is {facts.peer}" if is_mac else f"{facts.sibling} is an address of {facts.peer}"
            return f"{who}, {'a' if is_mac else 'an'} {kind} on the same device"
        case kind:
            return f"{kind} ({facts.mode}) on {facts.peer}"
