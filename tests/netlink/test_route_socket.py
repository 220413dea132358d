"""What rtnetlink's tables share."""

from podpath.netlink.route_socket import Devices, family_header


def test_a_device_that_is_not_known_is_called_as_ip_calls_it() -> None:
    """It came or went while the tables were read."""
    devices = Devices()
    devices[2] = "eth0"
    assert (devices[2], devices[7], devices.get(None), devices.get(0), list(devices)) == ("eth0", "if7", None, None, [2])


def test_a_request_names_a_family() -> None:
    """And nothing else."""
    assert family_header(10) == bytes([10]) + bytes(15)
