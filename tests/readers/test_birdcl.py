"""BGP sessions as BIRD lists them in Calico (bird's documentation; the names are those of confd's templates)."""

from podpath.readers.birdcl import READER
from podpath.state.address import parse_ip
from podpath.state.bgp import BgpPeer
from tests.readers.helper import rows

V1 = """\
BIRD v0.3.3+birdv1.6.8 ready.
name     proto    table    state  since       info
static1  Static   master   up     10:00:00
kernel1  Kernel   master   up     10:00:00
device1  Device   master   up     10:00:00
Mesh_192_0_2_12 BGP      master   start  10:00:00    Active        Socket: Connection refused
Mesh_fd80_24e2_f998_72d7__2 BGP      master   up     2016-11-21  Established
"""
V2 = """\
BIRD 2.0.12 ready.
Name       Proto      Table      State  Since         Info
device1    Device     ---        up     10:00:00.000
Global_192_0_2_14_port_179 BGP        ---        start  10:00:00.000  Connect
"""


def test_the_name_of_a_session_holds_the_address() -> None:
    """Of either family; other protocols are none."""
    assert rows(READER, "birdcl show protocols", V1) == [
        BgpPeer(parse_ip("192.0.2.12"), "active", "Connection refused"),
        BgpPeer(parse_ip("fd80:24e2:f998:72d7::2"), "established"),
    ]


def test_version_2_is_read() -> None:
    """It prints other headings, and fractions of seconds."""
    assert rows(READER, "birdcl show protocols", V2) == [BgpPeer(parse_ip("192.0.2.14"), "connect")]


def test_other_questions_are_not_answered() -> None:
    """Routes of BIRD are not those of the kernel."""
    assert READER.accepts(["birdcl", "show", "route"]) is None
    assert READER.accepts(["birdcl", "-s", "/var/run/calico/bird.ctl", "show", "protocols"]) is not None
