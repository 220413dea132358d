"""What faults are made of."""

import pytest

from podpath.lab.client import Cluster, LabError
from podpath.lab.faults.interface import Scene


def scene(cluster: Cluster, node: str = "n1") -> Scene:
    """Return a place in a lab."""
    plan = cluster.plan
    return Scene(cluster, plan, plan.node(node), plan.node("n2"), plan.node(node).pods[0])


@pytest.mark.lab
def test_a_scene_notes_what_was_run(small: Cluster) -> None:
    """As a person would have typed it."""
    place = scene(small)
    place.do("true")
    assert place.setting("net/ipv4/ip_forward", "1") == "1"
    place.restore("10.244.2.0 lladdr")
    place.iptables("-A INPUT -j ACCEPT", "-D INPUT -j ACCEPT")
    assert place.done == [
        ("n1", "true"),
        ("n1", "sysctl -w net.ipv4.ip_forward=1"),
        ("n1", "ip neighbour replace 10.244.2.0 lladdr 0a:58:0a:f4:02:00 dev flannel.1 nud permanent"),
        ("n1", "iptables -A INPUT -j ACCEPT"),
        ("n1", "iptables -D INPUT -j ACCEPT"),
    ]
    with pytest.raises(LabError, match="n1: cat /proc/sys/net/none"):
        place.setting("net/none", "1")
    with pytest.raises(LabError, match="n1: iptables: "):
        place.iptables("-A INPUT -j NOWHERE")
    assert ([one.name for one in place.others], place.outside.name, place.pod_address) == (["n2"], "ext", "10.244.1.10")
    place.pod = None
    with pytest.raises(LabError, match="n1 has no pod"):
        _ = place.pod_name


@pytest.mark.lab
def test_a_device_is_made_anew_as_it_was(small: Cluster) -> None:
    """With its addresses, routes, neighbours and forwarding entries, and without offloads."""
    commands = ("ip -o address show flannel.1", "ip route", "ip neigh show dev flannel.1 nud permanent",
                "bridge fdb show dev flannel.1", "ethtool -k flannel.1")  # fmt: skip

    def state() -> list[str]:
        lines = [line for command in commands for line in small.do("n1", command).splitlines()]
        return sorted(line.partition(": ")[2] if "inet" in line else line for line in lines if "inet6" not in line)

    before = state()
    scene(small).remake("flannel.1", (" id 1 ", " id 2 "))
    assert "vxlan id 2 " in small.do("n1", "ip -d link show flannel.1")
    scene(small).remake("flannel.1")
    assert state() == before


@pytest.mark.lab
def test_the_switch_drops_and_carries_again(small: Cluster) -> None:
    """What comes from the node's port and matches."""
    place = scene(small)
    place.switch_drops('iifname "{port}" icmp type echo-request')
    assert small.run("n1", "ping -c1 -W1 192.168.50.12").code == 1
    assert small.run("n2", "ping -c1 -W1 192.168.50.11").code == 0
    place.switch_carries()
    assert small.run("n1", "ping -c1 -W1 192.168.50.12").code == 0
