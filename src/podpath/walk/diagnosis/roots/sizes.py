"""From a tunnel's packet that is too large to who learns so.

skb_tunnel_check_pmtu(), tnl_update_pmtu() (net/ipv4/ip_tunnel_core.c, ip_tunnel.c).
"""

from dataclasses import replace
from typing import Final

from podpath.causes.overlay import mtu_exceeds_path
from podpath.state.address import V4, Ip
from podpath.state.step import Encapsulated, RouteTaken
from podpath.state.trace import Verdict
from podpath.walk.events import Diagnosis, Path, Send, Step, Walk
from podpath.walk.host.routes import choose_source
from podpath.walk.packet import Frame, Packet

_FRAMED: Final = frozenset(("vxlan", "geneve", "gretap"))


def told(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return the cause of an outer packet that is too large, with what its sender learns, or None for another cause."""
    outer = path.end.packet
    at = next((place for place in range(len(path.steps) - 1, -1, -1) if isinstance(path.steps[place].facts, Encapsulated)), None)
    if (
        cause.name != mtu_exceeds_path.CAUSE.name
        or outer is None
        or outer.payload is None
        or not outer.dont_fragment
        or at is None
    ):
        return None
    tunnel = path.steps[at]
    inner = outer.payload.content if isinstance(outer.payload, Frame) else outer.payload
    if not isinstance(inner, Packet):
        return None
    if not _heard(walk, path, outer):
        return cause.because(mtu_exceeds_path.UNHEARD)
    if _is_told(walk, path.steps[: at + 1], tunnel, inner):
        return cause.because(mtu_exceeds_path.FIRST_LOST)._replace(likely=True)
    return cause.because(mtu_exceeds_path.ALL_LOST)


def _heard(walk: Walk, path: Path, outer: Packet) -> bool:
    """Say whether the message of the host where a packet was too large gets to the one that sent it."""
    netns = walk.cluster.netns(path.end.ns)
    if outer.src in netns.owned:
        return True
    kind, code = (3, 4) if outer.family == V4 else (2, 0)
    length = min(outer.length + 28, 576)
    about = replace(outer, payload=None)
    blank = Packet(Ip(0), outer.src, outer.icmp_proto, icmp_type=kind, icmp_code=code, length=length, about=about, awaited=True)
    own = choose_source(walk, path.end.ns, blank)
    if own is None:
        return False
    message = Send(path.end.ns, replace(blank, src=own), late=True)
    return all(one.end.verdict is Verdict.DELIVERED for one in walk.follow(message))


def _is_told(walk: Walk, before: tuple[Step, ...], tunnel: Step, inner: Packet) -> bool:
    """Say whether the sender of the inner packet learns the size that the tunnel has learned.

    IPv4 regards what a next hop has learned for the host's own packets only (ip_dst_mtu_maybe_forward); a tunnel that is
    a port of a bridge answers in the place of a router, and a tunnel that carries packets does so itself.
    """
    facts, netns = tunnel.facts, walk.cluster.netns(tunnel.ns)
    link = netns.links.get(tunnel.dev)
    carries_packets = isinstance(facts, Encapsulated) and facts.kind not in _FRAMED
    if carries_packets or inner.family != V4:
        return True
    if link is not None and link.row.master is not None:
        return inner.dont_fragment
    first = next((step for step in before if isinstance(step.facts, RouteTaken)), None)
    return first is not None and first.ns == tunnel.ns
