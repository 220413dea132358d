"""IPsec policies."""

import pytest

from podpath.netlink import xfrm_policy
from podpath.netlink.route_socket import dump
from podpath.state.address import ip_text
from tests.netlink.space import Space

pytestmark = pytest.mark.root


def test_policies_are_those_that_were_set(space: Space) -> None:
    """Both families and directions, with and without a transformation, with a mark and a device."""
    space.do("ip link add v0 type veth peer name v1")
    space.do_or_skip(
        "ip xfrm policy add src 10.0.0.0/8 dst 10.1.0.0/16 dir out priority 5 tmpl src 1.1.1.1 dst 2.2.2.2 proto esp mode tunnel"
    )
    space.do(
        "ip xfrm policy add src fd00::/8 dst ::/0 dir fwd action block",
        "ip xfrm policy add src 10.9.0.1 dst 10.9.0.2 dev v0 dir in mark 7 mask 0xff",
    )
    space.links()
    with space.socket(xfrm_policy.NETLINK_XFRM) as socket:
        rows = list(xfrm_policy.rows(dump(socket, xfrm_policy.TABLE), space.devices))
    told = {
        (row.family, f"{ip_text(row.src)}/{row.src_len}", f"{ip_text(row.dst)}/{row.dst_len}", row.dir, row.action, row.priority,
         row.templates, row.dev, row.mark, row.mask)
        for row in rows
    }  # fmt: skip
    assert told == {
        (4, "10.0.0.0/8", "10.1.0.0/16", "out", "allow", 5, 1, None, None, None),
        (6, "fd00::/8", "::/0", "fwd", "block", 0, 0, None, None, None),
        (4, "10.9.0.1/32", "10.9.0.2/32", "in", "allow", 0, 0, "v0", 7, 255),
    }
