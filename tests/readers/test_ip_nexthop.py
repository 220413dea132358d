"""``ip nexthop``."""

from podpath.readers.ip_nexthop import READER
from podpath.state.address import parse_ip
from podpath.state.route import Nexthop
from tests.readers.helper import complaints, json_rows, rows

TEXT = """\
id 1 via 10.1.0.5 dev br0 scope link
id 3 blackhole
id 4 via fd00::2 dev br0 scope link onlink
id 10 group 1/2,3
"""


def test_objects_are_read() -> None:
    """Gateways of both families, groups, blackholes."""
    assert rows(READER, "ip nexthop show", TEXT) == [
        Nexthop(1, 4, parse_ip("10.1.0.5"), "br0", scope="link"),
        Nexthop(3, flags="blackhole"),
        Nexthop(4, 6, parse_ip("fd00::2"), "br0", "onlink", scope="link"),
        Nexthop(10, group="1/2,3"),
    ]


def test_json_is_read_alike() -> None:
    """As iproute2 6.1 prints it."""
    document = [
        {"id": 1, "gateway": "10.1.0.5", "dev": "br0", "scope": "link", "protocol": "bgp", "flags": []},
        {"id": 3, "blackhole": None, "flags": []},
        {"id": 10, "group": [{"id": 1}, {"id": 2, "weight": 3}], "flags": []},
    ]
    assert json_rows(READER, document) == [
        Nexthop(1, 4, parse_ip("10.1.0.5"), "br0", proto="bgp", scope="link"),
        Nexthop(3, flags="blackhole"),
        Nexthop(10, group="1/2,3"),
    ]


def test_a_word_that_is_no_address_is_told() -> None:
    """With the word."""
    assert complaints(READER, "ip nexthop", "id 1 via 10.1.0.x dev br0\nnonsense") == [
        (0, 'this looks like `ip nexthop` output but "10.1.0.x" is not an address'),
        (1, "this does not look like `ip nexthop` output"),
    ]


def test_filters_narrow_it() -> None:
    """Then silence means nothing."""
    assert [c.complete for c in READER.accepts(["ip", "nexthop"]) or ()] == ["yes"]
    assert [c.complete for c in READER.accepts(["ip", "nexthop", "show", "dev", "br0"]) or ()] == ["no"]
    assert READER.accepts(["ip", "neigh"]) is None
