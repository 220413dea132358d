"""TPROXY has handed a packet to a socket: a route must make it local, or forwarding drops it (ip_forward, ip6_forward).

``Documentation/networking/tproxy.rst``: a rule looks the mark up in a table of its own, whose route is ``local default dev lo``.
"""

from podpath.state.address import V4, ip_text
from podpath.state.trace import Verdict
from podpath.walk.events import Cause, End, Walk, gap_of
from podpath.walk.netfilter import Outcome
from podpath.walk.policy import Flow
from podpath.walk.stops import At


def proxied(walk: Walk, at: At, outcome: Outcome) -> End:
    """Return where the way of such a packet ends.

    Args:
        walk: the walk.
        at: the hook.
        outcome: what it made of the packet.
    """
    packet = outcome.packet
    asked = Flow(dst=packet.dst, src=packet.src, iif=at.into, mark=packet.mark, tos=packet.tos)
    way = walk.world.routing(at.ns, packet.family).lookup(asked)
    port = outcome.proxied[1] if outcome.proxied is not None else None
    if way.unknown or (way.entry is not None and way.entry.row.type == "local"):
        missing = way.unknown or f"what the program does that TPROXY hands the packet to, at port {port}"
        gap = gap_of(
            at.ns, walk.world, missing, "ip rule show; ip route show table all" if way.unknown else "ss -tlnp", diverts=True
        )
        return End(Verdict.UNKNOWN, missing, at.ns, at.into, gap=gap)
    node = walk.world.space(at.ns).node
    said = f"TPROXY on {node} hands it to port {port}, but no route makes {ip_text(packet.dst)} local for mark {packet.mark:#x}"
    ip, anything = ("ip", "0.0.0.0/0") if packet.family == V4 else ("ip -6", "::/0")
    fix = [f"{ip} rule add fwmark {packet.mark:#x} lookup 100", f"{ip} route add local {anything} dev lo table 100"]
    if not packet.mark:
        fix = ["let the rule set a mark (--tproxy-mark 0x1/0x1), and a routing rule look it up in a table of its own"]
    why = "What has a socket already is not forwarded: the kernel drops it."
    cause = Cause("tproxy-route-missing", at.ns, said, why, outcome.hits[-1:], tuple(fix))
    return End(Verdict.DROPPED, said, at.ns, at.into, cause=cause, packet=packet)
