"""`brctl showstp`."""

from podpath.readers.brctl_showstp import READER
from podpath.state.evidence import covers
from podpath.state.link import Bridge, BridgePort
from tests.readers.helper import read, rows

TEXT = (
    "br0\n"
    " bridge id\t\t8000.46f89f53dde2\n"
    " designated root\t8000.46f89f53dde2\n"
    " root port\t\t   0\t\t\tpath cost\t\t   0\n"
    " max age\t\t  20.00\t\t\tbridge max age\t\t  20.00\n"
    " ageing time\t\t 300.00\n"
    " hello timer\t\t   0.00\t\t\ttcn timer\t\t   0.00\n"
    " topology change timer\t   0.00\t\t\tgc timer\t\t   0.00\n"
    " flags\t\t\t\n"
    "\n\n"
    "va (1)\n"
    " port id\t\t8001\t\t\tstate\t\t     forwarding\n"
    " designated root\t8000.46f89f53dde2\tpath cost\t\t   2\n"
    " designated bridge\t8000.46f89f53dde2\tmessage age timer\t   0.00\n"
    " designated port\t8001\t\t\tforward delay timer\t   0.00\n"
    " designated cost\t   0\t\t\thold timer\t\t   0.00\n"
    " flags\t\t\t\n"
    " hairpin mode\t\t   1\n"
    "\n"
    "vc (2)\n"
    " port id\t\t8002\t\t\tstate\t\t       disabled\n"
)


def test_bridge_and_ports() -> None:
    """A bridge has its id and its ageing time, a port its number and state."""
    assert read(READER, "brctl showstp br0", TEXT) == [
        (1, Bridge("br0", "8000.46f89f53dde2")),
        (5, Bridge("br0", "8000.46f89f53dde2", ageing=300.0)),
        (11, BridgePort("va", "br0", 1, "forwarding", hairpin=True)),
        (20, BridgePort("vc", "br0", 2, "disabled")),
    ]


def test_absence() -> None:
    """A missing bridge is no complaint."""
    assert rows(READER, "brctl showstp nope", "bridge nope does not exist!\n") == []


def test_coverage() -> None:
    """One bridge is shown with all its ports."""
    assert READER.accepts(["brctl", "showstp", "br0"]) == (
        covers(Bridge, dev="br0"), covers(BridgePort, part="br0"),
    )  # fmt: skip
