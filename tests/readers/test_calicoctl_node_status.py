"""BGP sessions as ``calicoctl node status`` prints them (Calico's documentation, and reports of its users)."""

from podpath.readers.calicoctl_node_status import READER
from podpath.state.address import parse_ip
from podpath.state.bgp import BgpPeer
from podpath.state.evidence import Complete
from tests.readers.helper import complaints, read, rows

STATUS = """\
Calico process is running.

IPv4 BGP status
+--------------+-------------------+-------+----------+--------------------------------+
| PEER ADDRESS |     PEER TYPE     | STATE |  SINCE   |              INFO              |
+--------------+-------------------+-------+----------+--------------------------------+
| 192.0.2.12   | node-to-node mesh | up    | 23:30:04 | Established                    |
| 192.0.2.13   | node-to-node mesh | start | 23:30:04 | Active Socket: Connection      |
|              |                   |       |          | refused                        |
| 192.0.2.14   | node specific     | start | 23:30:04 | Connect                        |
+--------------+-------------------+-------+----------+--------------------------------+

IPv6 BGP status
No IPv6 peers found.
"""
OLD = """\
calico-node container is running. Status: Up 58 seconds

IPv6 BGP status
+------------------------+-------------------+-------+----------+-----------------------------------------+
|      Peer address      |     Peer type     | State |  Since   |                   Info                  |
+------------------------+-------------------+-------+----------+-----------------------------------------+
| fd80:24e2:f998:72d7::2 | node-to-node mesh | start | 07:05:27 | Active        Socket: Connection closed |
+------------------------+-------------------+-------+----------+-----------------------------------------+
"""


def test_each_session_has_its_state_and_error() -> None:
    """A long error goes on in the row below."""
    assert read(READER, "calicoctl node status", STATUS) == [
        (6, BgpPeer(parse_ip("192.0.2.12"), "established")),
        (7, BgpPeer(parse_ip("192.0.2.13"), "active", "Connection refused")),
        (9, BgpPeer(parse_ip("192.0.2.14"), "connect")),
    ]


def test_older_versions_and_ipv6_are_read() -> None:
    """Their headings are in small letters."""
    assert rows(READER, "", OLD) == [BgpPeer(parse_ip("fd80:24e2:f998:72d7::2"), "active", "Connection closed")]


def test_the_command_shows_all_sessions() -> None:
    """Of this node."""
    (part,) = READER.accepts(["calicoctl", "node", "status"]) or ()
    assert part.complete is Complete.YES
    assert READER.accepts(["calicoctl", "get", "nodes"]) is None


def test_what_is_no_state_is_a_complaint() -> None:
    """A cell that was cut."""
    assert len(complaints(READER, "", STATUS.replace("| Established  ", "| Estab        "))) == 1
