"""What network policies say of a flow by their objects, and where the rules of the nodes say otherwise."""

from collections.abc import Iterator, Sequence

from podpath.causes.netfilter import networkpolicy_drop, policy_not_programmed, policy_rules_stale
from podpath.language import tr
from podpath.policy.ends import Flow
from podpath.policy.objects import Objects
from podpath.policy.policed import policed
from podpath.state.address import Ip
from podpath.state.moment import utc_text
from podpath.state.policing import Ground, Permit, Policed
from podpath.state.trace import Verdict
from podpath.walk.cluster import Cluster
from podpath.walk.events import Diagnosis, Path
from podpath.walk.packet import Frame, Packet, known_port


def asked(cluster: Cluster, paths: Sequence[Path], sent: Packet) -> tuple[Policed, ...]:
    """Return what policies say of a packet, each answer once.

    At the sender they see the receiver behind services; at the receiver they see the sender as its packet arrives there.

    Args:
        cluster: the snapshot.
        paths: all paths of the packet.
        sent: the packet as it was sent.
    """
    if not cluster.policed.told:
        return ()
    return tuple(dict.fromkeys(one for path in paths for one in _on(cluster.policed, path, sent)))


def by_objects(cluster: Cluster, source: Ip, received: Packet) -> Iterator[Policed]:
    """Yield what policies say of a packet that was not walked.

    Args:
        cluster: the snapshot.
        source: its sender's address.
        received: the packet as the receiver would get it.
    """
    if cluster.policed.told:
        yield from policed(cluster.policed, _flow(cluster.policed, source, received))


def _flow(objects: Objects, source: Ip, received: Packet) -> Flow:
    return Flow(objects.end(source), objects.end(received.dst), received.proto.upper(), known_port(received.dport))


def _on(objects: Objects, path: Path, sent: Packet) -> Iterator[Policed]:
    last = _furthest(path, sent)
    flow = _flow(objects, sent.src, last)
    for one in policed(objects, flow):
        if one.direction == "egress" or last.src == sent.src:
            yield one
    if last.src != sent.src:
        translated = flow._replace(source=objects.end(last.src))
        yield from (one for one in policed(objects, translated) if one.direction == "ingress")


def _furthest(path: Path, sent: Packet) -> Packet:
    """Return the packet as it came furthest, without tunnels."""
    met = (step.packet for step in reversed(path.steps) if isinstance(step.packet, Packet))
    found = path.end.packet or next(met, sent)
    while (inside := found.payload) is not None:
        content = inside.content if isinstance(inside, Frame) else inside
        if not isinstance(content, Packet):
            break
        found = content
    return found


def differences(cluster: Cluster, paths: Sequence[Path], told: Sequence[Policed]) -> Iterator[Diagnosis]:
    """Yield where the rules of the nodes are not what the objects say; nothing where either is not sure.

    They are likely at most where kinds of policies were taken for absent that nobody listed: one of those may say otherwise.

    Args:
        cluster: the snapshot.
        paths: all paths of the packet.
        told: what the policies say of it.
    """
    if not told or any(one.permit is Permit.UNKNOWN for one in told):
        return
    denied = next((one for one in told if one.permit is Permit.DENIED), None)
    for path in paths:
        end = path.end
        if denied is not None and end.verdict is Verdict.DELIVERED and not path.gaps:
            called = tr(" and ").join(ref.called for ref in denied.policies)
            words = policy_not_programmed.passes(denied.pod, called, _age(denied))
            yield Diagnosis(words, end.ns, likely=bool(denied.assumed))
            return
        cause = end.cause
        if denied is None and isinstance(cause, Diagnosis) and cause.name == networkpolicy_drop.CAUSE.name:
            node, last = cluster.netns(cause.ns).node, told[-1]
            words = policy_rules_stale.stops(node, last.pod, _allowed(last))
            yield Diagnosis(words, cause.ns, cause.rows, likely=any(one.assumed for one in told))
            return


def _age(one: Policed) -> str:
    """Return since when the youngest policy is there, in words."""
    made = max((ref.created for ref in one.policies if ref.created is not None), default=None)
    return "" if made is None else tr(" since {made}", made=utc_text(made))


def _allowed(one: Policed) -> str:
    """Return why a flow is allowed, in words."""
    if one.ground is Ground.RULE and one.policies:
        return tr("{called} allows it", called=one.policies[0].called)
    return tr("no policy of the snapshot denies it")
