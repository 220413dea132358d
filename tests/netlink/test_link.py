"""Network devices."""

import pytest

from podpath.state.link import Bridge, BridgePort, Link, LinkCounters, Macvlan, Program, Vxlan
from tests.netlink.space import Space, of_type

pytestmark = pytest.mark.root

KINDS = (Link, Bridge, BridgePort, Vxlan, Macvlan)


def agree(space: Space) -> None:
    """Check that the kernel and ``ip -j`` say the same of every device."""
    rows, read = space.links(), space.read("ip -d -j link show")
    for kind in KINDS:
        assert of_type(kind, rows) == of_type(kind, read)


def test_devices_are_what_ip_prints(space: Space) -> None:
    """Each kind with all that it has, up and down, with and without a cable."""
    space.do(
        "ip link add br0 type bridge stp_state 1 ageing_time 12000",
        "ip link add v0 type veth peer name v1",
        "ip link set v0 master br0 up",
        "bridge link set dev v0 hairpin on isolated on learning off flood off",
        "ip link add vx4 type vxlan id 7 dstport 8472 local 10.1.0.1 nolearning dev v1",
        "ip link add vx6 type vxlan id 8 dstport 4789 local fd00::1 remote fd00::2",
        "ip link add vxd type vxlan id 11 dstport 4789 df set",
        "ip link add vxi type vxlan id 12 dstport 4789 df inherit",
        "ip link add vxg type vxlan id 9 group 239.1.1.1 dev v1 dstport 4789",
        "ip link add vxe type vxlan dstport 4790 external",
        "ip link set vx4 up",
        "ip link add mv link v1 type macvlan mode private",
        "ip link set v1 alias 'what a person wrote'",
        "ip tuntap add tap0 mode tap",
        "ip tuntap add tun0 mode tun",
    )
    agree(space)
    space.do("ip link set br0 up", "ip link set v1 up", "ip link set mv up")
    agree(space)
    space.do("ip link set v1 down")
    agree(space)


def test_an_end_in_another_namespace_is_named_by_index_and_identifier(space: Space) -> None:
    """Never by index alone."""
    with Space() as other:
        space.do(f"ip link add v0 type veth peer name far netns {other.name}")
        agree(space)
        agree(other)
        (link,) = [row for row in of_type(Link, space.links()) if row.name == "v0"]
        (far,) = [row for row in of_type(Link, other.links()) if row.name == "far"]
        assert (link.peer_index, link.parent, link.peer_netns) == (far.ifindex, None, 0)
        assert far.peer_index == link.ifindex


def test_odd_names_are_kept(space: Space) -> None:
    """An interface may be called nearly anything."""
    names = ["a.b", "-x", "ünï", "a'b\"c", "<img>", "if7", "$(id)", "a@b"]
    for at, name in enumerate(names):
        space.do(f"ip link add t{at} type veth peer name p{at}")
        space.run("ip", "link", "set", f"t{at}", "name", name)
    found = {row.name for row in of_type(Link, space.links())}
    assert set(names) <= found


def test_a_thousand_devices_are_read(space: Space) -> None:
    """With their names, whatever the order."""
    space.batch("".join(f"link add a{n} type veth peer name b{n}\n" for n in range(500)))
    rows = of_type(Link, space.links())
    assert {row.name for row in rows} == {"lo", *(f"{end}{n}" for end in "ab" for n in range(500))}
    assert {row.parent for row in rows if row.name.startswith("a")} == {f"b{n}" for n in range(500)}


def test_counters_are_not_part_of_it(space: Space) -> None:
    """They come by themselves, which is cheaper; nor is there a program where none is attached."""
    rows = space.links()
    assert not of_type(LinkCounters, rows)
    assert not of_type(Program, rows)
