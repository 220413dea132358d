"""What rtnetlink's tables share."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import podpath.netlink
from podpath.netlink.layout import Message
from podpath.netlink.route_socket import NETLINK_ROUTE, Devices, Table, of_family
from podpath.netlink.sock import Netlink


def is_route(request: int) -> bool:
    """Say whether a number is that of an RTM_GET… request; other protocols have others."""
    return 16 <= request < 128 and request % 4 == 2


def tables() -> Iterator[Table]:
    """Yield every table that is dumped by a socket of rtnetlink."""
    for module in pkgutil.iter_modules(podpath.netlink.__path__):
        names = vars(importlib.import_module(f"podpath.netlink.{module.name}")).values()
        for one in names:
            found = one.values() if isinstance(one, dict) else [one]
            yield from (each for each in found if isinstance(each, Table) and is_route(each.request))


def test_a_device_that_is_not_known_is_called_as_ip_calls_it() -> None:
    """It came or went while the tables were read."""
    devices = Devices()
    devices[2] = "eth0"
    assert (devices[2], devices[7], devices.get(None), devices.get(0), list(devices)) == ("eth0", "if7", None, None, [2])


def test_a_request_names_a_family() -> None:
    """And nothing else, in a header of the length that the table has."""
    assert of_family(34, Message("BBBBBBBBI"), 10).payload == bytes([10]) + bytes(11)


@pytest.mark.parametrize("table", [pytest.param(one, id=f"{one.request} {one.payload.hex()}") for one in tables()])
def test_the_kernel_finds_no_fault_with_a_request(table: Table) -> None:
    """Where it looks closely, it refuses a header of another length; where it does not, it complains in its log."""
    with Netlink(NETLINK_ROUTE, strict=True) as socket:
        assert socket.dump(table.request, table.payload)
