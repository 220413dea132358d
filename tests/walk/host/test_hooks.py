"""Rules that were not read leave a way open, by name."""

import pytest

from podpath.snapshot.load import load_output
from podpath.state.host import EBTABLES, EBTABLES_LOOK, Missing
from podpath.state.trace import Verdict
from podpath.walk.cluster import Cluster
from tests.walk.pasted import SETTINGS, node, trace, world
from tests.walk.real import Lab, needs_root

BRIDGED = """sw: ip link add br0 type bridge
sw: ip link set br0 up
sw: ip link add pa type veth peer name eth0 netns {a}
sw: ip link add pb type veth peer name eth0 netns {b}
sw: ip link set pa master br0 up
sw: ip link set pb master br0 up
a: ip link set eth0 up
b: ip link set eth0 up
a: ip address add 10.0.0.1/24 dev eth0
b: ip address add 10.0.0.2/24 dev eth0
"""
RULES = """# iptables-save -c
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
COMMIT
"""


def test_rules_that_nobody_saw_make_the_way_unknown() -> None:
    """Silence of the evidence is not health; a person may say that there are none."""
    silent = node(2).replace("# iptables-save -c\n# nft list ruleset\n", "")
    told = trace(world({"n1": node(1), "n2": silent}), "n1", "n2")
    assert told.verdict is Verdict.UNKNOWN
    assert any("nft list ruleset" in unknown.command for unknown in told.unknowns)
    told = trace(world({"n1": node(1), "n2": silent}, assume=["no-netfilter"]), "n1", "n2")
    assert (told.verdict, told.assumed) == (Verdict.DELIVERED, ("no-netfilter",))
    assert SETTINGS in node(1)


@pytest.mark.root
def test_an_old_ebtables_that_nobody_asked_leaves_bridges_open() -> None:
    """Its modules are loaded, and no text shows its rules; once one does, the way is known."""
    needs_root()
    told = []
    with Lab() as lab:
        lab.add("a", "sw", "b")
        lab.run(BRIDGED.splitlines())
        for shown in ("", "*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n", "*filter\n:INPUT ACCEPT\n:FORWARD DROP\n"):
            with lab.capture() as store:
                ((ns,),) = store.raw("SELECT ns FROM netns WHERE name = 'sw'")
                store.add(ns, 0, [(0, Missing("the old ebtables", EBTABLES_LOOK, "ruleset", EBTABLES))])
                load_output(store, ns, "lab", "ebtables-legacy-save", shown)
                store.flush()
                told.append(trace(Cluster(store), "netns:a", "10.0.0.2"))
    assert [one.verdict for one in told] == [Verdict.UNKNOWN, Verdict.DELIVERED, Verdict.UNREACHABLE]
    assert {(one.node, one.command.rpartition(" ")[2]) for one in told[0].unknowns} == {("lab", EBTABLES_LOOK)}


def test_rules_of_one_family_say_nothing_of_the_other() -> None:
    """Only ip6tables was asked: whether an IPv4 packet passes is not known."""
    other = "# ip6tables-save -c\n*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m conntrack --ctstate INVALID -j DROP\nCOMMIT\n"
    text = node(1).replace("# iptables-save -c\n# nft list ruleset\n", other)
    told = trace(world({"n1": text, "n2": node(2)}), "n2", "192.168.0.1")
    assert told.verdict is Verdict.UNKNOWN
    assert {(one.node, one.missing) for one in told.unknowns} == {("n1", "whether netfilter rules stop the packet")}
