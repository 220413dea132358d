"""Traces between containers that were not captured, by what their hosts' tables tell."""

import pytest

from podpath import lab
from podpath.state.address import Ip, ip_text
from podpath.state.trace import Verdict
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import EndpointError, endpoint
from tests.pasted.report import opened
from tests.walk.clusters import Inhabited
from tests.walk.pasted import SETTINGS, steps, trace, world

CALICO = """
# ip route show table all
192.168.0.0/24 dev eth0 proto kernel scope link src 192.168.0.{0}
10.42.{0}.10 dev cali{0}2476272766 scope link
10.42.{1}.0/24 via 192.168.0.{1} dev eth0 proto bird
local 192.168.0.{0} dev eth0 table local proto kernel scope host src 192.168.0.{0}
# ip neigh show
192.168.0.{1} dev eth0 lladdr 02:00:00:00:00:0{1} REACHABLE
"""
FORWARDS = "net.ipv4.conf.{0}.forwarding = 1\nnet.ipv4.conf.{0}.rp_filter = 0\n"


def calico(number: int, other: int) -> str:
    """Return what a person pastes of a node with one pod behind a cable."""
    dev = f"cali{number}2476272766"
    settings = SETTINGS.replace("# iptables-save", FORWARDS.format(dev) + "# iptables-save")
    linked = f"# ip -d link show\n2: eth0: <UP,LOWER_UP> mtu 1500\n    link/ether 02:00:00:00:00:0{number}\n"
    return linked + f"9: {dev}@if3: <UP,LOWER_UP> mtu 1450\n    link/ether ee:ee:ee:ee:ee:ee\n    veth\n" + (
        CALICO.format(number, other) + settings
    )  # fmt: skip


def test_a_trace_begins_and_ends_behind_the_cables_of_hosts() -> None:
    """There and back; what is assumed of the two is said, and the way between the hosts is judged."""
    shown = world({"n1": calico(1, 2), "n2": calico(2, 1)})
    told = trace(shown, "10.42.1.10", "10.42.2.10", proto="tcp", port=80)
    assert told.verdict is Verdict.DELIVERED
    assert told.remarks == (
        "10.42.1.10 (behind cali12476272766 of n1) and 10.42.2.10 (behind cali22476272766 of n2) were not captured: it is"
        " assumed that their default route leads to the host, that no rules inside drop packets, and that a program listens",
    )
    broken = calico(2, 1).replace("10.42.1.0/24 via", "10.42.9.0/24 via")
    lost = trace(world({"n1": calico(1, 2), "n2": broken}), "10.42.1.10", "10.42.2.10")
    assert (lost.verdict, lost.cause.node if lost.cause else "") == (Verdict.DROPPED, "n2")


def test_three_nodes_of_a_blog_are_walked_from_pod_to_pod() -> None:
    """Nothing but `ifconfig flannel.1`, `route`, one `ip neigh` and one `bridge fdb` was printed."""
    with opened("25-prose-names-the-node") as store:
        shown = Cluster(store)
        told = trace(shown, "10.42.0.10", "10.42.1.17")
        assert told.verdict is Verdict.UNKNOWN
        assert told.cause is None
        assert told.forward.worst.steps[-1].netns == "pod:10.42.1.17"
        assert any("flannel.1 unwraps VXLAN" in step for step in steps(told))
        assert told.unknowns
        assert all(one.command for one in told.unknowns)


def test_what_no_table_tells_is_no_end() -> None:
    """An address that no host has behind a cable."""
    shown = world({"n1": calico(1, 2)})
    end = endpoint(shown, "10.42.7.7")
    assert end.ns is None
    with pytest.raises(EndpointError, match="no captured namespace has"):
        trace(shown, "10.42.7.7", "10.42.1.10")


def test_a_pod_is_called_by_its_name_where_only_the_api_and_its_host_tell_of_it() -> None:
    """`kubectl get pods -o wide` has the name and the address, the route the cable."""
    pods = (
        "# kubectl get pods -A -o wide\n"
        "NAMESPACE   NAME   READY   STATUS    RESTARTS   AGE   IP           NODE   NOMINATED NODE   READINESS GATES\n"
        "web   api   1/1   Running   0   5d   10.42.1.10   n1   <none>   <none>\n"
        "web   db   1/1   Running   0   5d   10.42.2.10   n2   <none>   <none>\n"
    )
    shown = world({"n1": calico(1, 2) + pods, "n2": calico(2, 1)})
    assert trace(shown, "web/api", "db").verdict is Verdict.DELIVERED


def test_an_address_of_both_families_is_one_container() -> None:
    """They are behind one cable."""
    six = calico(1, 2).replace("# ip neigh", "fd00::10 dev cali12476272766 metric 1024 pref medium\n# ip neigh", 1)
    shown = world({"n1": six})
    assert endpoint(shown, "10.42.1.10").ns == endpoint(shown, "fd00::10").ns is not None


@pytest.mark.root
@pytest.mark.lab
@pytest.mark.long
@pytest.mark.parametrize("topology", ["calico-bgp", "flannel-vxlan"])
def test_old_entries_of_a_host_lead_to_no_container_that_was_captured(topology: str) -> None:
    """A pod has another address now, and its host's tables do not know: real packets for the old one are lost."""
    with lab.cluster(topology) as made, Inhabited(made) as spaces:
        with spaces.capture() as store:
            rows = store.raw(
                'SELECT d.name, s.name, a."address", a.length FROM "address" a JOIN netns s USING (ns) JOIN node d USING (node)'
                " WHERE s.kind <> 'host' AND a.dev <> 'lo' AND a.family = 4 ORDER BY ALL"
            )
        (node, pod, own, _), (there, other, target, length) = rows[0], rows[-1]
        ping = ["ip", "netns", "exec", pod, "ping", "-c", "1", "-W", "1", ip_text(Ip(target))]
        assert made.run(node, ping).code == 0
        inside = ["ip", "netns", "exec", other, "ip", "address"]
        made.run(there, [*inside, "add", "10.9.9.9/32", "dev", "eth0"])
        made.run(there, [*inside, "del", f"{ip_text(Ip(target))}/{length}", "dev", "eth0"])
        assert made.run(node, ping).code != 0
        with spaces.capture() as store:
            told = trace(Cluster(store), ip_text(Ip(own)), ip_text(Ip(target)))
    assert told.verdict not in {Verdict.DELIVERED, Verdict.UNKNOWN}
