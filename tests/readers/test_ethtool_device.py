"""What drivers say of devices: ``ethtool``, ``ethtool -i`` and ``ethtool -S``."""

import pytest

from podpath.readers.ethtool_device import READER
from podpath.readers.registry import readers
from podpath.state.link import Link
from tests.readers.helper import rows

SETTINGS = """\
Settings for eth0:
	Supported ports: [ TP ]
	Speed: 1000Mb/s
	Duplex: Full
	Port: Twisted Pair
	Link detected: no
"""
VETH = """\
NIC statistics:
     peer_ifindex: 42
     rx_queue_0_xdp_packets: 0
     rx_queue_0_drops: 0
"""
CARD = """\
NIC statistics:
     rx_queue_0_packets: 12345
     rx_queue_0_drops: 120
     tx_queue_0_packets: 999
     rx_no_dma_resources: 8812
     rx_crc_errors: 0
"""
DRIVER = """\
driver: virtio_net
version: 1.0.0
firmware-version:
expansion-rom-version:
bus-info: 0000:00:03.0
supports-statistics: yes
supports-test: no
supports-eeprom-access: no
supports-register-dump: no
supports-priv-flags: no
"""


def test_the_settings_say_if_there_is_a_carrier() -> None:
    """With the name of the device, or without a command line."""
    assert rows(READER, "ethtool eth0", SETTINGS) == rows(READER, "", SETTINGS) == [Link("eth0", carrier=False)]


def test_a_veth_names_the_index_of_its_other_end() -> None:
    """In whichever namespace that is."""
    assert rows(READER, "ethtool -S veth1234", VETH) == [Link("veth1234", kind="veth", peer_index=42)]
    assert rows(READER, "", VETH) == []


def test_counters_of_cards_are_passed_over() -> None:
    """Each driver has names of its own."""
    assert rows(READER, "ethtool -S eth0", CARD) == []


@pytest.mark.parametrize(("driver", "kind"), [("virtio_net", None), ("veth", "veth"), ("bridge", "bridge")])
def test_some_drivers_are_kinds(driver: str, kind: str | None) -> None:
    """As ``ip -d link`` prints them."""
    found = rows(READER, "ethtool -i v0", DRIVER.replace("virtio_net", driver))
    assert found == ([Link("v0", kind=kind)] if kind else [])


@pytest.mark.parametrize("command", ["ethtool eth0", "ethtool -i eth0", "ethtool -S eth0", "ethtool --statistics eth0"])
def test_it_is_of_this_reader_alone(command: str) -> None:
    """``ethtool -k`` has one of its own."""
    assert [reader for reader in readers() if reader.accepts(command.split()) is not None] == [READER]
