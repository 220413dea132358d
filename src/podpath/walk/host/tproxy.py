"""TPROXY has handed a packet to a socket: a route must make it local, or forwarding drops it (ip_forward, ip6_forward).

``Documentation/networking/tproxy.rst``: a rule looks the mark up in a table of its own, whose route is ``local default dev lo``.
"""

from podpath.state.address import V4, ip_text
from podpath.state.trace import Verdict
from podpath.walk.events import Arrive, Cause, Outcome, Walk, unknown
from podpath.walk.netfilter import HookOutcome


def taken(walk: Walk, event: Arrive, handed: HookOutcome) -> Outcome:
    """Return the end of a packet that its route gives to the proxy: what a program does with it nobody knows."""
    missing = f"what the program does that TPROXY hands the packet to, at port {_port(handed)}"
    return unknown(event.ns, walk.cluster, missing, "ss -tlnp", event.dev)


def sent_on(walk: Walk, event: Arrive, handed: HookOutcome) -> Outcome:
    """Return the end of a packet that its route leads elsewhere: what has a socket is not forwarded.

    Args:
        walk: the walk.
        event: the packet, as it came in.
        handed: what TPROXY made of it.
    """
    packet = handed.packet
    node = walk.cluster.netns(event.ns).node
    place = f"local for mark {packet.mark:#x}"
    said = f"TPROXY on {node} hands it to port {_port(handed)}, but no route makes {ip_text(packet.dst)} {place}"
    ip, anything = ("ip", "0.0.0.0/0") if packet.family == V4 else ("ip -6", "::/0")
    fix = [f"{ip} rule add fwmark {packet.mark:#x} lookup 100", f"{ip} route add local {anything} dev lo table 100"]
    if not packet.mark:
        fix = ["let the rule set a mark (--tproxy-mark 0x1/0x1), and a routing rule look it up in a table of its own"]
    rows = [hit for hit in handed.hits if "tproxy" in hit.text.lower()]
    why = "What has a socket already is not forwarded: the kernel drops it."
    cause = Cause("tproxy-route-missing", event.ns, said, why, tuple(rows[-1:]), tuple(fix))
    return Outcome(Verdict.DROPPED, said, event.ns, event.dev, cause=cause, packet=packet)


def _port(handed: HookOutcome) -> int | None:
    return handed.proxied[1] if handed.proxied is not None else None
