"""Paths to draw: of samples, and made by hand."""

import functools

from podpath.cli.progress import Progress
from podpath.cli.snapshots import open_snapshots
from podpath.state.address import V4_BASE, Ip, parse_ip, parse_mac
from podpath.state.evidence import Unknown
from podpath.state.finding import Confidence, Finding, Severity
from podpath.state.fix import do
from podpath.state.step import AddressTranslated, Facts, Forwarded, RouteTaken
from podpath.state.trace import Branch, Headers, Leg, Trace, TraceStep, Verdict
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import endpoint
from podpath.walk.trace import SOURCE_PORT, Ask, Tracer
from tests.picture.maps import ROOT

NODE = "n1"
SENT = Headers("172.17.0.2", "192.0.2.99", "tcp", 80)


@functools.cache
def sample_path() -> Trace:
    """Return the path of the sample that dies in a tunnel."""
    with Progress() as progress, open_snapshots([str(ROOT / "samples" / "broken-tunnel")], progress) as store:
        world = Cluster(store)
        ends = endpoint(world, "p1"), endpoint(world, "p2")
        return Tracer(world).trace(
            Ask(source=ends[0], destination=ends[1], proto="icmp", port=None, source_port=SOURCE_PORT, size=None,
                dont_fragment=False, explain=False, family=None)
        )  # fmt: skip


def step(netns: str, interface: str, facts: Facts, packet: Headers | None = None, node: str = NODE) -> TraceStep:
    """Return a step."""
    return TraceStep(node, netns, interface, facts, packet)


def route(gateway: str) -> RouteTaken:
    """Return that the default route was taken."""
    return RouteTaken(
        destination=parse_ip("192.0.2.99"), family=4, prefix=Ip(V4_BASE), length=0, local=False, via=parse_ip(gateway),
        dev="eth0", onlink=False,
    )  # fmt: skip


def one_way(verdict: Verdict, *steps: TraceStep, probability: float | None = None, unknown: str = "") -> Branch:
    """Return a way."""
    unknowns = (Unknown(NODE, unknown, "ip rule show"),) if unknown else ()
    return Branch(verdict, probability, steps, path_mtu=1500, unknowns=unknowns)


def path(*branches: Branch, reply: Branch | None = None, flow: Headers = SENT) -> Trace:
    """Return a path through a Docker host (:func:`tests.picture.maps.hosts`)."""
    worst = branches[0] if reply is None else reply
    cause = None
    if worst.verdict not in {Verdict.DELIVERED, Verdict.UNKNOWN}:
        cause = Finding(
            "netfilter-drop", Severity.ERROR, Confidence.PROVEN, NODE, "", "a rule drops it", "", (), (do("iptables", "-D", "…"),)
        )
    return Trace(
        "web-0", "192.0.2.99", flow, worst.verdict, "", cause, Leg(branches[0].verdict, branches[0].probability, branches),
        None if reply is None else Leg(reply.verdict, None, (reply,)), unknowns=worst.unknowns,
    )  # fmt: skip


OUT = (
    step("container:web-0", "eth0", route("172.17.0.1")),
    step("", "docker0", Forwarded(parse_mac("02:42:00:00:00:01"), "docker0", local=True)),
    step("", "eth0", route("192.0.2.1")),
)
HIDDEN = AddressTranslated("postrouting", "source", parse_ip("172.17.0.2"), parse_ip("192.0.2.10"))
NAT = step("", "eth0", HIDDEN, SENT._replace(source="192.0.2.10"))
