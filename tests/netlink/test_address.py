"""Addresses."""

import pytest

from podpath.netlink import address
from podpath.state.link import Address
from tests.engines import wait_for
from tests.netlink.space import Space, of_type

pytestmark = pytest.mark.root


def test_addresses_are_what_ip_prints(space: Space) -> None:
    """Of both families, with every flag that can be set by hand."""
    space.do(
        "ip link add v0 type veth peer name v1",
        "ip link set v0 up",
        "ip link set v1 up",
        "ip address add 10.1.0.1/24 dev v0",
        "ip address add 10.1.0.2/24 dev v0 label v0:web",
        "ip address add 10.2.0.1 peer 10.2.0.9/32 dev v0",
        "ip address add 10.3.0.1/24 dev v0 scope link valid_lft 600 preferred_lft 600",
        "ip address add 10.4.0.1/24 dev v0 noprefixroute",
        "ip -6 address add fd00::1/64 dev v0 nodad",
        "ip -6 address add fd00::2/64 dev v0 nodad valid_lft 600 preferred_lft 0",
        "ip -6 address add fd00::3/128 dev v0 noprefixroute",
        "ip -6 address add fd00:1::1 peer fd00:1::2/64 dev v0",
    )
    # An address stops being tentative by itself, also between the two looks.
    wait_for("no address is tentative", lambda: "tentative" not in space.run("ip", "address", "show"))
    rows = of_type(Address, space.table(address.rows, address.TABLE))
    assert rows == of_type(Address, space.read("ip -j address show"))
    assert len(rows) >= 11


def test_an_address_is_tentative_until_nobody_else_has_it(space: Space) -> None:
    """Without a neighbour that could answer it stays so."""
    space.do("ip link add v0 type veth peer name v1", "ip -6 address add fd00::3/64 dev v0")
    rows = of_type(Address, space.table(address.rows, address.TABLE))
    assert rows == of_type(Address, space.read("ip -j address show"))
    assert ["tentative" in (row.flags or "") for row in rows if row.dev == "v0"] == [True]
