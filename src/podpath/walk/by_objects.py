"""What the objects of the Kubernetes API alone say of a flow from a pod whose node was not captured.

They tell which pods a service leads to and what policies say. Whether the packet arrives, the nodes alone know.
"""

from collections.abc import Iterator
from dataclasses import replace
from shlex import quote

from podpath.language import tr
from podpath.state.address import family_of
from podpath.state.evidence import Unknown
from podpath.state.policing import Policed
from podpath.state.trace import Branch, Leg, Trace, Verdict
from podpath.walk.cluster import Cluster
from podpath.walk.diagnosis.policies import by_objects
from podpath.walk.diagnosis.services import all_endpoints_seen, at_address, endpoints, service_name
from podpath.walk.legs import headers
from podpath.walk.packet import Packet

_SHOWS = "ip -d address; ip route show table all; ip rule; iptables-save -c"


def traced(cluster: Cluster, source: str, destination: str, packet: Packet) -> Trace | None:
    """Return what is known of a packet without its nodes, or None if its sender is no pod of the objects.

    Args:
        cluster: the snapshot.
        source: the sender, as a person names it.
        destination: the receiver, likewise.
        packet: the packet, with its source address.
    """
    pod = cluster.policed.end(packet.src).pod
    if pod is None:
        return None
    remarks, unknowns, policies = list[str](), list[Unknown](), dict[Policed, None]()
    service = at_address(cluster, packet)
    behind = [packet]
    if service is not None:
        ready = [one for one in endpoints(cluster, service) if one.ready is not False]
        behind = [
            replace(packet, dst=one.address, dport=one.port)
            for one in ready
            if one.address is not None and family_of(one.address) == packet.family
        ]
        if not behind and all_endpoints_seen(cluster, service.namespace):
            remarks.append(tr("{service} has no endpoint that is ready", service=service_name(service)))
        elif not behind:
            shows = f"kubectl -n {quote(service.namespace)} get endpointslices -o yaml"
            unknowns.append(Unknown("", tr("the endpoints of {service}", service=service_name(service)), shows))
    for one in behind:
        policies.update(dict.fromkeys(by_objects(cluster, packet.src, one)))
    unknowns += _missing(cluster, behind, pod.node)
    leg = Leg(Verdict.UNKNOWN, None, (Branch(Verdict.UNKNOWN, None, (), unknowns=tuple(unknowns)),))
    return Trace(
        source,
        destination,
        headers(packet),
        Verdict.UNKNOWN,
        "",
        None,
        leg,
        None,
        tuple(remarks),
        tuple(unknowns),
        policies=tuple(policies),
    )


def _missing(cluster: Cluster, packets: list[Packet], sender: str) -> Iterator[Unknown]:
    """Yield the nodes whose state would tell whether the packet arrives."""
    ends = (cluster.policed.end(packet.dst) for packet in packets)
    nodes = dict.fromkeys([sender, *(end.pod.node if end.pod is not None else end.node for end in ends)])
    for node in filter(None, nodes):
        yield Unknown(node, tr("what it does with the packet: nothing of it was captured"), _SHOWS)
