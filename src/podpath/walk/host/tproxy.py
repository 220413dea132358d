"""TPROXY has handed a packet to a socket: a route must make it local, or forwarding drops it (ip_forward, ip6_forward).

``Documentation/networking/tproxy.rst``: a rule looks the mark up in a table of its own, whose route is ``local default dev lo``.
"""

from podpath.language import tr
from podpath.state.failures.host import ProxyRouteMissing
from podpath.state.trace import Verdict
from podpath.walk.events import Arrive, Outcome, Stopped, Walk, unknown
from podpath.walk.netfilter import HookOutcome


def taken(walk: Walk, event: Arrive, handed: HookOutcome) -> Outcome:
    """Return the end of a packet that its route gives to the proxy: what a program does with it is not known."""
    missing = tr("what the program on port {handed} does with the packet that TPROXY redirects to it", handed=_port(handed))
    return unknown(event.ns, walk.cluster, missing, "ss -tlnp", event.dev)


def sent_on(event: Arrive, handed: HookOutcome) -> Outcome:
    """Return the end of a packet that its route leads elsewhere: what has a socket is not forwarded.

    Args:
        event: the packet, as it came in.
        handed: what TPROXY made of it.
    """
    packet = handed.packet
    rows = [hit for hit in handed.hits if "tproxy" in hit.text.lower()]
    cause = Stopped(ProxyRouteMissing(packet.dst, _port(handed), packet.mark), event.ns, tuple(rows[-1:]))
    return Outcome(Verdict.DROPPED, "", event.ns, event.dev, cause=cause, packet=packet)


def _port(handed: HookOutcome) -> int | None:
    return handed.proxied[1] if handed.proxied is not None else None
