"""Who learns that a tunnel's packet was too large; tests/walk/devices/cases/vxlan.yaml lets real ones be lost."""

import pytest

from tests.walk.pasted import node, trace, world


def vx(number: int, df: str, master: str = "") -> str:
    """Return a VXLAN device whose MTU is as large as the card's."""
    return (
        f"5: vx: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue {master}state UNKNOWN group default\n"
        f"    link/ether 02:00:00:00:05:0{number} brd ff:ff:ff:ff:ff:ff\n"
        f"    vxlan id 5 local 192.168.0.{number} remote 192.168.0.{3 - number} srcport 0 0 dstport 4789 {df} ageing 300\n"
        f"    inet 10.66.0.{number}/24 scope global vx\n       valid_lft forever preferred_lft forever"
    )


def shown(number: int, df: str) -> str:
    """Return a node of two with such a device."""
    more = f"# ip neigh show\n10.66.0.{3 - number} dev vx lladdr 02:00:00:00:05:0{3 - number} PERMANENT"
    local = f"local 10.66.0.{number} dev vx table local proto kernel scope host src 10.66.0.{number}"
    return node(
        number,
        more,
        links=vx(number, df),
        routes=f"10.66.0.0/24 dev vx proto kernel scope link src 10.66.0.{number}",
        local=local,
    )


@pytest.mark.parametrize(("df", "lost"), [("df set", True), ("", False)])
def test_the_host_of_the_tunnel_learns_from_the_first_packet(*, df: str, lost: bool) -> None:
    """It is likely, not proven, that packets are lost: the next ones are smaller. Without ``df`` they are cut."""
    told = trace(world({"n1": shown(1, df), "n2": shown(2, df)}), "n1", "10.66.0.2", size=1500)
    assert (told.cause is not None) is lost
    if told.cause is not None:
        assert told.cause.check == "mtu-exceeds-path"
        assert told.cause.confidence.value == "likely"
        assert "first packets" in told.cause.why
