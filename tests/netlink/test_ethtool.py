"""Offloads."""

import pytest

from podpath.netlink import ethtool as by_netlink
from podpath.netlink.generic import NETLINK_GENERIC
from podpath.readers import ethtool
from podpath.state.host import Feature
from tests.netlink.space import Space

pytestmark = pytest.mark.root


def test_features_are_what_ethtool_prints(space: Space) -> None:
    """On, off, and what cannot be changed, before and after they were changed."""
    space.do(
        "ip link add v0 type veth peer name v1", "ip link add br0 type bridge", "ip link add vx type vxlan id 1 dstport 4789"
    )
    space.links()
    for change in ("ethtool -s v0 msglvl 0", "ethtool -K v0 tx off tso off", "ethtool -K vx tx off"):
        space.run("sh", "-c", f"{change} >/dev/null 2>&1 || true")
        with space.socket(NETLINK_GENERIC) as socket:
            rows = list(by_netlink.rows(socket, space.devices, by_netlink.names(socket)))
        assert ethtool.READER.read is not None
        for dev in ("v0", "br0", "vx", "lo"):
            lines = space.do(f"ethtool -k {dev}").splitlines()
            read = {row.name: row for _, row in ethtool.READER.read(["ethtool", "-k", dev], lines) if isinstance(row, Feature)}
            mine = {row.name: row for row in rows if row.dev == dev}
            assert mine == {name: read[name] for name in mine}
            assert {"tx-checksumming", "tx-checksum-ip-generic", "tcp-segmentation-offload"} <= mine.keys()
