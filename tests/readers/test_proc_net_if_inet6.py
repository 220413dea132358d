"""`/proc/net/if_inet6`."""

from podpath.readers.proc_net_if_inet6 import READER
from podpath.state.address import parse_ip
from podpath.state.evidence import covers
from podpath.state.link import Address, Link
from tests.readers.helper import complaints, rows

TEXT = """\
00000000000000000000000000000001 01 80 10 80       lo
fe80000000000000e47fb4fffea025c6 03 40 20 c8 flannel.1
fd000009000000000000000000000001 0200 40 00 20       v0
"""


def test_lines() -> None:
    """A line is an address with its scope and flags, and the index of its device."""
    assert rows(READER, "cat /proc/net/if_inet6", TEXT) == [
        Address("lo", 6, parse_ip("::1"), 128, "host"),
        Link("lo", 1),
        Address("flannel.1", 6, parse_ip("fe80::e47f:b4ff:fea0:25c6"), 64, "link", "dadfailed,tentative"),
        Link("flannel.1", 3),
        Address("v0", 6, parse_ip("fd00:9::1"), 64, "global", "deprecated,dynamic"),
        Link("v0", 512),
    ]


def test_damage() -> None:
    """A line of another form is a complaint."""
    assert complaints(READER, "cat /proc/net/if_inet6", "fe80 01\n") == [
        (0, 'this looks like `/proc/net/if_inet6` output but "fe80" does not begin six columns')
    ]


def test_coverage() -> None:
    """All IPv6 addresses are shown."""
    assert READER.accepts(["cat", "/proc/net/if_inet6"]) == (covers(Address, 6),)
