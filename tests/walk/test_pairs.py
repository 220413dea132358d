"""All pairs: what shares a walk fares alike, one by one."""

import pytest

from podpath.state.trace import Verdict
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import Endpoint, EndpointError
from podpath.walk.pairs import all_pairs, members
from podpath.walk.trace import Ask, Tracer
from tests.walk.pasted import node, world
from tests.walk.random_labs import Composer
from tests.walk.real import Lab, needs_root
from tests.walk.test_cases import BASES

NOTHING = Ask(source=Endpoint("", None), destination=Endpoint("", None))
PODS = 4
DAMAGES = {
    "none": [],
    "a port without its bridge": ["n1: ip link set v2 nomaster"],
    "a neighbour of one pod alone": ["p1: ip neigh add 10.42.1.12 lladdr 02:00:00:00:00:99 dev eth0 nud permanent"],
    "a route of one pod alone": ["n1: ip route add 10.42.2.11/32 via 192.168.0.9 dev eth0 onlink"],
    "a small cable": ["m2: ip link set eth0 mtu 1300"],
    "a node that does not forward": ["n2: sysctl net.ipv4.ip_forward=0"],
    "a rule for one": ["n2: ip rule add from 10.42.1.13 prohibit"],
    "an isolated pair": ["n1: bridge link set dev v1 isolated on", "n1: bridge link set dev v2 isolated on"],
}


def cluster(lab: Lab) -> list[str]:
    """Build two nodes with an overlay, and some pods on each; return the pods."""
    base = BASES["overlay"]
    lab.add("n1", "n2", "p1", "p2")
    lab.run(line for line in base["lines"].splitlines() if line)
    pods = []
    for number, letter in ((1, "k"), (2, "m")):
        for at in range(1, PODS):
            pod = f"{letter}{at}"
            lab.add(pod)
            pods.append(pod)
            lab.run(
                [
                    f"n{number}: ip link add v{at} type veth peer name eth0 netns {{{pod}}}",
                    f"n{number}: ip link set v{at} master cni0 up",
                    f"{pod}: ip link set eth0 up",
                    f"{pod}: ip address add 10.42.{number}.{10 + at}/24 dev eth0",
                    f"{pod}: ip route add default via 10.42.{number}.1",
                ]
            )
    return ["p1", "p2", *pods]


@pytest.mark.root
@pytest.mark.parametrize("damage", DAMAGES)
def test_pairs_that_share_a_walk_fare_as_each_would_alone(damage: str) -> None:
    """Every verdict of the matrix is that of the pair's own trace, and most pairs needed none of their own."""
    needs_root()
    with Lab() as lab:
        names = cluster(lab)
        lab.settle()
        lab.run(DAMAGES[damage])
        with lab.capture() as store:
            shown = Cluster(store)
            ends = members(shown, ",".join(names))
            matrix = all_pairs(shown, ends, ends, NOTHING)
            tracer = Tracer(Cluster(store))
            for one in ends:
                for two in ends:
                    if one is not two:
                        asked = NOTHING.between(Endpoint(one.name, one.ns), Endpoint(two.name, two.ns, two.address))
                        assert matrix.verdicts[one.name, two.name] is tracer.trace(asked).verdict, (one.name, two.name)
    assert matrix.walked < len(matrix.verdicts)
    lost = [verdict for verdict in matrix.verdicts.values() if verdict is not Verdict.DELIVERED]
    assert bool(lost) is (damage not in {"none", "a small cable"})
    assert sum(len(cause.pairs) for cause in matrix.causes) == len(lost)


@pytest.mark.root
@pytest.mark.long
@pytest.mark.timeout(300)
def test_in_random_labs_too() -> None:
    """Labs that nobody designed."""
    needs_root()
    for seed in range(40):
        case = Composer(seed).compose()
        with Lab() as lab:
            lab.add(*case.spaces)
            lab.run(case.lines)
            lab.run(case.damages, force=True)
            with lab.capture() as store:
                shown = Cluster(store)
                ends = members(shown, "namespaces")
                matrix = all_pairs(shown, ends, ends, NOTHING)
                tracer = Tracer(Cluster(store))
                for (one, two), verdict in matrix.verdicts.items():
                    near, far = (next(end for end in ends if end.name == name) for name in (one, two))
                    asked = NOTHING.between(Endpoint(one, near.ns), Endpoint(two, far.ns, far.address))
                    alone = tracer.trace(asked).verdict
                    # Where a circle of routers loses a packet, the one or the other of two ends sees it come back.
                    assert alone is verdict or {alone, verdict} == {Verdict.LOOP, Verdict.DROPPED}, (seed, one, two)


def test_sets_are_words_or_names() -> None:
    """And a sample is the same each time."""
    shown = world({f"n{number}": node(number) for number in (1, 2)})
    nodes = members(shown, "nodes")
    assert [member.name for member in nodes] == ["n1", "n2"]
    assert members(shown, "n2,n1") == nodes[::-1]
    one, two = (all_pairs(shown, nodes, nodes, NOTHING, sample=1) for _ in range(2))
    assert one.verdicts == two.verdicts
    assert len(one.verdicts) == 1
    with pytest.raises(EndpointError, match="pods, nodes"):
        members(shown, "pods")
