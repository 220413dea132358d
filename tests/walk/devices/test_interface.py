"""Kinds of devices."""

from podpath.walk.stages.transmit import devices


def test_every_kind_has_one_file_only() -> None:
    """A kind that two files claimed would be sent by either."""
    named = [kind for device in set(devices().values()) for kind in device.kinds]
    assert len(named) == len(set(named))
    assert {None, "veth", "bridge", "vxlan", "loopback", "ipip", "macvlan", "ipvlan", "vlan", "bond", "tun", "dummy"} <= set(
        named
    )
